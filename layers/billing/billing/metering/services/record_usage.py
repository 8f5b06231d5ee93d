"""Record what an organization used: each event once for ever, and never beyond a hard limit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from billing.core.clock import DAY
from billing.core.errors import AlreadyProcessed, Conflict, DaySealed, InvalidRequest, UnknownFeature
from billing.core.names import SETTLEMENT
from billing.core.until_won import USAGE_ATTEMPTS, until_won
from billing.metering.domain.entitled import Entitled
from billing.metering.domain.entitlement import Account, Refusal, counted_feature, lacking, meter_of
from billing.metering.domain.usage import Usage, UsageEvent
from billing.metering.domain.use import Basis, EventResult, Outcome, UseResult, plan_terms, use, why_not
from billing.metering.services.ports import Metering, UsageChange, expiry

CHUNK = 10
"""Events in one transaction. Each writes ten items at most: itself, its meter, wallet, two lines of a ledger, both its
days and three announcements; DynamoDB takes a hundred (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)."""

MAX_AGE = 35 * DAY
MAX_AHEAD = 300
"""Seconds that `occurred_at` may lie in the past and in the future. Records of uses are kept for 400 days."""

UNMET = frozenset(Refusal) - {Refusal.ID_CONFLICT}
"""The refusals of what may have been recorded before: when there was more of it, when it was new, when the catalog had
it or counted it otherwise, or at the time of its first sending."""


def record_usage(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[EventResult]:
    """Record a batch in its order, each event by itself. One event is one transaction; a batch shares them.

    A replay answers with the first record. A refused event leaves its id unused: it may be sent again after a top-up.
    """
    chunks = [events[start : start + CHUNK] for start in range(0, len(events), CHUNK)]
    return [result for chunk in chunks for result in _record(organization_id, chunk, metering)]


def judge_usage(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[EventResult]:
    """What recording a batch would answer now. Nothing is written."""
    account = metering.store.account(organization_id)
    known = metering.store.usages(organization_id, [event.id for event in events])
    now = metering.clock()
    _, results, _ = _fold(account.at(now), events, known, metering, now)
    return results


def _record(organization_id: str, events: Sequence[UsageEvent], metering: Metering) -> list[EventResult]:
    ids = [event.id for event in events]
    known: dict[str, Usage] = {}
    sealed = 0

    def attempt() -> list[EventResult]:
        nonlocal known, sealed
        before = metering.store.account(organization_id)
        now = metering.clock()
        before = before.at(now)
        after, results, uses = _fold(before, events, known, metering, now)
        if any(each.reason in UNMET for each in results):
            # Read behind the account: what was recorded before it may be what used the balance up.
            known = metering.store.usages(organization_id, ids)
            after, results, uses = _fold(before, events, known, metering, now)
        if not uses:
            if before.written and any(each.reason in UNMET for each in results):
                metering.store.commit_usage(organization_id, expiry(before, now))
            return results
        lines = tuple(each.line for each in uses if each.line)
        usages = tuple(each.usage.moved_on(sealed) for each in uses)
        try:
            metering.store.commit_usage(organization_id, UsageChange(before, after, now, usages, lines))
        except DaySealed as closed:
            sealed += 1
            raise Conflict("The day was closed meanwhile.") from closed
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
    known = dict(known)
    results: list[EventResult] = []
    uses: list[UseResult] = []
    for event in events:
        refused = _wrong(event, now)
        if event.id in known and (refused is None or refused.reason is not Refusal.INVALID_REQUEST):
            results.append(_replayed(event, known[event.id]))
            continue
        if refused:
            results.append(refused)
            continue
        used = _used(account, granted, event, metering, now)
        if not isinstance(used, UseResult):
            results.append(used)
            continue
        account = used.account
        known[event.id] = used.usage
        uses.append(used)
        results.append(EventResult(event, Outcome.RECORDED, used.usage))
    return account, results, uses


def _wrong(event: UsageEvent, now: int) -> EventResult | None:
    """The refusal of an event that no organization could be recorded for."""
    if event.id.startswith(SETTLEMENT):
        told = f"Event ids that begin with {SETTLEMENT!r} belong to the settlements of holds."
        return EventResult.refused(event, Refusal.INVALID_REQUEST, told)
    if event.occurred_at > now + MAX_AHEAD:
        return EventResult.refused(event, Refusal.IN_THE_FUTURE, "It lies in the future.")
    if event.occurred_at < now - MAX_AGE:
        return EventResult.refused(event, Refusal.TOO_OLD, f"It is older than {MAX_AGE // DAY} days.")
    return None


def _used(
    account: Account, today: Entitled, event: UsageEvent, metering: Metering, now: int
) -> UseResult | EventResult:
    try:
        basis = basis_of(account, today, event, metering, now)
        event = event.counted_in(basis.feature.decimals) if basis else event
    except UnknownFeature as unknown:
        return EventResult.refused(event, Refusal.UNKNOWN_FEATURE, str(unknown))
    except InvalidRequest as wrong:
        return EventResult.refused(event, Refusal.INVALID_REQUEST, str(wrong))
    if basis is None:
        return EventResult.refused(event, lacking(today))
    used = use(account, basis, event, now)
    if isinstance(used, UseResult):
        return used
    terms = plan_terms(basis.feature, event.dimensions, now)
    return EventResult.refused(event, why_not(event.quantity, used, account, terms), meter=used)


def basis_of(account: Account, today: Entitled, event: UsageEvent, metering: Metering, now: int) -> Basis | None:
    """What decides the use: today's plan in the period that runs, so that late news never passes its limit; in an
    earlier one, or on what a subscription had that has ended since, the plan and the meter of then.

    None when the plan does not have the feature. Raises UnknownFeature, or InvalidRequest for a switch.
    """
    moment = event.occurred_at
    feature = counted_feature(today, event.feature, metering.catalog)
    current = Basis(today.source(feature), feature, meter_of(account, today, feature, now)) if feature else None
    if moment >= now or (current and current.meter.start <= moment and not account.changed_since(moment, now)):
        return current
    from billing.metering.domain.moment import as_of, meter_then  # noqa: PLC0415 - only for what comes late

    then = metering.granted(replace(account, partition=as_of(account.partition, moment, now)), moment)
    found = counted_feature(then, event.feature, metering.catalog)
    if found is None:
        return None
    meter = meter_then(account, then, found, moment)
    if current and current.meter.start == meter.start:
        return current
    rows = {row.id: row for row in account.partition.subscriptions}
    source = then.source(found)
    return Basis(replace(source, subscription=rows.get(source.subscription_id or "")), found, meter)


def _replayed(event: UsageEvent, usage: Usage) -> EventResult:
    if not event.repeats(usage.event):
        return EventResult.refused(event, Refusal.ID_CONFLICT, "Its id was used for another event.")
    return EventResult(event, Outcome.REPLAYED, usage)
