"""The parts of a reconciliation, each for itself: with its own progress, share of the time, count and failure."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from billing.app import chargebee_wiring, wiring
from billing.app.feed import Findings, HasTime
from billing.app.organization_parts import all_organizations, new_organizations, the_rest
from billing.app.progress import Progress
from billing.app.reconcile import reconcile_customers, reconcile_events, reconcile_subscriptions
from billing.core.clock import utc_now
from billing.core.invocation import deadline
from billing.runtime.logs import count_many, log_failure, measure

IN_FLIGHT = 120
"""Seconds for which news may simply be on its way."""

PAGE_SECONDS = 30
"""Enough for a page of any list, and to queue all that is on it."""

LONGEST = 900
"""Seconds that a function has at most."""

NEW, ALL = "new", "all"
"""Which organizations are looked at: those that are not known yet, or every one."""

Part = Callable[[Progress, HasTime], Findings | None]
"""None when there was nothing to do."""


def reconcile(window: int, in_flight: int, organizations: str) -> dict[str, Any]:
    """Feed what both vendors know of the last `window` seconds, but for the last `in_flight`, and we do not.

    A part whose share of the time is over before its list goes on in the next run. Raises the first failure once all
    parts have run.
    """
    now, failures = utc_now(), list[Exception]()
    parts: Mapping[str, Part] = _chargebees(now - window, now - in_flight) | _scalekits(organizations, now - in_flight)
    found = {name: _run(name, part, len(parts) - number, failures) for number, (name, part) in enumerate(parts.items())}
    count_many("missing_events", found["events"].missing if found["events"] else 0)
    if failures:
        raise failures[0]
    return {name: summary(each) for name, each in found.items() if each}


def summary(found: Findings) -> dict[str, Any]:
    """What an operator is told of a part."""
    told = {"read": found.read, "queued": found.missing}
    return told | {"stoppedAt": found.stopped_at} if found.stopped_at else told


def _chargebees(window_start: int, until: int) -> dict[str, Part]:
    """From the window's start, or from where the last run stopped before it."""
    lists = {"events": reconcile_events, "subscriptions": reconcile_subscriptions, "customers": reconcile_customers}

    def part(feed: Callable[..., Findings]) -> Part:
        def run(progress: Progress, has_time: HasTime) -> Findings:
            since = min(int(progress.stopped_at or window_start), window_start)
            store, events = wiring.store(), wiring.events_queue()
            return feed(chargebee_wiring.chargebee_lists(), store, events, since, until, has_time=has_time)

        return run

    return {name: part(feed) for name, feed in lists.items()}


def _scalekits(organizations: str, until: int) -> dict[str, Part]:
    if organizations == NEW:
        return {"new_organizations": partial(new_organizations, until), "organizations": partial(the_rest, until)}
    return {"organizations": partial(all_organizations, until)}


def _run(name: str, part: Part, left: int, failures: list[Exception]) -> Findings | None:
    """One of the `left` parts that are still to run, which share the time that is left."""
    stop = _seconds() * (left - 1) / left + PAGE_SECONDS
    progress: Progress | None = None
    found: Findings | None = None
    try:
        progress = wiring.progress().load(name, utc_now())
        found = part(progress, lambda: _seconds() > stop)
        if found is not None:
            progress = _after(progress, found)
            wiring.progress().save(name, progress)
    except Exception as failure:
        log_failure("reconcile_failed", failure, part=name)
        failures.append(failure)
    if progress is not None:
        measure("reconcile_age_seconds", utc_now() - progress.whole_at, part=name)
    return found


def _after(progress: Progress, found: Findings) -> Progress:
    return replace(progress, stopped_at=found.stopped_at) if found.stopped_at else Progress(utc_now())


def has_time_for_a_page() -> bool:
    """Whether the function that runs may begin one."""
    return _seconds() > PAGE_SECONDS


def _seconds() -> float:
    return min(deadline.left(), LONGEST)
