"""The invoice of a charge, as Chargebee has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeAuthenticationRequired, ChargebeeNotFound, ChargebeeRefused
from billing.core.clock import DAY
from billing.payments.domain.charge import Purpose

if TYPE_CHECKING:
    from billing.core.chargebee_errors import ChargebeeDeclined
    from billing.payments.domain.charge import Charge
    from billing.payments.domain.invoice import Invoice
    from billing.payments.services.ports import PaymentPorts

CLOCK_SKEW = DAY
"""Seconds by which Chargebee's clock may be behind ours when invoices are looked for."""


def find_invoice(charge: Charge, ports: PaymentPorts) -> Invoice | None:
    """What Chargebee has of the charge."""
    return ports.payments.find_invoice(charge.customer_id, charge.id, charge.created_at - CLOCK_SKEW)


def left_to_pay(charge: Charge, error: ChargebeeDeclined, ports: PaymentPorts) -> Invoice | None:
    """The invoice of a charge that was declined, None when nobody is to pay one.

    If the bank requires authentication, the charge becomes a due invoice that the holder pays on a hosted page. Any
    other declined charge is over: an invoice that it left behind is voided, or Chargebee would go on collecting it.
    Raises the ChargebeeError.
    """
    left = find_invoice(charge, ports)
    if charge.purpose is Purpose.CHARGE and isinstance(error, ChargebeeAuthenticationRequired):
        return left or ports.payments.bill(charge)
    if left is None or left.paid:
        return left
    if not left.void:
        ports.payments.void(left.id)
    return None


def given_up(charge: Charge, ports: PaymentPorts) -> Invoice | None:
    """The due invoice of a charge for which nobody is asked, voided; as it is when it has just been paid, and None when
    it is there no more."""
    try:
        return ports.payments.void(str(charge.invoice_id))
    except (ChargebeeRefused, ChargebeeNotFound):
        return find_invoice(charge, ports)
