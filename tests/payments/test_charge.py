"""A charge's states: what may follow which, and who may send."""

from dataclasses import replace
from typing import Any

import pytest

from billing.chargebee.read_payment_event import read_invoice
from billing.core.errors import EventConflict
from billing.payments.domain.charge import (
    IN_FLIGHT,
    LONGEST_DEBIT,
    Charge,
    ChargeState,
    NextAction,
    Order,
    Purpose,
    abandoned,
    charge_id,
    check_same,
    given_up_at,
    lost,
    names_charge,
    next_action,
    refused,
    submitted,
    withdrawn,
)
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.published import published_charge
from billing.payments.domain.receipt import Refund
from billing.payments.domain.settlement import Settlement, take_over
from tests.subscriptions.examples import NOW, ORG

S = ChargeState
CHARGE = Charge("k1", ORG, ORG, Purpose.CHARGE, Order("USD", 500, "Import"), NOW, version=1)
INVOICE = Invoice("7", ORG, InvoiceStatus.PAID, "USD", 500, 500, CHARGE.id, version=10)


NOTED = replace(INVOICE, total=600, tax=100, noted=120)


def in_state(state: ChargeState, purpose: Purpose = Purpose.CHARGE) -> Charge:
    return replace(CHARGE, state=state, submitted_at=NOW, purpose=purpose)


@pytest.mark.parametrize(
    ("state", "after", "step"),
    [
        (S.CREATED, 0, NextAction.SUBMIT),
        (S.SUBMITTED, 0, NextAction.NOTHING),
        (S.SUBMITTED, IN_FLIGHT - 1, NextAction.NOTHING),
        (S.SUBMITTED, IN_FLIGHT, NextAction.ASK),
        (S.UNKNOWN, 0, NextAction.ASK),
        (S.ACTION_REQUIRED, IN_FLIGHT, NextAction.NOTHING),
        (S.SUCCEEDED, IN_FLIGHT, NextAction.NOTHING),
        (S.FAILED, IN_FLIGHT, NextAction.NOTHING),
    ],
)
def test_what_there_is_to_do(state: ChargeState, after: int, step: NextAction) -> None:
    assert next_action(in_state(state), NOW + after) is step


@pytest.mark.parametrize("status", ["paid", "payment_due", "not_paid", "voided", "written_off"])
@pytest.mark.parametrize("state", list(S))
def test_an_invoice_beats_every_belief_but_a_refusal_which_only_a_payment_beats(
    state: ChargeState, status: str
) -> None:
    after = take_over(in_state(state), replace(INVOICE, status=InvoiceStatus(status)), NOW).charge
    wanted = {"paid": S.SUCCEEDED, "voided": S.FAILED, "written_off": S.FAILED}.get(status, S.ACTION_REQUIRED)
    assert after.state is (S.FAILED if state is S.FAILED and status != "paid" else wanted)


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
        (Purpose.TOP_UP, {"status": InvoiceStatus.OPEN}, None),
        (Purpose.TOP_UP, {"currency": "EUR"}, None),
        (Purpose.TOP_UP, {"worth": 200}, 2_000_000),
        (Purpose.TOP_UP, {"worth": 0}, None),
        (Purpose.TOP_UP, {"worth": 900, "total": 900}, 5_000_000),
    ],
)
def test_a_wallet_gets_what_was_asked_for_and_paid_for(
    purpose: Purpose, changes: dict[str, Any], micros: int | None
) -> None:
    credit = take_over(in_state(S.CREATED, purpose), replace(INVOICE, **changes), NOW).credit
    assert (credit.micros if credit else None) == micros
    assert credit is None or credit.id == "invoice:7"


def test_a_coupon_is_no_money_and_a_promotional_credit_is() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 100, "sub_total": 500}
    discounts = [
        {"amount": 300, "entity_type": "promotional_credits"},
        {"amount": 100, "entity_type": "document_level_coupon"},
    ]
    assert read_invoice({**source, "discounts": discounts}).worth == 400


def test_a_coupon_of_one_line_is_taken_off_once() -> None:
    paid = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "tax": 80, "total": 480}
    discounts = [{"amount": 100, "entity_type": "item_level_coupon"}]
    invoice = read_invoice({**paid, "price_type": "tax_exclusive", "sub_total": 400, "discounts": discounts})
    assert (invoice.worth, invoice.tax) == (400, 80)


