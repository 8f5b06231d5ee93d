import pytest

from billing.core.errors import NotConfigured
from billing.runtime.settings import Settings


@pytest.mark.parametrize("variables", [{}, {"TABLE_NAME": ""}])
def test_a_setting_that_is_missing_or_empty_is_refused_by_name(variables: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match="TABLE_NAME"):
        Settings(variables)["TABLE_NAME"]


def test_only_what_may_be_missing_is_asked_for_as_optional() -> None:
    assert (Settings({}).optional("API_URL"), Settings({"API_URL": "x"}).optional("API_URL")) == ("", "x")


@pytest.mark.parametrize(
    ("value", "names"), [("", set()), (" ", set()), (",,", set()), ("admin", {"admin"}), (" a , b,a", {"a", "b"})]
)
def test_names_are_separated_by_commas_and_none_is_empty(value: str, names: set[str]) -> None:
    assert Settings({"ROLES": value}).names("ROLES") == names
