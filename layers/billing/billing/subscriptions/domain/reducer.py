"""One rule for every event: the newest snapshot of a subscription wins.

The type of an event never matters, so events that do not exist yet are right too. Chargebee delivers at least once and
in any order (https://apidocs.chargebee.com/docs/api/events); `resource_version` says which snapshot is newer.
"""

from dataclasses import dataclass, replace
from enum import Enum

from billing.subscriptions.domain.subscription import Item, Status, Subscription


class Verdict(Enum):
    """What a snapshot is to the row that it meets."""

    NEWER = "newer"
    SAME = "same"
    OLDER = "older"
    UNDECIDED = "undecided"
    """As new as the row, and different: ask Chargebee rather than guess."""


class Source(Enum):
    """Where a snapshot comes from."""

    EVENT = "event"
    READ = "read"
    """Read from Chargebee just now: of two equally new snapshots, the true one."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """The row after a snapshot, and why."""

    verdict: Verdict
    row: Subscription


def reduce(row: Subscription | None, snapshot: Subscription, source: Source) -> Reduction:
    """Let `snapshot` meet `row`.

    Invariant: a row's `resource_version` never goes back. Items that a snapshot lacks are the row's; a deletion beats
    what is equally new. The `checkout_id` of a row is its own for ever. What is scheduled is read beside a snapshot: it
    holds for that version, and for no other. Levels, read beside it too, stay, and are outdated by other items or
    quantities.
    """
    if row is None:
        return Reduction(Verdict.NEWER, replace(snapshot, items=snapshot.items or ()))
    candidate = replace(
        snapshot,
        checkout_id=row.checkout_id,
        items=row.items if snapshot.items is None else snapshot.items,
        scheduled_items=_scheduled(row, snapshot),
        levels=row.levels,
    )
    if row.levels is not None and candidate.quantities != row.quantities:
        candidate = replace(candidate, levels=replace(row.levels, outdated=True))
    verdict = _compare(row, candidate, source)
    return Reduction(verdict, candidate if verdict is Verdict.NEWER else row)


def _scheduled(row: Subscription, snapshot: Subscription) -> tuple[Item, ...] | None:
    known = snapshot.scheduled_items is not None or not snapshot.has_scheduled_changes
    return row.scheduled_items if not known and age(snapshot, row) == 0 else snapshot.scheduled_items


def _compare(row: Subscription, candidate: Subscription, source: Source) -> Verdict:
    newer_by = age(candidate, row)
    if newer_by < 0:
        return Verdict.OLDER
    if newer_by > 0:
        return Verdict.NEWER
    if replace(candidate, occurred_at=row.occurred_at) == row:
        return Verdict.SAME
    if row.status is Status.DELETED:
        return Verdict.OLDER
    if source is Source.READ or candidate.status is Status.DELETED:
        return Verdict.NEWER
    return Verdict.UNDECIDED


def age(candidate: Subscription, row: Subscription) -> int:
    """Positive when the candidate is newer. Without both versions the events' own seconds must do."""
    if candidate.resource_version is not None and row.resource_version is not None:
        return candidate.resource_version - row.resource_version
    return candidate.occurred_at - row.occurred_at
