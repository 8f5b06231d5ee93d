"""What a payment's event says; it may carry less than a whole invoice, and the subscription in it still counts."""

from typing import Any

import pytest

from billing.chargebee.excerpt import excerpt
from billing.chargebee.read_payment_event import read_payment_event
from billing.payments.domain.receipt import Refund
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


@pytest.mark.parametrize("transaction", [{}, {"amount": 100}, {"id": "", "amount": 100}])
def test_a_refund_without_a_transactions_id_cannot_be_told_apart_and_moves_no_money(
    transaction: dict[str, Any],
) -> None:
    found = read_payment_event(event_json("payment_refunded", invoice=INVOICE, transaction=transaction))
    assert found is not None
    assert (found.transition, found.refund) == (Transition.CHARGE_REFUNDED, None)


def test_a_refund_is_known_by_its_transaction() -> None:
    transaction = {"id": "txn_1", "amount": 100}
    for kind, method in (("refund", "card"), ("chargeback", "chargeback")):
        told = event_json("payment_refunded", invoice=INVOICE, transaction=transaction | {"payment_method": method})
        found = read_payment_event(told)
        assert found is not None
        assert found.refund == Refund("txn_1", 100, kind)
    paid = read_payment_event(event_json("payment_succeeded", invoice=INVOICE, transaction=transaction))
    assert paid is not None
    assert paid.refund is None


def test_of_a_refund_of_several_invoices_counts_what_is_the_invoices_own() -> None:
    notes = [
        {"cn_id": "CN-1", "applied_amount": 1_000, "cn_reference_invoice_id": "1"},
        {"cn_id": "CN-2", "applied_amount": 4_000, "cn_reference_invoice_id": "2"},
    ]
    transaction = {"id": "txn_1", "amount": 5_000, "payment_method": "chargeback", "linked_credit_notes": notes}
    for invoice_id, amount in (("1", 1_000), ("2", 4_000)):
        told = event_json("payment_refunded", invoice=INVOICE | {"id": invoice_id}, transaction=transaction)
        found = read_payment_event(excerpt(told))
        assert found is not None
        assert (found.amount, found.refund) == (amount, Refund(f"txn_1:{invoice_id}", amount, "chargeback"))


@pytest.mark.parametrize(
    "notes", [None, [], [{"cn_reference_invoice_id": "1", "applied_amount": 90}], [{"cn_id": "CN"}]]
)
def test_a_refund_of_one_invoice_is_all_its_own(notes: list[dict[str, Any]] | None) -> None:
    transaction = {"id": "txn_1", "amount": 100, "linked_credit_notes": notes}
    found = read_payment_event(event_json("payment_refunded", invoice=INVOICE, transaction=transaction))
    assert found is not None
    assert found.refund == Refund("txn_1", 100, "refund")
