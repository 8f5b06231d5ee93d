"""The browser's way back from Chargebee: always sent on, and only with a valid state believed."""

from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from tests.deployment.gateway import http_event
from tests.deployment.lambda_runtime import Answer, forget_warm_state
from tests.deployment.subscriptions import GROWTH, create, deliver_everything, listed
from tests.deployment.world import APP, World

ROUTE = "GET /api/subscription/success"


def come_back(world: World, query: str) -> Answer:
    answer = world.call("subscriptions/complete_checkout", http_event(ROUTE, query=query))
    assert (answer.status, answer.text) == (302, "")
    return answer


def paid(world: World, body: object = None) -> str:
    """Buy and pay; returns the query with which Chargebee sends the browser back."""
    return urlsplit(world.chargebee.pay(create(world, body).body["id"])).query


def with_changed(query: str, **changed: str) -> str:
    found = {name: values[0] for name, values in parse_qs(query).items()} | changed
    return urlencode(found)


def test_what_was_bought_is_there_before_its_webhook(world: World) -> None:
    query = paid(world, GROWTH | {"successUrl": "/billing?welcome=1"})
    assert len(parse_qs(query)["state"]) == 2  # ours, and Chargebee's own `succeeded`
    assert come_back(world, query).headers["location"] == f"{APP}/billing?welcome=1"
    assert [row["status"] for row in listed(world)] == ["in_trial"]
    announced = world.announced()
    deliver_everything(world)
    assert world.announced() == announced


def test_coming_back_twice_changes_nothing(world: World) -> None:
    query = paid(world)
    come_back(world, query)
    before = world.items()
    come_back(world, query)
    assert world.items() == before


def test_chargebees_state_may_come_first(world: World) -> None:
    query = paid(world)
    come_back(world, f"state=succeeded&{query}")
    assert len(listed(world)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"state": ""},
        {"state": "succeeded"},
        {"state": "org_1.99999999999.AAAAAAAAAAAAAAAAAAAAAA"},
        {"state": "org_1." + "9" * 5_000 + ".A"},
        {"subscriptionId": "sub_of_somebody_else"},
        {"callbackURL": "/elsewhere"},
    ],
    ids=["none", "Chargebee's only", "forged", "endless", "another subscription", "another path"],
)
def test_without_a_valid_state_the_redirect_is_all_that_happens(world: World, changed: dict[str, str]) -> None:
    query = paid(world)
    before = world.items()
    world.chargebee.forget_calls()
    come_back(world, with_changed(query, **changed))
    assert (world.items(), world.chargebee.calls()) == (before, [])


def test_a_link_that_has_expired_is_not_believed(world: World) -> None:
    query = paid(world)
    world.chargebee.forget_calls()
    state = next(state for state in parse_qs(query)["state"] if state != "succeeded")
    world.freeze(int(state.split(".")[1]))
    come_back(world, query)
    assert world.chargebee.calls() == []


def test_a_link_of_another_deployment_is_not_believed(world: World) -> None:
    query = paid(world)
    world.keep_secret("ReturnKeySecret", key="another key")
    forget_warm_state()
    world.chargebee.forget_calls()
    come_back(world, query)
    assert world.chargebee.calls() == []


def test_whoever_comes_back_while_the_key_cannot_be_read_is_sent_on_all_the_same(world: World) -> None:
    query = paid(world, GROWTH | {"successUrl": "/billing"})
    world.deployment.used = True
    world.account.secrets.put_secret_value(SecretId=world.values["ReturnKeySecret"], SecretString="damaged")
    forget_warm_state()
    world.chargebee.forget_calls()
    assert come_back(world, query).headers["location"] == f"{APP}/billing"
    assert world.chargebee.calls() == []


@pytest.mark.parametrize(
    "callback",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/%2Fevil.example",
        "/%09/evil.example",
        "javascript:alert(1)",
        "/a\r\nset-cookie: a=b",
        "",
        "evil",
    ],
)
def test_a_browser_is_never_sent_to_another_origin(world: World, callback: str) -> None:
    answer = come_back(world, f"subscriptionId=x&callbackURL={quote(callback, safe='')}&state=x")
    assert answer.headers["location"] == f"{APP}/"


@pytest.mark.parametrize("query", ["", "state=x", "callbackURL", "%", "&&&", "state=%ff", "=", "callbackURL=%ff"])
def test_a_damaged_link_still_leads_home(world: World, query: str) -> None:
    assert come_back(world, query).headers["location"].startswith(f"{APP}/")
    assert world.chargebee.calls() == []


def test_a_path_beyond_ascii_is_a_header_all_the_same(world: World) -> None:
    location = come_back(world, "callbackURL=" + quote("/résumé?ü=1#é")).headers["location"]
    assert location.isascii()
    assert location == f"{APP}/" + quote("résumé?ü=1#é", safe="?=#")


@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429}, {"status": 401}, {"status": 200, "body": "<html>"}]
)
def test_while_chargebee_is_away_the_browser_is_sent_on_and_the_webhook_brings_the_news(
    world: World, fault: dict[str, Any]
) -> None:
    query = paid(world)
    world.chargebee.fail("/", **fault)
    assert come_back(world, query).headers["location"] == f"{APP}/billing?success=1"
    assert listed(world) == []
    world.chargebee.recover()
    deliver_everything(world)
    assert len(listed(world)) == 1


def test_while_the_table_is_away_the_browser_is_sent_on_too(world: World) -> None:
    query = paid(world)
    world.values["Table"] = "no such table"
    forget_warm_state()
    assert come_back(world, query).headers["location"] == f"{APP}/billing?success=1"


def test_a_subscription_that_chargebee_knows_under_another_id_is_found_with_all_the_others(world: World) -> None:
    query = urlsplit(_return_url(world)).query
    world.chargebee.ask(
        "POST",
        "/customers/org_1/subscription_for_items",
        **{"subscription_items[item_price_id][0]": "growth", "id": "theirs", "auto_collection": "off"},
    )
    come_back(world, query)
    assert [row["chargebeeSubscriptionId"] for row in listed(world)] == ["theirs"]


def _return_url(world: World) -> str:
    create(world)
    return str(world.chargebee.calls()[-1]["params"]["redirect_url"])
