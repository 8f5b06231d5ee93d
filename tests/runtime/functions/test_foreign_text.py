"""What a vendor or a caller wrote reaches no log, and what a vendor wrote reaches no browser either."""

from typing import Any

import pytest

from tests.deployment.gateway import ADMIN, http_event, sqs_event
from tests.deployment.metering import calls, use
from tests.deployment.subscriptions import create, post
from tests.deployment.world import World
from tests.subscriptions.examples import event_json, subscription_json

PLANT = "ada@planted.example at 10.0.0.1"


def silent(capfd: pytest.CaptureFixture[str]) -> bool:
    return "planted" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "fields", [{}, {"param": "subscription_items[item_price_id][0]"}, {"type": "payment"}], ids=str
)
@pytest.mark.parametrize("status", [400, 404, 409])
def test_chargebees_own_sentence_goes_nowhere(
    world: World, capfd: pytest.CaptureFixture[str], status: int, fields: dict[str, Any]
) -> None:
    body = {"message": PLANT, "api_error_code": "resource_busy", "error_code": PLANT, **fields}
    world.chargebee.fail("/hosted_pages", status=status, body=body)
    answer = create(world)
    assert answer.status in (409, 502)
    assert "planted" not in answer.text
    assert silent(capfd)


def test_a_field_that_nobody_could_have_declared_is_not_repeated(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = post(world, "subscriptions/portal", {PLANT: 1})
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert "planted" not in answer.text
    assert silent(capfd)


def test_what_a_caller_calls_things_is_not_logged(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    assert create(world, {"itemPriceId": PLANT}).status == 400
    refused = use(world, calls("planted", occurredAt=1), calls("e1", feature="planted")).body["events"]
    assert [each["code"] for each in refused] == ["too_old", "unknown_feature"]
    query = http_event("GET /api/subscription/list", claims=ADMIN, query="referenceId=planted")
    assert world.call("subscriptions/list", query).status == 403
    assert silent(capfd)


@pytest.mark.parametrize(
    "content",
    [{"subscription": PLANT}, {"subscription": [PLANT]}, {"subscription": {**subscription_json(), "id": {"a": PLANT}}}],
    ids=["text", "list", "id"],
)
def test_a_vendors_malformed_event_leaves_no_values_in_the_log(
    world: World, capfd: pytest.CaptureFixture[str], content: dict[str, Any]
) -> None:
    world.invoke(
        "subscriptions/apply_event", sqs_event(event_json("subscription_changed", "ev_1") | {"content": content})
    )
    world.invoke("subscriptions/apply_event", sqs_event(f"not JSON: {PLANT}"))
    assert silent(capfd)
