"""A charge's states: what may follow which, and who may send."""

from dataclasses import replace

import pytest

from billing.chargebee.read_payment_event import read_invoice
from billing.core.errors import EventConflict
from billing.payments.domain.charge import (
    IN_FLIGHT,
    Charge,
    ChargeState,
    Order,
    Purpose,
    Step,
    charge_id,
    check_same,
    invoiced,
    lost,
    names_charge,
    next_step,
    refused,
    submitted,
    withdrawn,
)
from billing.payments.domain.invoice import Invoice
from billing.payments.domain.settlement import settle, take_back
from tests.subscriptions.examples import NOW, ORG

S = ChargeState
CHARGE = Charge("k1", ORG, ORG, Purpose.CHARGE, Order("USD", 500, "Import"), NOW, version=1)
INVOICE = Invoice("7", ORG, "paid", "USD", 500, 500, CHARGE.id)


def in_state(state: ChargeState, purpose: Purpose = Purpose.CHARGE) -> Charge:
    return replace(CHARGE, state=state, submitted_at=NOW, purpose=purpose)


@pytest.mark.parametrize(
    ("state", "after", "step"),
    [
        (S.CREATED, 0, Step.SUBMIT),
        (S.SUBMITTED, 0, Step.NOTHING),
        (S.SUBMITTED, IN_FLIGHT - 1, Step.NOTHING),
        (S.SUBMITTED, IN_FLIGHT, Step.ASK),
        (S.UNKNOWN, 0, Step.ASK),
        (S.ACTION_REQUIRED, IN_FLIGHT, Step.NOTHING),
        (S.SUCCEEDED, IN_FLIGHT, Step.NOTHING),
        (S.FAILED, IN_FLIGHT, Step.NOTHING),
    ],
)
def test_what_there_is_to_do(state: ChargeState, after: int, step: Step) -> None:
    assert next_step(in_state(state), NOW + after) is step


@pytest.mark.parametrize("status", ["paid", "payment_due", "not_paid", "voided"])
@pytest.mark.parametrize("state", list(S))
def test_an_invoice_beats_every_belief_and_success_is_for_ever(state: ChargeState, status: str) -> None:
    after = invoiced(in_state(state), replace(INVOICE, status=status))
    wanted = {"paid": S.SUCCEEDED, "voided": S.FAILED}.get(status, S.ACTION_REQUIRED)
    assert after.state is (S.SUCCEEDED if state is S.SUCCEEDED else wanted)


@pytest.mark.parametrize("state", [S.ACTION_REQUIRED, S.SUCCEEDED, S.FAILED])
def test_a_late_refusal_changes_nothing_that_is_decided(state: ChargeState) -> None:
    charge = in_state(state)
    assert refused(charge, "card_declined", "No.") is charge
    assert withdrawn(charge) is charge
    assert lost(charge) is charge


def test_every_change_is_a_version() -> None:
    sent = submitted(CHARGE, NOW)
    assert (sent.version, lost(sent).version, refused(lost(sent), "x", "y").version) == (2, 3, 4)


def test_a_key_is_one_charge_and_its_organizations_own() -> None:
    ids = {charge_id(org, purpose, key) for org in ("a", "b") for purpose in Purpose for key in ("k", "l")}
    assert len(ids) == 16
    assert all(map(names_charge, ids))
    assert not names_charge("PO-4711")
    check_same(CHARGE, Order("USD", 500, "Import"))
    with pytest.raises(EventConflict):
        check_same(CHARGE, Order("USD", 501, "Import"))


@pytest.mark.parametrize(
    ("purpose", "changes", "micros"),
    [
        (Purpose.CHARGE, {}, None),
        (Purpose.TOP_UP, {}, 5_000_000),
        (Purpose.AUTO_TOP_UP, {}, 5_000_000),
        (Purpose.TOP_UP, {"status": "payment_due"}, None),
        (Purpose.TOP_UP, {"currency": "EUR"}, None),
        (Purpose.TOP_UP, {"worth": 200}, 2_000_000),
        (Purpose.TOP_UP, {"worth": 0}, None),
        (Purpose.TOP_UP, {"worth": 900, "total": 900}, 5_000_000),
    ],
)
def test_a_wallet_gets_what_was_asked_for_and_paid_for(
    purpose: Purpose, changes: dict[str, object], micros: int | None
) -> None:
    credit = settle(in_state(S.CREATED, purpose), replace(INVOICE, **changes), NOW).credit  # type: ignore[arg-type]
    assert (credit.micros if credit else None) == micros
    assert credit is None or credit.id == "invoice:7"


def test_a_coupon_is_no_money_and_a_promotional_credit_is() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 100, "sub_total": 500}
    discounts = [
        {"amount": 300, "entity_type": "promotional_credits"},
        {"amount": 100, "entity_type": "document_level_coupon"},
    ]
    assert read_invoice({**source, "discounts": discounts}).worth == 400


def test_what_was_adjusted_or_written_off_nobody_has_paid() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 500, "sub_total": 500}
    assert read_invoice({**source, "amount_adjusted": 300}).worth == 200
    assert read_invoice({**source, "write_off_amount": 500}).worth == 0


@pytest.mark.parametrize(
    "of_subscription", [{"subscription_id": "sub_1"}, {"line_items": [{"subscription_id": "sub_1"}]}]
)
def test_a_subscriptions_invoice_is_never_a_charges_whatever_its_po_number_says(
    of_subscription: dict[str, object],
) -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "po_number": CHARGE.id}
    assert read_invoice({**source, "line_items": [{"id": "li_1"}]}).order_number == CHARGE.id
    assert read_invoice({**source, **of_subscription}).order_number is None


@pytest.mark.parametrize(
    ("changes", "refunded", "micros"),
    [
        ({}, 500, -5_000_000),
        ({}, 200, -2_000_000),
        ({"total": 600, "tax": 100}, 600, -5_000_000),
        ({"total": 600, "tax": 100}, 120, -1_000_000),
        ({"total": 900, "worth": 900}, 900, -5_000_000),
        ({"currency": "EUR"}, 500, None),
        ({"worth": 0}, 500, None),
        ({"status": "payment_due"}, 200, None),
    ],
)
def test_a_refund_takes_back_what_was_credited_and_no_tax(
    changes: dict[str, object], refunded: int, micros: int | None
) -> None:
    invoice = replace(INVOICE, **changes)  # type: ignore[arg-type]
    taken = take_back(in_state(S.ACTION_REQUIRED, Purpose.TOP_UP), invoice, "txn_1", refunded)
    assert (taken.micros if taken else None) == micros


def test_a_refund_is_taken_back_of_an_invoice_that_is_paid_no_more_and_of_no_other_charge() -> None:
    due = replace(INVOICE, status="payment_due")
    assert take_back(in_state(S.SUCCEEDED, Purpose.AUTO_TOP_UP), due, "txn_1", 500) is not None
    assert take_back(in_state(S.SUCCEEDED), INVOICE, "txn_1", 500) is None


def test_the_tax_of_an_invoice_is_what_comes_on_top_of_its_lines() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 480, "sub_total": 500}
    discounts = [{"amount": 100, "entity_type": "document_level_coupon"}]
    assert read_invoice({**source, "discounts": discounts}).tax == 80
