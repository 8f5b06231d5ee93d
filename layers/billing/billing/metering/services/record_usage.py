"""Record what an organization used: each event once for ever, and never beyond a hard limit."""

from collections.abc import Mapping, Sequence

from billing.core.clock import DAY
from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, EventConflict, InvalidRequest
from billing.core.names import SETTLEMENT
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.entitlement import Account, Refusal, counted_feature
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Usage, UsageEvent
from billing.metering.domain.use import EventResult, Outcome, UseResult, use
from billing.metering.services.ports import Metering, UsageChange

CHUNK = 12
"""Events in one transaction. Each writes eight items at most: itself, its meter, wallet, ledger line, both its days and
two announcements; DynamoDB takes a hundred (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)."""

MAX_AGE = 35 * DAY
MAX_AHEAD = 300
"""Seconds that `occurred_at` may lie in the past and in the future. Records of uses are kept for 400 days."""


def record_usage(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[EventResult]:
    """Record a batch in its order. One event is one transaction; a batch shares them.

    A replay answers with the first record. A refused event leaves its id unused: it may be sent again after a top-up.
    Raises UnknownFeature; InvalidRequest for an event too old, from the future or with a reserved id; EventConflict if
    an id was used for a different event. Events before that one may have been recorded, later ones have not.
    """
    now = metering.clock()
    for event in events:
        _check(event, now)
        metering.catalog.check_feature(event.feature)
    if len({event.id for event in events}) != len(events):
        raise InvalidRequest("An event id appears twice in the batch.")
    chunks = [events[start : start + CHUNK] for start in range(0, len(events), CHUNK)]
    return [result for chunk in chunks for result in _record(organization_id, chunk, metering)]


def _check(event: UsageEvent, now: int) -> None:
    if event.id.startswith(SETTLEMENT):
        raise InvalidRequest(f"Event ids that begin with {SETTLEMENT!r} belong to the settlements of holds.")
    if event.occurred_at > now + MAX_AHEAD:
        raise InvalidRequest(f"Event {event.id!r} lies in the future.")
    if event.occurred_at < now - MAX_AGE:
        raise InvalidRequest(f"Event {event.id!r} is older than {MAX_AGE // DAY} days.")


def _record(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[EventResult]:
    ids = [event.id for event in events]
    known: dict[str, Usage] = {}
    day_sealed = False

    def attempt() -> list[EventResult]:
        nonlocal known, day_sealed
        before = metering.store.account(organization_id)
        now = metering.clock()
        after, results, uses = _fold(before, events, known, metering, now)
        if any(each.outcome is Outcome.REFUSED for each in results):
            # Read behind the account: what was recorded before it may be what used the balance up.
            known = metering.store.usages(organization_id, ids)
            after, results, uses = _fold(before, events, known, metering, now)
        if not uses:
            return results
        lines = tuple(each.line for each in uses if each.line)
        usages = tuple(each.usage.moved_to_today if day_sealed else each.usage for each in uses)
        try:
            metering.store.commit_usage(organization_id, UsageChange(before, after, now, usages, lines))
        except DaySealed as sealed:
            day_sealed = True
            raise Conflict("The day was closed meanwhile.") from sealed
        except AlreadyProcessed as recorded:
            known = metering.store.usages(organization_id, ids)
            raise Conflict("Some of it was recorded meanwhile.") from recorded
        return results

    return until_won(attempt, USAGE_ATTEMPTS, "Too many others are recording usage for this organization. Try again.")


def _fold(
    account: Account, events: Sequence[UsageEvent], known: Mapping[str, Usage], metering: Metering, now: int
) -> tuple[Account, list[EventResult], list[UseResult]]:
    """Apply the events one after the other, purely; nothing is written here."""
    granted = metering.granted(account, now)
    results: list[EventResult] = []
    uses: list[UseResult] = []
    for event in events:
        if event.id in known:
            results.append(_replayed(event, known[event.id]))
            continue
        feature = counted_feature(granted, event.feature, metering.catalog)
        used = use(account, granted, feature, event, now) if feature else None
        if not isinstance(used, UseResult):
            results.append(_refused(event, used))
            continue
        account = used.account
        uses.append(used)
        results.append(EventResult(event, Outcome.RECORDED, used.usage))
    return account, results, uses


def _refused(event: UsageEvent, meter: Meter | None) -> EventResult:
    return EventResult(event, Outcome.REFUSED, None, Refusal.EXHAUSTED if meter else Refusal.NOT_IN_PLAN, meter)


def _replayed(event: UsageEvent, usage: Usage) -> EventResult:
    if usage.event.digest != event.digest:
        raise EventConflict(f"The event id {event.id!r} was used for another event.")
    return EventResult(event, Outcome.REPLAYED, usage)
