"""Take over what was paid on a hosted page before the webhook does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing.payments.services.charge_invoice import find_invoice
from billing.payments.services.record_invoice import books_of, record_invoice

if TYPE_CHECKING:
    from billing.links.site import Return
    from billing.payments.domain.charge import Charge
    from billing.payments.services.ports import PaymentPorts


def complete_purchase(charge: Charge, ports: PaymentPorts) -> Charge:
    """Ask Chargebee whether it was paid, and take that over before the webhook does."""
    invoice = find_invoice(charge, ports)
    return charge if invoice is None else record_invoice(charge, invoice, books_of(ports))


def complete_returned(target: Return, ports: PaymentPorts) -> None:
    """The browser is back from the page of the charge that `target` names."""
    charge = ports.records.charge(target.organization_id, target.subscription_id)
    if charge is not None and not charge.closed:
        complete_purchase(charge, ports)
