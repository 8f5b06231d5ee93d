"""The metering side of the table in memory, with the keys and the conditions of the real one.

`tests/metering/test_store_contract.py` runs one suite against this and against `DynamoUsage`, so that what is
proved over this model holds for the table.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from billing.core.errors import AlreadyProcessed, Conflict, InvalidRequest
from billing.metering.domain.adjustment import AdjustedMeter, Adjustment
from billing.metering.domain.correction import CorrectedUse
from billing.metering.domain.entitlement import Account
from billing.metering.domain.grant import Grant
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Correction, Cost, Usage
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.metering.services.ports import Day, UsageChange
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import OrganizationState

PAGE = 50


@dataclass(slots=True)
class MemoryUsage:
    """`UsageStore`. Every method is one atomic step; everything kept is immutable, so that a copy is cheap."""

    partitions: dict[str, OrganizationState] = field(default_factory=dict)
    meters: dict[tuple[str, str, int], Meter] = field(default_factory=dict)
    wallets: dict[tuple[str, str], Wallet] = field(default_factory=dict)
    uses: dict[tuple[str, str], Usage] = field(default_factory=dict)
    holds: dict[tuple[str, str], Hold] = field(default_factory=dict)
    credits: dict[tuple[str, str], LedgerLine] = field(default_factory=dict)
    lines: dict[tuple[str, str, int, int], LedgerLine] = field(default_factory=dict)
    rollups: dict[tuple[str, str, str, str], Day] = field(default_factory=dict)
    corrections: dict[tuple[str, str], Correction] = field(default_factory=dict)
    adjustments_made: dict[tuple[str, str], Adjustment] = field(default_factory=dict)
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    grant_writes: dict[str, int] = field(default_factory=dict)
    versions: dict[tuple[str, str, int], Grant] = field(default_factory=dict)
    alerts: dict[str, dict[str, tuple[int, ...]]] = field(default_factory=dict)
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    rules: dict[tuple[str, str], TopUpRule] = field(default_factory=dict)

    # --- what the tests do to it ------------------------------------------------------------------

    def grant(self, organization_id: str, partition: OrganizationState) -> None:
        """What webhooks have brought: the organization with its subscriptions."""
        self.partitions[organization_id] = partition

    def copy(self) -> "MemoryUsage":
        """An independent table in the same state."""
        return MemoryUsage(*(dict(kept) for kept in self._tables()))

    def parts(self) -> Iterator[object]:
        """Everything that is in it, in an order of its own."""
        for kept in self._tables():
            yield len(kept)
            for key in sorted(kept):
                yield key
                yield kept[key]

    def _tables(self) -> tuple[dict[Any, Any], ...]:
        return (
            self.partitions,
            self.meters,
            self.wallets,
            self.uses,
            self.holds,
            self.credits,
            self.lines,
            self.rollups,
            self.corrections,
            self.adjustments_made,
            self.grants,
            self.grant_writes,
            self.versions,
            self.alerts,
            self.told,
            self.rules,
        )

    # --- the port ---------------------------------------------------------------------------------

    def account(self, organization_id: str) -> Account:
        return Account(
            self.partitions.get(organization_id, OrganizationState()),
            {(name, start): each for (owner, name, start), each in self.meters.items() if owner == organization_id},
            {currency: each for (owner, currency), each in self.wallets.items() if owner == organization_id},
            {currency: each for (owner, currency), each in self.rules.items() if owner == organization_id},
            grants=tuple(self.grants[key] for key in sorted(self.grants) if key[0] == organization_id),
            grants_version=self.grant_writes.get(organization_id, 0),
            alerts=self.alerts.get(organization_id, {}),
        )

    def save_alerts(self, organization_id: str, alerts: Mapping[str, Sequence[int]]) -> None:
        self.alerts[organization_id] = {name: tuple(each) for name, each in alerts.items()}

    def save_grant(self, organization_id: str, seen: int, grant: Grant, announcement: Announcement) -> None:
        if (organization_id, grant.id, grant.version) in self.versions:
            raise AlreadyProcessed("It is already recorded.")
        if self.grant_writes.get(organization_id, 0) != seen:
            raise Conflict("Somebody else wrote first.")
        self.grant_writes[organization_id] = seen + 1
        self.versions[organization_id, grant.id, grant.version] = grant
        self.grants[organization_id, grant.id] = grant

    def grant_versions(self, organization_id: str, grant_id: str) -> Sequence[Grant]:
        own = [key for key in self.versions if key[:2] == (organization_id, grant_id)]
        return [self.versions[key] for key in sorted(own, reverse=True)]

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        if self._taken(organization_id, change):
            raise AlreadyProcessed("It is already recorded.")
        posted = {line.amount.currency for line in change.lines}
        meters = [each for key, each in change.after.meters.items() if change.before.meters.get(key) != each]
        wallets = [
            each
            for key, each in change.after.wallets.items()
            if key in posted or change.before.wallets.get(key) != each
        ]
        for meter in meters:
            _guard(self.meters.get((organization_id, meter.feature, meter.start)), meter)
        for wallet in wallets:
            _guard(self.wallets.get((organization_id, wallet.currency)), wallet)
        for rule in change.rules:
            _guard(self.rules.get((organization_id, rule.currency)), replace(rule, version=rule.version - 1))
        for meter in meters:
            self.meters[organization_id, meter.feature, meter.start] = replace(meter, version=meter.version + 1)
        for wallet in wallets:
            self.wallets[organization_id, wallet.currency] = replace(wallet, version=wallet.version + 1)
        for rule in change.rules:
            self.rules[organization_id, rule.currency] = rule
        self._keep(organization_id, change)

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        found = ((event_id, self.uses.get((organization_id, event_id))) for event_id in event_ids)
        return {event_id: usage for event_id, usage in found if usage}

    def hold(self, organization_id: str, hold_id: str) -> Hold | None:
        return self.holds.get((organization_id, hold_id))

    def posted_line(self, organization_id: str, posting_id: str) -> LedgerLine | None:
        return self.credits.get((organization_id, posting_id))

    def ledger(
        self, organization_id: str, currency: str, cursor: str | None
    ) -> tuple[Sequence[LedgerLine], str | None]:
        if cursor and not cursor.replace("#", "").isdigit():
            raise InvalidRequest("The cursor is not one of this ledger's.")
        own = (key for key in self.lines if key[:2] == (organization_id, currency))
        keys = {f"{key[2]:012d}#{key[3]:03d}": key for key in sorted(own, reverse=True)}
        older = [name for name in keys if not cursor or name < cursor]
        page = older[:PAGE]
        return [self.lines[keys[name]] for name in page], page[-1] if len(page) == PAGE else None

    def add_costs(self, organization_id: str, usage: Usage, costs: Sequence[Cost]) -> None:
        kept = self.uses.get((organization_id, usage.event.id))
        if kept is None or len(kept.event.costs) != len(usage.event.costs):
            raise AlreadyProcessed("It is already recorded.")
        event = replace(kept.event, costs=(*kept.event.costs, *costs), known_digest=kept.event.digest)
        self.uses[organization_id, event.id] = replace(kept, event=event)
        self._roll(organization_id, usage, Day("", "", "", 0, 0, int(not usage.event.costs), {}, _sums(costs)))

    def correction(self, organization_id: str, key: str) -> Correction | None:
        return self.corrections.get((organization_id, key))

    def correct(self, organization_id: str, change: CorrectedUse) -> None:
        usage = change.use_after
        place = (organization_id, usage.event.id)
        if (organization_id, change.correction.key) in self.corrections:
            raise AlreadyProcessed("It is already recorded.")
        if self.uses[place].split != change.use_before.split:
            raise AlreadyProcessed("It is already recorded.")
        self._balance(organization_id, change)
        self.corrections[organization_id, change.correction.key] = change.correction
        self.uses[place] = replace(self.uses[place], split=usage.split, drawn=usage.drawn)

    def adjustment(self, organization_id: str, key: str) -> Adjustment | None:
        return self.adjustments_made.get((organization_id, key))

    def adjust(self, organization_id: str, made: AdjustedMeter) -> None:
        if (organization_id, made.adjustment.key) in self.adjustments_made:
            raise AlreadyProcessed("It is already recorded.")
        self._balance(organization_id, made.change, 1)
        self.adjustments_made[organization_id, made.adjustment.key] = made.adjustment

    def adjustments(self, organization_id: str, first: str, last: str) -> Sequence[Adjustment]:
        own = [each for (owner, _), each in self.adjustments_made.items() if owner == organization_id]
        days = ((_date(each.moment), each.at, each.key, each) for each in own)
        return [each for date, _, _, each in sorted(days, key=lambda day: day[:3]) if first <= date <= last]

    def _balance(self, organization_id: str, change: CorrectedUse, adjusted: int = 0) -> None:
        usage, lines = change.use_after, (change.line,) if change.line else ()
        self.commit_usage(organization_id, UsageChange(change.before, change.after, change.correction.at, lines=lines))
        before, after = change.use_before.split.amount, usage.split.amount
        earned = (after.micros if after else 0) - (before.micros if before else 0)
        less = {after.currency: earned} if after and earned else {}
        quantity = -change.correction.returned
        self._roll(organization_id, usage, Day("", "", "", quantity, 0, 0, less, {}, adjusted=adjusted))

    def days(self, organization_id: str, first: str, last: str) -> Sequence[Day]:
        return [
            self.rollups[key] for key in sorted(self.rollups) if key[0] == organization_id and first <= key[1] <= last
        ]

    def _taken(self, organization_id: str, change: UsageChange) -> bool:
        """Whether something is there that may exist only once, or a hold is no longer as it was."""
        known = any((organization_id, usage.event.id) in self.uses for usage in change.usages)
        posted = change.posting_id is not None and (organization_id, change.posting_id) in self.credits
        held = self.holds.get((organization_id, change.hold.id)) if change.hold else None
        expected = change.hold_before.state if change.hold_before else None
        return known or posted or (held.state if held else None) is not (expected if change.hold else None)

    def _keep(self, organization_id: str, change: UsageChange) -> None:
        for announcement in change.announcements(organization_id):
            assert (organization_id, announcement.name) not in self.told, "nothing is announced twice"
            self.told[organization_id, announcement.name] = str(announcement.transition)
        for usage in change.usages:
            self.uses[organization_id, usage.event.id] = replace(
                usage, event=replace(usage.event, known_digest=usage.event.digest)
            )
            amount = usage.split.amount
            revenue = {amount.currency: amount.micros} if amount and amount.micros else {}
            costs = usage.event.costs
            added = Day("", "", "", usage.event.quantity, 1, int(bool(costs)), revenue, _sums(costs))
            self._roll(organization_id, usage, added)
        if change.posting_id:
            self.credits[organization_id, change.posting_id] = change.lines[0]
        if change.hold:
            self.holds[organization_id, change.hold.id] = change.hold
        numbers: dict[str, int] = {}
        for line in change.ledger:
            currency = line.amount.currency
            number = numbers[currency] = numbers.get(currency, -1) + 1
            version = change.before.wallet(currency).version + 1
            self.lines[organization_id, currency, version, number] = line

    def _roll(self, organization_id: str, usage: Usage, added: Day) -> None:
        key = (organization_id, _date(usage.event.occurred_at), usage.event.feature, usage.subscription_id or "-")
        kept = self.rollups.get(key, Day(*key[1:], 0, 0, 0, {}, {}))
        self.rollups[key] = Day(
            *key[1:],
            kept.quantity + added.quantity,
            kept.events + added.events,
            kept.costed + added.costed,
            _added(kept.revenue, added.revenue),
            _added(kept.costs, added.costs),
            usage.event.decimals,
            kept.adjusted + added.adjusted,
        )


def _date(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def _guard(stored: Meter | Wallet | TopUpRule | None, wanted: Meter | Wallet | TopUpRule) -> None:
    """What is written must be what was read: version 0 is what did not exist."""
    if (stored.version if stored else 0) != wanted.version:
        raise Conflict("Somebody else wrote first.")


def _sums(costs: Sequence[Cost]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for cost in costs:
        sums = _added(sums, {cost.amount.currency: cost.amount.micros})
    return sums


def _added(kept: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    return {name: kept.get(name, 0) + more.get(name, 0) for name in {**kept, **more}}
