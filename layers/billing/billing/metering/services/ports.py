"""What metering needs of the table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from billing.metering.domain.announcements import AccountChange
from billing.metering.domain.entitlement import Account
from billing.metering.domain.hold import Hold
from billing.metering.domain.usage import Cost, Usage
from billing.metering.domain.wallet import Entry
from billing.subscriptions.domain.announcement import Announcement


@dataclass(frozen=True, slots=True)
class UsageChange:
    """One transaction. `before` and `after` tell which meters and wallets it moves; their versions guard it.

    `hold_before` is None for a new hold, which must not exist yet. `credit` is the id of a credit or debit that may be
    posted only once.
    """

    before: Account
    after: Account
    at: int
    usages: tuple[Usage, ...] = ()
    entries: tuple[Entry, ...] = ()
    hold_before: Hold | None = None
    hold: Hold | None = None
    credit: str | None = None

    def announcements(self, organization_id: str) -> tuple[Announcement, ...]:
        """What is announced with it."""
        return AccountChange(organization_id, self.before, self.after, self.entries, self.at).announcements


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
        """Raises Conflict when a version moved on, AlreadyProcessed when a use, a hold or a credit is already there,
        DaySealed when a use would be billed by a day that is closed."""

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        """The uses that are recorded, by event id."""

    def hold(self, organization_id: str, hold_id: str) -> Hold | None:
        """One hold."""

    def ledger(self, organization_id: str, currency: str, cursor: str | None) -> tuple[Sequence[Entry], str | None]:
        """A page of a wallet's ledger, newest first, and where the next one begins."""

    def credit(self, organization_id: str, entry_id: str) -> Entry | None:
        """A credit or debit by its id."""

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        """Attach late costs to a use. Raises AlreadyProcessed when it has other costs by now than it was read with."""

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """The rollups of the days from `first` to `last` (UTC dates, both included)."""
