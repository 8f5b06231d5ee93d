"""What payments need of the world."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.metering.services.ports import UsageChange, UsageStore
    from billing.payments.domain.billed_invoice import BilledInvoice, InvoicePdf, UpcomingInvoice
    from billing.payments.domain.charge import Charge, Order
    from billing.payments.domain.invoice import Invoice
    from billing.payments.domain.payment_method import PaymentMethod
    from billing.subscriptions.domain.announcement import Announcement
    from billing.subscriptions.domain.transaction import ProcessedEvent
    from billing.subscriptions.services.ports import HostedPage, Page, Ports


@dataclass(frozen=True, slots=True)
class PaymentChange:
    """One transaction. `charge.version` is one more than the version that was read, and guards the write.

    `wallet` credits or debits under an id that counts once; `entry` proves that an event was dealt with.
    """

    organization_id: str
    at: int
    charge: Charge | None = None
    wallet: UsageChange | None = None
    entry: ProcessedEvent | None = None
    announcements: tuple[Announcement, ...] = ()


class PaymentStore(Protocol):
    """The payments' side of the table. Reads are strongly consistent."""

    def charge(self, organization_id: str, charge_id: str) -> Charge | None:
        """One charge."""

    def commit_payment(self, change: PaymentChange) -> None:
        """Raises AlreadyProcessed when the event is known, Conflict when somebody else wrote or posted first."""

    def save_rule(self, organization_id: str, rule: TopUpRule) -> None:
        """`rule.version` is one more than the version that was read. Raises Conflict."""


class DueRules(Protocol):
    """The rules for top-ups by their timers."""

    def due_rules(self, now: int) -> Iterable[tuple[str, str]]:
        """Organization and currency of the rules whose timer is due at `now` (UTC seconds), oldest first."""


@dataclass(frozen=True, slots=True)
class PurchasePage:
    """A page on which something is bought once. `key` names it; the invoice will carry `order_number`."""

    key: str
    customer_id: str
    order: Order
    order_number: str
    redirect_url: str
    cancel_url: str
    locale: str | None = None


class Payments(Protocol):
    """Chargebee's side of payments. Every method raises the ChargebeeError that fits.

    A write's `key` makes it one write for the 30 minutes for which Chargebee replays its answer.
    """

    def payment_methods(self, customer_id: str) -> tuple[Sequence[PaymentMethod], str | None]:
        """All that are saved, and the id of the primary one, which is charged."""

    def payment_method(self, method_id: str) -> PaymentMethod:
        """Raises ChargebeeNotFound."""

    def make_primary(self, customer_id: str, method_id: str, key: str) -> None:
        """From now on this one is charged."""

    def delete_payment_method(self, method_id: str, key: str) -> None:
        """Chargebee makes another one the primary one, if there is one."""

    def open_card_page(self, customer_id: str, redirect_url: str, key: str) -> HostedPage:
        """The page on which a payment method is added: five days."""

    def open_purchase(self, page: PurchasePage) -> HostedPage:
        """The page on which an order is paid: three hours."""

    def open_collection(self, customer_id: str, currency: str, redirect_url: str, key: str) -> HostedPage:
        """The page on which everything that is due is paid, with the card's holder there to confirm: five days."""

    def charge(self, charge: Charge) -> Invoice:
        """Charge the saved card. Whether ChargebeeDeclined leaves a due invoice behind, Chargebee does not document.

        Sent once, and never repeated here.
        """

    def bill(self, charge: Charge) -> Invoice:
        """Write the invoice and leave it due. Sent once, and never repeated here."""

    def void(self, invoice_id: str) -> Invoice:
        """End an invoice of which nothing is paid. Raises ChargebeeRefused for any other."""

    def find_invoice(self, customer_id: str, order_number: str, since: int) -> Invoice | None:
        """Of the customer's invoices since then (UTC seconds) the one of that order number; a paid one first."""


class Invoices(Protocol):
    """Chargebee's invoices for those who pay them. Every method raises the ChargebeeError that fits."""

    def invoices(self, customer_id: str, offset: str | None) -> Page[BilledInvoice]:
        """A page of the customer's, newest first. Raises ChargebeeRefused for an offset that is none."""

    def upcoming(self, customer_id: str) -> tuple[UpcomingInvoice, ...]:
        """What its subscriptions are going to be billed, the next one first; none where nothing is."""

    def invoice(self, invoice_id: str) -> BilledInvoice:
        """Anybody's. Raises ChargebeeNotFound."""

    def pdf(self, invoice_id: str) -> InvoicePdf:
        """A new link to it. Raises ChargebeeNotFound."""


@dataclass(frozen=True, slots=True)
class PaymentPorts:
    """The world, for the services that move money."""

    world: Ports
    payments: Payments
    records: PaymentStore
    usage: UsageStore
