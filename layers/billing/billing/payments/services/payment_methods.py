"""An organization's saved ways to pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound, ChargebeeRefused
from billing.payments.domain.payment_method import PaymentMethodNotFound, check_owner
from billing.subscriptions.services.customer_of import customer_of, known_customer

if TYPE_CHECKING:
    from billing.payments.domain.payment_method import PaymentMethod
    from billing.payments.services.ports import Payments
    from billing.subscriptions.services.ports import HostedPage, Ports


@dataclass(frozen=True, slots=True)
class PaymentMethods:
    """What is saved, and which of it is charged."""

    methods: Sequence[PaymentMethod] = ()
    primary: str | None = None


def list_methods(organization_id: str, payments: Payments, ports: Ports) -> PaymentMethods:
    """Read from Chargebee; an organization without a customer has none. Raises OrganizationDeleted."""
    customer_id = known_customer(organization_id, ports)
    return PaymentMethods(*payments.payment_methods(customer_id)) if customer_id else PaymentMethods()


def add_method(organization_id: str, return_url: str, payments: Payments, ports: Ports) -> HostedPage:
    """Open the page on which one is added; every call opens its own. Raises OrganizationDeleted."""
    customer_id = customer_of(organization_id, ports)
    return payments.open_card_page(customer_id, return_url, f"card-{ports.mint_id()}")


def set_default(organization_id: str, method_id: str, payments: Payments, ports: Ports) -> None:
    """Charge this one from now on; one that is the default already stays it. Raises PaymentMethodNotFound.

    Chargebee refuses what "must not be the current primary payment source of the customer"
    (https://apidocs.chargebee.com/docs/api/customers/assign-payment-role).
    """
    method = own_method(organization_id, method_id, payments, ports)
    try:
        payments.make_primary(method.customer_id, method.id, f"primary-{ports.mint_id()}")
    except ChargebeeRefused:
        _, primary = payments.payment_methods(method.customer_id)
        if primary != method.id:
            raise


def remove_method(organization_id: str, method_id: str, payments: Payments, ports: Ports) -> None:
    """Forget it at Chargebee and at the gateway. Raises PaymentMethodNotFound."""
    method = own_method(organization_id, method_id, payments, ports)
    payments.delete_payment_method(method.id, f"remove-{method.id}")


def own_method(organization_id: str, method_id: str, payments: Payments, ports: Ports) -> PaymentMethod:
    """One of the organization's own payment methods, as Chargebee has it now.

    Raises PaymentMethodNotFound, for another organization's method as for one that does not exist.
    """
    customer_id = known_customer(organization_id, ports)
    if customer_id is None:
        raise PaymentMethodNotFound("There is no such payment method.")
    try:
        method = payments.payment_method(method_id)
    except ChargebeeNotFound:
        raise PaymentMethodNotFound("There is no such payment method.") from None
    check_owner(method, customer_id)
    return method
