from urllib.parse import parse_qs, urlsplit

import pytest

from billing.core.errors import InvalidUrl
from billing.links.site import MAX_REDIRECT_URL, Return, Site, verify
from tests.subscriptions.examples import NOW

SITE = Site("https://app.example.com", "https://abcde12345.execute-api.eu-central-1.amazonaws.com", "key")
SUBSCRIPTION = "sub_" + "0" * 25


def test_the_return_url_leads_through_this_api_and_carries_its_own_proof() -> None:
    target = Return("org_1", SUBSCRIPTION, "/billing?success=1")
    url = urlsplit(SITE.return_url(target, NOW + 60))
    query = parse_qs(url.query)
    assert f"{url.scheme}://{url.netloc}{url.path}" == f"{SITE.api_url}/api/subscription/success"
    assert verify(SUBSCRIPTION, query["callbackURL"][0], query["state"][0], "key", NOW) == target


def test_an_ordinary_return_url_fits_chargebees_limit() -> None:
    target = Return("org_69615647365005430", SUBSCRIPTION, "/billing?success=1")
    assert len(SITE.return_url(target, NOW)) <= MAX_REDIRECT_URL


def test_a_page_of_the_application_is_as_long_as_chargebee_takes_it_and_no_longer() -> None:
    path = "/" + "a" * (MAX_REDIRECT_URL - len(SITE.app_url) - 1)
    assert SITE.page_url(path) == SITE.app_url + path
    with pytest.raises(InvalidUrl, match="by 1 character"):
        SITE.page_url(path + "a")


def test_a_return_url_that_chargebee_would_refuse_is_refused_before_it_is_sent() -> None:
    longest = MAX_REDIRECT_URL - len(SITE.return_url(Return("org_1", SUBSCRIPTION, "/"), NOW))
    assert len(SITE.return_url(Return("org_1", SUBSCRIPTION, "/" + "a" * longest), NOW)) == MAX_REDIRECT_URL
    with pytest.raises(InvalidUrl, match="by 1 character"):
        SITE.return_url(Return("org_1", SUBSCRIPTION, "/" + "a" * (longest + 1)), NOW)
