"""What metering needs of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.domain.billing_day import BilledDay
    from billing.metering.domain.entitled import Entitled
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.grant import Grant
    from billing.metering.domain.hold import Hold
    from billing.metering.domain.usage import Cost, Usage
    from billing.metering.domain.wallet import LedgerLine
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.access import Policy
    from billing.subscriptions.domain.announcement import Announcement


@dataclass(frozen=True, slots=True)
class UsageChange:
    """One transaction. `before` and `after` tell which meters and wallets it moves; their versions guard it.

    `hold_before` is None for a new hold, which must not exist yet. `posting_id` is the id of the wallet posting behind
    the first of the `lines`, which may be made only once.
    """

    before: Account
    after: Account
    at: int
    usages: tuple[Usage, ...] = ()
    lines: tuple[LedgerLine, ...] = ()
    hold_before: Hold | None = None
    hold: Hold | None = None
    posting_id: str | None = None

    def announcements(self, organization_id: str) -> tuple[Announcement, ...]:
        """What is announced with it."""
        from billing.metering.domain.announcements import AccountChange  # noqa: PLC0415 - only with what is written

        return AccountChange(organization_id, self.before, self.after, self.lines, self.at).announcements


@dataclass(frozen=True, slots=True)
class Day:
    """What was used, earned and paid on one day (UTC date), for one feature of one subscription. Money is in micros."""

    date: str
    feature: str
    subscription_id: str
    quantity: int
    events: int
    costed: int
    revenue: dict[str, int]
    costs: dict[str, int]


class UsageStore(Protocol):
    """The metering side of the table. Reads are strongly consistent."""

    def account(self, organization_id: str) -> Account:
        """One query, whose cost does not grow with the events so far."""

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        """Raises Conflict when a version moved on, AlreadyProcessed when a use, a hold or a wallet posting is already
        there, DaySealed when a use would be billed by a day that is closed."""

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        """The uses that are recorded, by event id."""

    def hold(self, organization_id: str, hold_id: str) -> Hold | None:
        """One hold."""

    def ledger(
        self, organization_id: str, currency: str, cursor: str | None
    ) -> tuple[Sequence[LedgerLine], str | None]:
        """A page of a wallet's ledger, newest first, and where the next one begins."""

    def posted_line(self, organization_id: str, posting_id: str) -> LedgerLine | None:
        """The line that a wallet posting has made, None when it has not been made."""

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        """Attach late costs to a use. Raises AlreadyProcessed when it has other costs by now than it was read with."""

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """The rollups of the days from `first` to `last` (UTC dates, both included)."""


class GrantStore(Protocol):
    """The grants of the table. Reads are strongly consistent."""

    def account(self, organization_id: str) -> Account:
        """As the `UsageStore`'s."""

    def save_grant(self, organization_id: str, seen: int, grant: Grant, announcement: Announcement) -> None:
        """A version of a grant; `seen` is the account's `grants_version`. Raises Conflict when that moved on,
        AlreadyProcessed when the grant has had that version."""

    def grant_versions(self, organization_id: str, grant_id: str) -> Sequence[Grant]:
        """Every version of one grant, the newest first."""


@dataclass(frozen=True, slots=True)
class Metering:
    """What metering needs: the table, the catalog and the policy in force, and the time.

    `zone` is the time zone of the Chargebee site. `tell_unknown` hears of an item price that somebody pays and that the
    catalog does not describe.
    """

    store: UsageStore
    catalog: Catalog
    policy: Policy
    clock: Clock
    zone: tzinfo = UTC
    tell_unknown: Callable[[str], None] = lambda item_price_id: None

    def granted(self, account: Account, now: int) -> Entitled:
        """What the organization has at `now` (UTC seconds)."""
        from billing.metering.domain.entitlement import entitled  # noqa: PLC0415 - whoever moves money alone needs none

        found = entitled(account, self.catalog, self.policy, now, self.zone)
        for item_price_id in found.unknown:
            self.tell_unknown(item_price_id)
        return found


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

    quantity: int
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
