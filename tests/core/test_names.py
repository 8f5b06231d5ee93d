"""What is accepted as an id can be named in a path afterwards."""

from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.names import CHOSEN, FEATURE, ORGANIZATION, NameRule

RULES = (CHOSEN, FEATURE, ORGANIZATION)
FOLDER = "https://api.example.com/api/organizations/"


@pytest.mark.parametrize("rule", RULES, ids=["chosen", "feature", "organization"])
@given(text=st.one_of(st.text(max_size=12), st.from_regex(r"[.a/%#\\?2eE~:]{1,6}", fullmatch=True)))
def test_a_path_leads_to_whatever_is_accepted(rule: NameRule, text: str) -> None:
    if rule.allows(text):
        path = urlsplit(urljoin(FOLDER, quote(text, safe="") + "/sync")).path
        assert unquote(path) == f"/api/organizations/{text}/sync"
        assert unquote(unquote(path)) == unquote(path), "whoever decodes once more is not led elsewhere"


@pytest.mark.parametrize("rule", RULES, ids=["chosen", "feature", "organization"])
@pytest.mark.parametrize(
    "text", ["", ".", "..", "a/b", "%2e", "%2E%2E", "a%2Fb", "a\\b", "a b", "a\n", "#1", "x" * 101]
)
def test_what_no_path_could_lead_to_is_refused(rule: NameRule, text: str) -> None:
    assert not rule.allows(text)


@pytest.mark.parametrize("text", ["\ud800", "\ufffe", "\x00", "a\u200bb", "a\u00a0b"])
def test_what_is_no_visible_text_is_no_id(text: str) -> None:
    assert not CHOSEN.allows(text)


@pytest.mark.parametrize("text", ["e1", "...", "a.b", "org_1:job-7", "b8f1@host+1~2", "x" * 100])
def test_ordinary_ids_are_accepted(text: str) -> None:
    assert CHOSEN.allows(text)
    assert ORGANIZATION.allows(text)


@pytest.mark.parametrize("text", ["größe", "契約1", "job?7=x&y", "a#b"])
def test_a_caller_may_choose_among_more_than_letters_and_digits(text: str) -> None:
    assert CHOSEN.allows(text)