def test_a_tax_that_the_lines_include_was_asked_for_with_them() -> None:
    paid = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "tax": 80, "total": 480}
    invoice = read_invoice({**paid, "price_type": "tax_inclusive", "sub_total": 480})
    assert (invoice.worth, invoice.tax) == (480, 0)


def test_what_was_adjusted_or_written_off_nobody_has_paid() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 500, "sub_total": 500}
    assert read_invoice({**source, "amount_adjusted": 300}).worth == 200
    written_off = read_invoice({**source, "write_off_amount": 500})
    assert (written_off.worth, written_off.status) == (0, InvoiceStatus.WRITTEN_OFF)
    assert read_invoice({**source, "write_off_amount": 1}).paid
    assert read_invoice({**source, "deleted": True}).void


@pytest.mark.parametrize("forgone", [{"amount_adjusted": 500}, {"amount_adjusted": 300, "write_off_amount": 200}])
def test_a_charge_whose_whole_invoice_a_credit_note_reverses_has_failed_although_chargebee_calls_it_paid(
    forgone: dict[str, int],
) -> None:
    source = {"id": "7", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 500, "sub_total": 500}
    settled = take_over(in_state(S.ACTION_REQUIRED), read_invoice({**source, **forgone}, NOW), NOW)
    assert (settled.charge.state, settled.charge.failure_code) == (S.FAILED, "written_off")
    assert [str(each.transition) for each in settled.announcements] == ["charge.failed"]
    assert read_invoice({**source, **forgone, "status": "voided"}).status is InvoiceStatus.VOIDED


def test_an_invoice_without_a_version_is_as_new_as_its_event() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 500, "sub_total": 500}
    assert read_invoice(source, NOW).version == NOW * 1_000
    assert read_invoice({**source, "resource_version": 7}, NOW).version == 7


@pytest.mark.parametrize(
    "of_subscription", [{"subscription_id": "sub_1"}, {"line_items": [{"subscription_id": "sub_1"}]}]
)
def test_a_subscriptions_invoice_is_never_a_charges_whatever_its_po_number_says(
    of_subscription: dict[str, object],
) -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "po_number": CHARGE.id}
    assert read_invoice({**source, "line_items": [{"id": "li_1"}]}).order_number == CHARGE.id
    assert read_invoice({**source, **of_subscription}).order_number is None


def paid(purpose: Purpose = Purpose.TOP_UP, **changes: Any) -> Settlement:
    return take_over(in_state(S.CREATED, purpose), replace(INVOICE, **changes), NOW)


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
        ({"status": InvoiceStatus.OPEN}, 200, None),
    ],
)
def test_a_refund_takes_back_what_was_credited_and_no_tax(
    changes: dict[str, Any], refunded: int, micros: int | None
) -> None:
    before = paid(**changes).charge
    later = replace(INVOICE, **changes, version=11)
    taken = take_over(before, later, NOW, Refund("txn_1", refunded, "chargeback")).credit
    assert (taken.micros if taken else None) == micros
    assert taken is None or (taken.id, taken.kind) == ("refund:txn_1", "chargeback")


def test_a_refund_counts_once_whatever_event_tells_of_it() -> None:
    refund = Refund("txn_1", 200, "refund")
    once = take_over(paid().charge, replace(INVOICE, version=11), NOW, refund)
    again = take_over(once.charge, replace(INVOICE, version=12), NOW, refund)
    assert (once.credit is None, again.credit) == (False, None)


def test_what_a_credit_note_gives_back_as_credit_leaves_the_wallet_and_its_later_refund_takes_nothing_more() -> None:
    credited = take_over(paid(total=600, tax=100).charge, replace(NOTED, version=11), NOW)
    refunded = take_over(credited.charge, replace(NOTED, version=12), NOW, Refund("txn_1", 120, "refund"))
    voided = take_over(credited.charge, replace(NOTED, version=12, noted=0), NOW)
    assert credited.credit is not None
    assert (credited.credit.id, credited.credit.kind, credited.credit.micros) == ("invoice:7:1", "refund", -1_000_000)
    assert refunded.credit is None
    assert voided.credit is not None
    assert voided.credit.micros == 1_000_000


