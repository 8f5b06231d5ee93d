from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.errors import NotConfigured, Unauthenticated
from billing.links.site import Return, sign, verify
from tests.subscriptions.examples import NOW

KEY = "a key that the deployment generated"
TARGET = Return("org_1", "sub_1", "/billing?success=1")


def query_of(target: Return, key: str = KEY, expires_at: int = NOW + 60) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(sign(target, key, expires_at)).items()}


QUERY = query_of(TARGET)


def test_a_signed_query_names_what_was_signed() -> None:
    assert verify(QUERY["subscriptionId"], QUERY["callbackURL"], QUERY["state"], KEY, NOW) == TARGET


@settings(deadline=None, derandomize=True)
@given(
    st.from_regex(r"[0-9a-zA-Z_.:@+~-]{1,30}", fullmatch=True),
    st.from_regex(r"sub_[0-9a-z]{1,40}", fullmatch=True),
    st.text(min_size=1, max_size=60).filter(lambda text: text.isprintable()),
)
def test_whatever_was_signed_comes_back_from_the_query(organization: str, subscription: str, rest: str) -> None:
    target = Return(organization, subscription, "/" + rest)
    query = query_of(target)
    assert verify(query["subscriptionId"], query["callbackURL"], query["state"], KEY, NOW) == target


@pytest.mark.parametrize(
    ("subscription_id", "path"),
    [("sub_2", QUERY["callbackURL"]), ("", QUERY["callbackURL"]), ("sub_1", "/elsewhere"), ("sub_1", "")],
)
def test_the_signature_covers_the_subscription_and_the_path(subscription_id: str, path: str) -> None:
    with pytest.raises(Unauthenticated):
        verify(subscription_id, path, QUERY["state"], KEY, NOW)


def test_every_single_character_of_the_state_counts() -> None:
    state = QUERY["state"]
    for place, character in enumerate(state):
        forged = state[:place] + ("A" if character != "A" else "B") + state[place + 1 :]
        with pytest.raises(Unauthenticated):
            verify("sub_1", TARGET.path, forged, KEY, NOW)


@pytest.mark.parametrize("seconds_left", [0, -1])
def test_a_link_ends_at_its_expiry(seconds_left: int) -> None:
    with pytest.raises(Unauthenticated, match="expired"):
        verify("sub_1", TARGET.path, QUERY["state"], KEY, NOW + 60 - seconds_left)


@pytest.mark.parametrize(
    "state",
    [
        "",
        ".",
        "..",
        "succeeded",
        "org_1.1.",
        "org_1..mac",
        "org_1.-1.mac",
        "org_1.1e9.mac",
        "org_1.١٢.mac",
        "org_1.99999999999.\u00e9",
        pytest.param("org_1." + "9" * 5_000 + ".mac", id="an endless expiry"),
    ],
)
def test_what_is_not_a_state_of_ours_is_refused(state: str) -> None:
    with pytest.raises(Unauthenticated):
        verify("sub_1", TARGET.path, state, KEY, NOW)


def test_another_deployments_link_is_refused() -> None:
    with pytest.raises(Unauthenticated):
        verify("sub_1", TARGET.path, query_of(TARGET, key="another key")["state"], KEY, NOW)


def test_without_a_key_nothing_is_signed_and_nothing_believed() -> None:
    with pytest.raises(NotConfigured):
        sign(TARGET, "", NOW)
    with pytest.raises(NotConfigured):
        verify("sub_1", TARGET.path, QUERY["state"], "", NOW)
