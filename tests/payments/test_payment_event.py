"""What a payment's event says; it may carry less than a whole invoice, and the subscription in it still counts."""

from typing import Any

import pytest

from billing.chargebee.read_payment_event import read_payment_event
from billing.subscriptions.domain.transition import Transition
from tests.subscriptions.examples import event_json

INVOICE = {"id": "1", "customer_id": "org_1", "status": "payment_due", "currency_code": "USD", "total": 4_900}


def test_a_whole_invoice_is_read() -> None:
    found = read_payment_event(event_json("payment_failed", invoice=INVOICE))
    assert found is not None and found.invoice is not None and found.invoice.total == 4_900


@pytest.mark.parametrize("lost", ["id", "customer_id", "status", "currency_code"])
def test_an_invoice_that_does_not_say_whose_it_is_says_nothing(lost: str) -> None:
    part: dict[str, Any] = {name: value for name, value in INVOICE.items() if name != lost}
    assert read_payment_event(event_json("payment_failed", invoice=part)) is None


@pytest.mark.parametrize("lost", ["id", "customer_id"])
def test_nor_does_such_a_payment_source(lost: str) -> None:
    part = {name: "x" for name in ("id", "customer_id") if name != lost}
    assert read_payment_event(event_json("payment_source_added", payment_source=part)) is None


@pytest.mark.parametrize(
    ("kind", "transition"),
    [
        ("payment_source_added", Transition.PAYMENT_METHOD_ATTACHED),
        ("payment_source_deleted", Transition.PAYMENT_METHOD_DETACHED),
        ("payment_source_locally_deleted", Transition.PAYMENT_METHOD_DETACHED),
    ],
)
def test_a_payment_source_comes_and_goes(kind: str, transition: Transition) -> None:
    found = read_payment_event(event_json(kind, payment_source={"id": "pm_1", "customer_id": "org_1", "type": "card"}))
    assert found is not None
    assert found.method is not None
    assert (found.transition, found.method.id) == (transition, "pm_1")