def test_a_refund_whose_credit_note_was_told_of_first_or_with_it_is_taken_once() -> None:
    refund = Refund("txn_1", 120, "chargeback")
    noted = replace(NOTED, note_kind="chargeback")
    at_once = take_over(paid(total=600, tax=100).charge, replace(noted, version=11), NOW, refund)
    first = take_over(paid(total=600, tax=100).charge, replace(noted, version=11), NOW)
    then = take_over(first.charge, replace(noted, version=11), NOW, refund)
    assert [each.credit and (each.credit.kind, each.credit.micros) for each in (at_once, first, then)] == [
        ("chargeback", -1_000_000),
        ("chargeback", -1_000_000),
        None,
    ]


def test_an_invoice_says_what_the_credit_notes_on_it_gave_back_and_how_the_newest_did() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 500}
    notes = [
        {"cn_id": "CN-2", "cn_status": "refunded", "cn_total": 100, "cn_date": 2, "cn_reason_code": "chargeback"},
        {"cn_id": "CN-1", "cn_status": "refund_due", "cn_total": 200, "cn_date": 1, "cn_reason_code": "waiver"},
        {"cn_id": "CN-3", "cn_status": "voided", "cn_total": 50, "cn_date": 3, "cn_reason_code": "other"},
    ]
    invoice = read_invoice({**source, "issued_credit_notes": notes})
    assert (invoice.noted, invoice.note_kind) == (300, "chargeback")
    assert (read_invoice(source).noted, read_invoice(source).note_kind) == (0, "refund")


def test_a_refund_that_is_told_of_before_the_payment_leaves_what_is_left() -> None:
    before = take_over(in_state(S.CREATED, Purpose.TOP_UP), INVOICE, NOW, Refund("txn_1", 200, "refund"))
    assert before.credit is not None
    assert (before.credit.id, before.credit.kind, before.credit.micros) == ("invoice:7", "top_up", 3_000_000)


@pytest.mark.parametrize(
    ("lost", "kind", "state"),
    [
        ({"status": InvoiceStatus.OPEN}, "late_failure", S.ACTION_REQUIRED),
        ({"status": InvoiceStatus.VOIDED}, "voided", S.FAILED),
        ({"status": InvoiceStatus.WRITTEN_OFF, "worth": 0}, "written_off", S.FAILED),
        ({"worth": 0}, "adjusted", S.SUCCEEDED),
    ],
)
def test_money_that_is_taken_back_leaves_the_wallet_and_comes_back_when_it_is_paid_again(
    lost: dict[str, Any], kind: str, state: ChargeState
) -> None:
    gone = take_over(paid().charge, replace(INVOICE, version=11, **lost), NOW)
    assert gone.credit is not None
    assert (gone.credit.id, gone.credit.kind, gone.credit.micros) == ("invoice:7:1", kind, -5_000_000)
    assert gone.credit.reason
    assert gone.charge.state is state

    back = take_over(gone.charge, replace(INVOICE, version=12), NOW)

    assert back.credit is not None
    assert (back.credit.id, back.credit.kind, back.credit.micros) == ("invoice:7:2", "top_up", 5_000_000)
    assert (back.credit.reason, back.charge.state) == ("Paid again.", S.SUCCEEDED)


def test_a_late_failure_is_told_as_a_failure_and_what_was_bought_is_completed_once() -> None:
    first = paid()
    gone = take_over(first.charge, replace(INVOICE, version=11, status=InvoiceStatus.OPEN), NOW)
    back = take_over(gone.charge, replace(INVOICE, version=12), NOW)
    told = [[str(each.transition) for each in settled.announcements] for settled in (first, gone, back)]
    assert told == [["charge.succeeded", "checkout.completed"], ["charge.failed"], ["charge.succeeded"]]


def test_an_older_snapshot_and_the_same_one_again_change_nothing() -> None:
    charge = paid().charge
    for version in (9, 10):
        settled = take_over(charge, replace(INVOICE, version=version, status=InvoiceStatus.OPEN), NOW)
        assert (settled.changed, settled.credit, settled.announcements) == (None, None, ())


