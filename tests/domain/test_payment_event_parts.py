"""A payment's event may carry less than a whole invoice: the subscription in it still counts."""

from typing import Any

import pytest

from billing.domain.payment_event import read_payment_event
from tests.domain.examples import event_json

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
