"""What a decision writes: one organization's change, all of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from billing.subscriptions.domain.announcement import Announcement
    from billing.subscriptions.domain.organization import Organization
    from billing.subscriptions.domain.subscription import Subscription


class Outcome(StrEnum):
    """What became of a delivered event, as the event log keeps it."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    STALE = "stale"
    RESYNC = "resync"
    """As new as the row and different, or of dues that only Chargebee knows: it was asked."""
    ORPHAN = "orphan"
    """Nobody's, so far. The only outcome that a redelivery may replace."""
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class ProcessedEvent:
    """The proof that an event was dealt with. `source` is the vendor, `at` UTC seconds."""

    source: str
    event_id: str
    type: str
    outcome: Outcome
    at: int


AT_ONCE = 15
"""Subscriptions that one transaction ends at most. Each is a row, its holder and three announcements, and a transaction
takes a hundred writes; more of them end in several, each of which leaves what is true, the last with the entry."""


@dataclass(frozen=True, slots=True)
class OrganizationChange:
    """One transaction. `organization.version` is one more than the version that was read, and guards the write.

    `pointers` are customers whose id is not the organization's, so that a webhook finds the organization.
    `erased` are the ids of subscriptions whose rows go.
    `held` are the ids of subscriptions that are the organization's from now on: nobody else's until now, but for those
    of `former`, the organizations that they left. `losses` is what those lose by it.
    """

    organization: Organization
    subscriptions: tuple[Subscription, ...] = ()
    entry: ProcessedEvent | None = None
    announcements: tuple[Announcement, ...] = ()
    pointers: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    former: frozenset[str] = frozenset()
    losses: tuple[OrganizationChange, ...] = ()


class Task(StrEnum):
    """Work for later: what needs Chargebee is never done while applying, and what is due later waits in a queue."""

    RESYNC = "billing.resync"
    VERIFY = "billing.verify"
    """The same, for whoever read a cache without news: what fails is not repeated, because the next reader asks."""
    READ_LEVELS = "billing.read_levels"
    CANCEL_ORPHAN = "billing.cancel_orphan"
    ADOPT_CUSTOMER = "billing.adopt_customer"
    RELEASE_HOLD = "billing.release_hold"
    RESOLVE_CHARGE = "billing.resolve_charge"
    AUTO_TOP_UP = "billing.auto_top_up"


@dataclass(frozen=True, slots=True)
class Command:
    """One queued task. Running it twice does no more than running it once.

    `delay` is for how many seconds it waits unseen, `MAX_DELAY` at most: a longer wait is queued again. A hold that is
    not there at `made_by` (UTC seconds) was never made.
    """

    task: Task
    organization_id: str
    subscription_id: str = ""
    hold_id: str = ""
    made_by: int = 0
    charge_id: str = ""
    currency: str = ""
    customer_id: str = ""
    delay: int = 0


WRITTEN_SOON = 5
"""Seconds after which what the sender of a command is about to commit will have been written."""

MAX_DELAY = 900
"""https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-delay-queues.html"""