def test_the_invoice_that_a_page_left_beside_a_paid_one_changes_nothing() -> None:
    charge = take_over(paid().charge, replace(INVOICE, id="8", status=InvoiceStatus.OPEN), NOW).charge
    assert (charge.state, charge.invoice_id) == (S.SUCCEEDED, "7")
    again = take_over(charge, replace(INVOICE, id="8", version=11), NOW)
    assert again.credit is not None
    assert (again.credit.id, again.charge.invoice_id) == ("invoice:8", "7")


def test_of_a_charge_that_was_paid_before_receipts_were_kept_the_money_is_taken_back_too() -> None:
    before = replace(in_state(S.SUCCEEDED, Purpose.TOP_UP), invoice_id="7", total=500)
    before = replace(before, order=replace(before.order, amount=400))
    assert take_over(before, replace(INVOICE, worth=400), NOW).credit is None
    gone = take_over(before, replace(INVOICE, status=InvoiceStatus.OPEN), NOW).credit
    assert gone is not None
    assert (gone.id, gone.micros) == ("invoice:7:1", -4_000_000)


def test_the_tax_of_an_invoice_is_what_comes_on_top_of_its_lines() -> None:
    source = {"id": "1", "customer_id": ORG, "status": "paid", "currency_code": "USD", "total": 480, "sub_total": 500}
    discounts = [{"amount": 100, "entity_type": "document_level_coupon"}]
    invoice = read_invoice({**source, "tax": 80, "discounts": discounts})
    assert (invoice.worth, invoice.tax) == (400, 80)


COLLECTING = replace(INVOICE, status=InvoiceStatus.OPEN, collecting=True)


def test_a_charge_that_a_direct_debit_collects_is_processing_and_asks_nobody() -> None:
    charge = take_over(in_state(S.SUBMITTED), COLLECTING, NOW).charge
    assert (charge.state, charge.collecting, charge.asks_its_holder) == (S.ACTION_REQUIRED, True, False)
    assert published_charge(charge)["state"] == "processing"


@pytest.mark.parametrize(("status", "state"), [("payment_due", "action_required"), ("paid", "succeeded")])
def test_a_direct_debit_ends_as_what_its_invoice_is_then(status: str, state: str) -> None:
    collecting = take_over(in_state(S.SUBMITTED), COLLECTING, NOW).charge
    ended = replace(INVOICE, status=InvoiceStatus(status), version=INVOICE.version + 1)
    after = take_over(collecting, ended, NOW).charge
    assert (published_charge(after)["state"], after.collecting) == (state, False)
    assert after.asks_its_holder is (state == "action_required")


@pytest.mark.parametrize(("status", "expected"), [("in_progress", True), ("success", False), ("failure", False)])
def test_a_payment_under_way_is_read_from_the_invoices_payments(status: str, expected: bool) -> None:
    source = {"id": "7", "customer_id": ORG, "status": "payment_due", "currency_code": "USD", "total": 500}
    assert read_invoice({**source, "linked_payments": [{"txn_status": status}]}).collecting is expected
    assert read_invoice(source).collecting is False


def test_what_is_given_up_counts_when_it_is_paid_after_all() -> None:
    over = abandoned(take_over(in_state(S.SUBMITTED, Purpose.AUTO_TOP_UP), COLLECTING, NOW).charge)
    assert (over.state, over.failure_code) == (S.FAILED, "payment_not_completed")
    paid = take_over(over, replace(INVOICE, version=INVOICE.version + 1), NOW)
    assert paid.charge.state is S.SUCCEEDED
    assert paid.credit is not None
    assert given_up_at(in_state(S.SUBMITTED)) == NOW + LONGEST_DEBIT


def test_a_refund_of_the_smallest_invoice_gives_all_of_it_back_and_one_of_nothing_gives_nothing() -> None:
    top_up = replace(CHARGE, purpose=Purpose.TOP_UP, order=Order("USD", 1))
    cent = replace(INVOICE, total=1, worth=1, order_number=top_up.id)
    paid = take_over(top_up, cent, NOW).charge
    back = take_over(paid, replace(cent, version=11), NOW, Refund("txn_1", 1, "refund")).credit
    assert back is not None
    assert back.micros == -10_000
    free = replace(INVOICE, total=0, worth=0, order_number=top_up.id)
    nothing = take_over(
        take_over(top_up, free, NOW).charge, replace(free, version=11), NOW, Refund("txn_1", 1, "refund")
    )
    assert (nothing.credit, nothing.charge.receipts[0].refunded) == (None, 0)
