"""A charge's states: what may follow which, and who may send."""

from dataclasses import replace

import pytest

from billing.domain.charge import (
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
from billing.domain.errors import EventConflict
from billing.domain.invoice import Invoice, read_invoice
from billing.domain.settlement import settle
from tests.domain.examples import NOW, ORG

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
