"""Record what an organization used: each event once for ever, and never beyond a hard limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from billing.core.clock import Clock
from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, EventConflict, InvalidRequest
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.entitlement import Account, Grant, Refusal, grant, meter_of, require_feature
from billing.metering.domain.hold import SETTLEMENT
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Step, Usage, UsageEvent, late, use
from billing.metering.services.ports import UsageChange, UsageStore
from billing.plans.plan import Catalog
from billing.subscriptions.domain.access import Policy

CHUNK = 12
"""Events in one transaction. Each writes eight items at most: itself, its meter, wallet, ledger line, both its days and
two announcements; DynamoDB takes a hundred (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)."""

MAX_AGE = 35 * 86_400
MAX_AHEAD = 300
"""Seconds that `occurred_at` may lie in the past and in the future. Records of uses are kept for 400 days."""


class Result(StrEnum):
    """What became of one event. The values are the API's."""

    RECORDED = "recorded"
    REPLAYED = "replayed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One event of a batch. `usage` is the record, of now or of the first time; None when it was refused.

    `meter` is what a refused event met, None when the plan does not have the feature.
    """

    event: UsageEvent
    outcome: Result
    usage: Usage | None
    reason: Refusal | None = None
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Metering:
    """What metering needs: the table, the catalog and the policy in force, and the time."""

    store: UsageStore
    catalog: Catalog
    policy: Policy
    clock: Clock

    def granted(self, account: Account, now: int) -> Grant:
        """The plan in force for the account."""
        return grant(account.partition, self.catalog, self.policy, now)


def record_usage(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[Recorded]:
    """Record a batch in its order. One event is one transaction; a batch shares them.

    A replay answers with the first record; a refused event leaves its id unused, so that it may come again after a
    top-up. Raises UnknownFeature, InvalidRequest for an event too old, from the future or with an id that is ours,
    EventConflict for an id that was used for something else: then nothing of the batch behind it has been recorded.
    """
    now = metering.clock()
    for event in events:
        _check(event, now)
        require_feature(Grant(None, None), event.feature, metering.catalog)
    if len({event.id for event in events}) != len(events):
        raise InvalidRequest("An event id appears twice in the batch.")
    chunks = [events[start : start + CHUNK] for start in range(0, len(events), CHUNK)]
    return [recorded for chunk in chunks for recorded in _record(organization_id, chunk, metering)]


def _record(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[Recorded]:
    ids = [event.id for event in events]
    known: dict[str, Usage] = {}
    too_late = False

    def attempt() -> list[Recorded]:
        nonlocal known, too_late
        before = metering.store.account(organization_id)
        now = metering.clock()
        after, results, steps = _fold(before, events, known, metering, now)
        if any(each.outcome is Result.REFUSED for each in results):
            # Read behind the account: what was recorded before it may be what used the balance up.
            known = metering.store.usages(organization_id, ids)
            after, results, steps = _fold(before, events, known, metering, now)
        if not steps:
            return results
        entries = tuple(step.entry for step in steps if step.entry)
        usages = tuple(late(step.usage) if too_late else step.usage for step in steps)
        try:
            metering.store.commit_usage(organization_id, UsageChange(before, after, now, usages, entries))
        except DaySealed as sealed:
            too_late = True
            raise Conflict("The day was closed meanwhile.") from sealed
        except AlreadyProcessed as recorded:
            known = metering.store.usages(organization_id, ids)
            raise Conflict("Some of it was recorded meanwhile.") from recorded
        return results

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are recording usage for this organization. Try again.")


def _fold(
    account: Account, events: Sequence[UsageEvent], known: dict[str, Usage], metering: Metering, now: int
) -> tuple[Account, list[Recorded], list[Step]]:
    """Apply the events one after the other, purely; nothing is written here."""
    granted = metering.granted(account, now)
    results: list[Recorded] = []
    steps: list[Step] = []
    for event in events:
        if event.id in known:
            results.append(_replayed(event, known[event.id]))
            continue
        feature = require_feature(granted, event.feature, metering.catalog)
        step = use(account, granted, feature, event, now) if feature else None
        if step is None:
            results.append(_refused(event, meter_of(account, granted, feature, now) if feature else None))
            continue
        account = step.account
        steps.append(step)
        results.append(Recorded(event, Result.RECORDED, step.usage))
    return account, results, steps


def _refused(event: UsageEvent, meter: Meter | None) -> Recorded:
    return Recorded(event, Result.REFUSED, None, Refusal.EXHAUSTED if meter else Refusal.NOT_IN_PLAN, meter)


def _replayed(event: UsageEvent, usage: Usage) -> Recorded:
    if usage.event.digest != event.digest:
        raise EventConflict(f"The event id {event.id!r} was used for another event.")
    return Recorded(event, Result.REPLAYED, usage)


def _check(event: UsageEvent, now: int) -> None:
    if event.id.startswith(SETTLEMENT):
        raise InvalidRequest(f"Event ids that begin with {SETTLEMENT!r} belong to the settlements of holds.")
    if event.occurred_at > now + MAX_AHEAD:
        raise InvalidRequest(f"Event {event.id!r} lies in the future.")
    if event.occurred_at < now - MAX_AGE:
        raise InvalidRequest(f"Event {event.id!r} is older than {MAX_AGE // 86_400} days.")
