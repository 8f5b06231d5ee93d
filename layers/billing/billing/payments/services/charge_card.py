"""Charge a saved card while nobody is there: once for every key, whatever crashes on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import (
    ChargebeeBlocked,
    ChargebeeDeclined,
    ChargebeeError,
    ChargebeeKeyReused,
    ChargebeeRateLimited,
    ChargebeeRejectedKey,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from billing.core.errors import Conflict, OrganizationDeleted
from billing.payments.domain.charge import (
    IN_FLIGHT,
    Charge,
    ChargeState,
    NextAction,
    Purpose,
    abandoned,
    charge_id,
    check_same,
    given_up_at,
    lost,
    may_submit_again,
    next_action,
    refused,
    submitted,
    withdrawn,
)
from billing.payments.domain.payment_method import PaymentMethodNotFound
from billing.payments.domain.settlement import refusal_announcements
from billing.payments.services.charge_invoice import find_invoice, given_up, left_to_pay
from billing.payments.services.payment_methods import own_method
from billing.payments.services.ports import PaymentChange
from billing.payments.services.record_invoice import books_of, record_invoice
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.services.customer_of import known_customer

if TYPE_CHECKING:
    from billing.core.clock import Lifetime
    from billing.payments.domain.charge import (
        Order,
    )
    from billing.payments.services.ports import PaymentPorts


@dataclass(frozen=True, slots=True)
class CardCharge:
    """What to charge, for whom, under which key, and for how long what it credits can be spent."""

    organization_id: str
    key: str
    order: Order
    purpose: Purpose = Purpose.CHARGE
    lifetime: Lifetime | None = None


def charge_card(wanted: CardCharge, ports: PaymentPorts) -> Charge:
    """Charge, or carry on with the charge of this key, and return it as far as it is known.

    Raises EventConflict for a key that was used for something else, PaymentMethodNotFound, OrganizationDeleted, or
    the ChargebeeError while nothing was submitted.
    """
    found = ports.records.charge(wanted.organization_id, charge_id(wanted.organization_id, wanted.purpose, wanted.key))
    charge = found or _create(wanted, ports)
    check_same(charge, wanted.order)
    return carry_on(charge, ports)


def resolve_charge(organization_id: str, charge_id_: str, ports: PaymentPorts) -> ChargeState | None:
    """Carry on with a charge that nobody came back to, and say what became of it; None for one that was never made."""
    charge = ports.records.charge(organization_id, charge_id_)
    if charge is None:
        return None
    try:
        after = carry_on(charge, ports)
    except (ChargebeeTimeout, ChargebeeUnavailable):
        after = charge
    if next_action(after, ports.world.clock() + IN_FLIGHT) is not NextAction.NOTHING:
        _look_again(organization_id, charge_id_, ports)
    return after.state


def carry_on(charge: Charge, ports: PaymentPorts) -> Charge:
    """Do what there is to do: submit what was never submitted, ask about what may have been.

    Of an organization that was deleted meanwhile no more is taken. An automatic top-up asks nobody: one that its card
    did not pay is over, and one that a direct debit has not paid in time.
    """
    after = _carried_on(charge, ports)
    if after.purpose is not Purpose.AUTO_TOP_UP or after.state is not ChargeState.ACTION_REQUIRED or after.completed:
        return after
    overdue = ports.world.clock() >= given_up_at(after)
    if after.collecting and not overdue:
        return after
    invoice = given_up(after, ports)
    if invoice is None:
        return _save(after, abandoned(after), ports)
    known = record_invoice(after, invoice, books_of(ports))
    open_still = known.state is ChargeState.ACTION_REQUIRED and overdue
    return _save(known, abandoned(known), ports) if open_still else known


def _carried_on(charge: Charge, ports: PaymentPorts) -> Charge:
    step = next_action(charge, ports.world.clock())
    if step is NextAction.NOTHING:
        return charge
    if step is NextAction.ASK:
        invoice = find_invoice(charge, ports)
        if invoice is not None:
            return record_invoice(charge, invoice, books_of(ports))
        if not may_submit_again(charge, ports.world.clock()):
            return charge
    try:
        known_customer(charge.organization_id, ports.world)
    except OrganizationDeleted as error:
        return _save(charge, refused(charge, error.code, str(error)), ports)
    sending = submitted(charge, ports.world.clock())
    try:
        ports.records.commit_payment(_change(sending))
    except Conflict:
        return _reloaded(charge, ports)
    return _send(sending, ports)


def _create(wanted: CardCharge, ports: PaymentPorts) -> Charge:
    """The timer is sent first: a crash in between leaves a timer without a charge, and no charge without a timer."""
    customer_id = known_customer(wanted.organization_id, ports.world)
    if customer_id is None:
        raise PaymentMethodNotFound("This organization has no payment method.")
    if wanted.order.payment_method_id is not None:
        own_method(wanted.organization_id, wanted.order.payment_method_id, ports.payments, ports.world)
    now = ports.world.clock()
    charge = Charge(
        wanted.key,
        wanted.organization_id,
        customer_id,
        wanted.purpose,
        wanted.order,
        now,
        version=1,
        lifetime=wanted.lifetime,
    )
    _look_again(charge.organization_id, charge.id, ports)
    try:
        ports.records.commit_payment(_change(charge))
    except Conflict:
        return _reloaded(charge, ports)
    return charge


def _send(charge: Charge, ports: PaymentPorts) -> Charge:
    """The one submission that the table has allowed. Without an answer its outcome is unknown, and it is not repeated
    here."""
    try:
        invoice = ports.payments.charge(charge)
    except (ChargebeeRateLimited, ChargebeeRejectedKey, ChargebeeBlocked):
        _save(charge, withdrawn(charge), ports)
        raise
    except (ChargebeeTimeout, ChargebeeUnavailable, ChargebeeKeyReused):
        return _save(charge, lost(charge), ports)
    except ChargebeeDeclined as error:
        return _declined(charge, error, ports)
    except ChargebeeError as error:
        return _save(charge, refused(charge, error.code, str(error)), ports)
    return record_invoice(charge, invoice, books_of(ports))


def _declined(charge: Charge, error: ChargebeeDeclined, ports: PaymentPorts) -> Charge:
    """The card was tried, so that whatever cannot be found out now is unknown."""
    try:
        invoice = left_to_pay(charge, error, ports)
    except ChargebeeError:
        return _save(charge, lost(charge), ports)
    if invoice is None:
        return _save(charge, refused(charge, error.code, str(error)), ports)
    return record_invoice(charge, invoice, books_of(ports))


def _save(before: Charge, after: Charge, ports: PaymentPorts) -> Charge:
    """Unless somebody knows better by now: Chargebee's own event may have been faster."""
    now = ports.world.clock()
    told = refusal_announcements(before, after, now)
    try:
        ports.records.commit_payment(PaymentChange(after.organization_id, now, after, announcements=told))
    except Conflict:
        return _reloaded(before, ports)
    return after


def _reloaded(charge: Charge, ports: PaymentPorts) -> Charge:
    return ports.records.charge(charge.organization_id, charge.id) or charge


def _change(charge: Charge) -> PaymentChange:
    return PaymentChange(charge.organization_id, charge.created_at, charge)


def _look_again(organization_id: str, charge_id_: str, ports: PaymentPorts) -> None:
    ports.world.commands.command(
        Command(Task.RESOLVE_CHARGE, organization_id, charge_id=charge_id_, delay=IN_FLIGHT + 1)
    )
