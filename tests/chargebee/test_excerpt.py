"""What is queued of an event says the same as the event."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from billing.chargebee.excerpt import excerpt
from billing.chargebee.read_event import read_event
from billing.chargebee.read_payment_event import read_payment_event
from billing.core.errors import InvalidRequest
from tests.chargebee.simulator import ChargebeeSimulator
from tests.deployment.template import ROOT
from tests.subscriptions.examples import event_json

SAMPLES = sorted((ROOT / "events" / "subscriptions").glob("apply_event.*.json"))


def said(event: Mapping[str, Any]) -> object:
    """All that is read of an event, or why nothing can be."""
    try:
        return read_event(event), read_payment_event(event)
    except InvalidRequest as error:
        return str(error)


def bodies() -> Iterator[Any]:
    for sample in SAMPLES:
        for record in json.loads(sample.read_text())["Records"]:
            try:
                yield pytest.param(json.loads(record["body"]), id=sample.stem)
            except ValueError:
                continue


@pytest.mark.parametrize("event", [*bodies()])
def test_every_sample_says_the_same(event: dict[str, Any]) -> None:
    assert said(excerpt(event)) == said(event)


def test_what_a_customer_pays_with_instead_of_a_card_is_kept() -> None:
    paypal = {"type": "paypal_express_checkout", "gateway": "paypal", "status": "valid"}
    event = event_json("customer_changed", customer={"id": "org_1", "card_status": "no_card", "payment_method": paypal})
    assert said(excerpt(event)) == said(event)


def test_every_event_of_a_purchase_a_charge_and_a_refund_says_the_same(simulator: ChargebeeSimulator) -> None:
    simulator.ask("POST", "/customers", id="org_1")
    simulator.http.post("/_sim/customers/org_1/card", json={"card": "ok"})
    plan = {"subscription_items[item_price_id][0]": "growth", "subscription_items[quantity][0]": "5"}
    simulator.ask("POST", "/customers/org_1/subscription_for_items", id="sub_1", **plan)
    charge = {"charges[amount][0]": "500", "charges[description][0]": "Setup", "po_number": "chg_1"}
    charged = simulator.ask("POST", "/invoices/create_for_charge_items_and_charges", customer_id="org_1", **charge)
    simulator.ask("POST", f"/invoices/{charged['invoice']['id']}/refund", refund_amount="200")
    simulator.ask("POST", "/customers/org_1/delete")
    events = simulator.events()
    assert len({event["event_type"] for event in events}) > 5
    for event in events:
        assert said(excerpt(event)) == said(event), event["event_type"]


def test_thousands_of_lines_are_as_many_as_they_have_subscriptions() -> None:
    lines = [{"subscription_id": f"sub_{number % 2}", "description": "x" * 150} for number in range(2_600)]
    kept = excerpt(event_json(invoice={"id": "inv_1", "line_items": lines, "line_item_tiers": lines}))
    assert kept["content"]["invoice"] == {
        "id": "inv_1",
        "line_items": [{"subscription_id": "sub_0"}, {"subscription_id": "sub_1"}],
    }


@pytest.mark.parametrize("content", [None, [], "text", {"subscription": None}, {"invoice": {"line_items": "none"}}])
def test_what_is_no_content_is_left_for_the_readers_to_refuse(content: object) -> None:
    event = {**event_json(), "content": content}
    assert said(excerpt(event)) == said(event)
