"""What reporting usage needs of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.metering.domain.billing_day import BilledDay


@dataclass(frozen=True, slots=True)
class PendingInvoice:
    """An invoice that waits for the usage of its term. `term_end` is UTC seconds."""

    id: str
    customer_id: str
    subscription_id: str
    term_end: int


@dataclass(frozen=True, slots=True)
class ToldUsage:
    """A usage as Chargebee has it. `invoice_id` is None while no invoice bills it."""

    quantity: int | Decimal
    invoice_id: str | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many closed days Chargebee has not been told of, and for how many seconds the oldest has been closed."""

    days: int
    age: int


class BilledDays(Protocol):
    """The days in the table. A day is due until it is reported or flagged."""

    def due(self, until: int) -> Iterable[BilledDay]:
        """The due days up to the one of `until` (UTC seconds), oldest first, and behind them those that are told and
        on no invoice yet."""

    def due_of(self, organization_id: str, subscription_id: str) -> Sequence[BilledDay]:
        """The due days of one subscription."""

    def ended(self, day: BilledDay) -> int | None:
        """When its subscription ended (UTC seconds), None while that goes on. The day may know its term from before."""

    def seal(self, day: BilledDay) -> BilledDay:
        """Close the day for further uses, and read its final quantity."""

    def postpone(self, day: BilledDay, reason: str) -> None:
        """The day stays due, and is left alone until its `not_before`."""

    def mark_reported(self, day: BilledDay) -> None:
        """The day is Chargebee's now."""

    def flag(self, day: BilledDay, reason: str) -> None:
        """The day cannot be billed; somebody must look. It is kept, and no longer due."""


class MeteredBilling(Protocol):
    """Chargebee's usage and pending invoices. Every method raises the ChargebeeError that fits."""

    def create_usage(self, usage_id: str, day: BilledDay) -> ToldUsage:
        """Raises ChargebeeDuplicate when the id is taken, ChargebeeRefused when the term no longer takes it."""

    def told_usage(self, usage_id: str, subscription_id: str) -> ToldUsage | None:
        """What Chargebee has under an id."""

    def pending_invoices(self) -> Iterable[PendingInvoice]:
        """The invoices that wait."""

    def close_invoice(self, invoice_id: str) -> None:
        """Finalise. Raises ChargebeeNotFound for one that is closed already: it has another id then."""


class Alarms(Protocol):
    """Alert somebody, with the reason."""

    def flagged(self, day: BilledDay, reason: str) -> None:
        """The day will never be billed by itself."""

    def postponed(self, day: BilledDay, reason: str) -> None:
        """The day was not taken now."""

    def not_closed(self, invoice: PendingInvoice, reason: str) -> None:
        """The invoice is still pending after its time."""


Owner = Callable[[str], str | None]
"""The organization of a Chargebee customer, None for the customer of somebody else on the same site."""

HasTime = Callable[[], bool]
"""Whether the run may begin another day or invoice."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """What reporting needs: the table's days, Chargebee, whose customers are whose, the alarms, and the time.

    `now` is UTC seconds. Days are reported `at_once`, so many.
    """

    days: BilledDays
    billing: MeteredBilling
    owner: Owner
    alarms: Alarms
    now: int
    has_time: HasTime
    at_once: int = 1
