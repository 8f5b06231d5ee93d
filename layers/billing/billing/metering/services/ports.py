"""What metering needs of the world."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from billing.core.clock import Clock
    from billing.metering.domain.adjustment import AdjustedMeter, Adjustment
    from billing.metering.domain.correction import CorrectedUse
    from billing.metering.domain.entitled import Entitled
    from billing.metering.domain.entitlement import Account
    from billing.metering.domain.grant import Grant
    from billing.metering.domain.hold import Hold
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.metering.domain.usage import Correction, Cost, Usage
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

    @property
    def ledger(self) -> tuple[LedgerLine, ...]:
        """Every line that it writes: first what has expired of the wallets that it moves, be it by a line of zero."""
        before, after, posted = self.before.wallets, self.after.wallets, {line.amount.currency for line in self.lines}
        written = self.before.written.items()
        expired = [each for name, each in written if name in posted or before[name] != after[name]]
        if not expired:
            return self.lines
        from billing.metering.domain.lots import expiry_line  # noqa: PLC0415 - only where something expires

        return (*(expiry_line(each, before[each.currency], self.at) for each in expired), *self.lines)

    @property
    def rules(self) -> tuple[TopUpRule, ...]:
        """The rules whose wallets it brings money that expires: they look again when it does."""
        filled = [each for each in self.after.rules.values() if self.after.wallet(each.currency).lots]
        if not filled:
            return ()
        from billing.metering.domain.top_up_rule import watching  # noqa: PLC0415 - only where something expires

        before, after = self.before, self.after
        timed = [watching(each, before.wallet(each.currency), after.wallet(each.currency), self.at) for each in filled]
        return tuple(each for each in timed if each is not self.after.rules[each.currency])

    def announcements(self, organization_id: str) -> tuple[Announcement, ...]:
        """What is announced with it."""
        from billing.metering.domain.announcements import AccountChange  # noqa: PLC0415 - only with what is written

        return AccountChange(organization_id, self.before, self.after, self.lines, self.at).announcements


def expiry(account: Account, now: int) -> UsageChange:
    """The change of an account of which something has expired, and nothing else: without it nobody would be told."""
    from billing.metering.domain.lots import expiry_line  # noqa: PLC0415 - only where something expires

    lines = (expiry_line(each, account.wallet(name), now) for name, each in account.written.items())
    before = replace(account, wallets={**account.wallets, **account.written}, written={})
    return UsageChange(before, account, now, lines=tuple(lines))


@dataclass(frozen=True, slots=True)
class Day:
    """What was used, earned and paid on one day (UTC date), for one feature of one subscription.

    Money is in micros, and the quantity in steps of 10^-`decimals`. It was `adjusted` so often.
    """

    date: str
    feature: str
    subscription_id: str
    quantity: int
    events: int
    costed: int
    revenue: dict[str, int]
    costs: dict[str, int]
    decimals: int = 0
    adjusted: int = 0


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

    def correction(self, organization_id: str, key: str) -> Correction | None:
        """One correction, None when it has not been made."""

    def correct(self, organization_id: str, change: CorrectedUse) -> None:
        """Raises Conflict when a version moved on, AlreadyProcessed when the key is known or the use has been corrected
        since it was read, DaySealed when the day that bills it is closed."""

    def save_alerts(self, organization_id: str, alerts: Mapping[str, Sequence[int]]) -> None:
        """All of the organization's own, by feature."""

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        """The rollups of the days from `first` to `last` (UTC dates, both included)."""


class AdjustmentStore(Protocol):
    """The adjustments of meters in the table. Reads are strongly consistent."""

    def adjustment(self, organization_id: str, key: str) -> Adjustment | None:
        """One adjustment, None when it has not been made."""

    def adjust(self, organization_id: str, made: AdjustedMeter) -> None:
        """Raises Conflict when a version moved on, AlreadyProcessed when the key is known, DaySealed when the day that
        bills it is closed or has fewer units."""

    def adjustments(self, organization_id: str, first: str, last: str) -> Sequence[Adjustment]:
        """Those of the days from `first` to `last` (UTC dates, both included), oldest first."""


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
