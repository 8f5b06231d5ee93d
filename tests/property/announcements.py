"""Which announcements may follow which: the life of a subscription as a consumer of the bus may rely on it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.domain.transition import Transition as T

OPENS = {
    T.CREATED: "exists",
    T.ACTIVATED: "usable",
    T.TRIAL_STARTED: "trial",
    T.CANCELLATION_SCHEDULED: "cancelling",
    T.PAUSED: "paused",
    T.PAST_DUE: "past_due",
    T.CANCELLED: "ended",
    T.DELETED: "deleted",
}
"""What begins with an announcement; it must not have begun already."""

CLOSES = {
    T.TRIAL_ENDED: "trial",
    T.CANCELLATION_REMOVED: "cancelling",
    T.RESUMED: "paused",
    T.RECOVERED: "past_due",
}
"""What ends with an announcement; it must have begun."""

ENDED_WITH_THE_SUBSCRIPTION = frozenset({"usable", "cancelling", "paused", "past_due"})
NEVER_AFTER_THE_END = frozenset({T.RENEWED, T.UPDATED, T.PAUSED, T.RESUMED, T.PAST_DUE, T.CANCELLATION_SCHEDULED})
NEVER_WITH_THE_END = frozenset({T.RENEWED, T.UPDATED, T.PAUSED, T.RESUMED, T.RECOVERED, T.CANCELLATION_REMOVED})
"""What ended did not get better by it."""


@dataclass(slots=True)
class _Life:
    """What has been announced of one subscription and still holds."""

    holds: set[str] = field(default_factory=set)
    told: list[T] = field(default_factory=list)
    version: int = 0
    departures: int = 0
    at_once: tuple[str, set[T]] = field(default_factory=lambda: ("", set()))

    def hear(self, commit: str, transition: T, subscription: Subscription) -> None:
        """Raises AssertionError when the transition cannot follow what was told before, or with the same `commit`."""
        self.told.append(transition)
        if self.at_once[0] != commit:
            self.at_once = (commit, set())
        assert transition is not T.CANCELLED or not self.at_once[1] & NEVER_WITH_THE_END, self.told
        self.at_once[1].add(transition)
        assert transition is not T.CHECKOUT_COMPLETED or self.told[-2:] == [T.CREATED, transition], self.told
        assert "exists" in self.holds or transition is T.CREATED, self.told
        assert "deleted" not in self.holds, self.told
        assert (subscription.resource_version or 0) >= self.version, f"{self.told}: back in time"
        self.version = subscription.resource_version or 0
        if transition is T.ACTIVATED:
            self.holds.discard("ended")
        assert "ended" not in self.holds or transition not in NEVER_AFTER_THE_END, self.told
        if begun := OPENS.get(transition):
            assert begun not in self.holds, self.told
            self.holds.add(begun)
        if over := CLOSES.get(transition):
            assert over in self.holds, self.told
            self.holds.discard(over)
        self.departures += transition is T.CANCELLED and subscription.status is Status.TRANSFERRED
        if transition is T.CANCELLED:
            self.holds -= ENDED_WITH_THE_SUBSCRIPTION
        assert transition is not T.DELETED or "ended" in self.holds, self.told


def check_announcements(outbox: Iterable[Announcement]) -> None:
    """Raises AssertionError unless every announcement was made once, when it was due, and in order."""
    lives: dict[tuple[str, str], _Life] = defaultdict(_Life)
    customers: dict[str, int] = defaultdict(int)
    keys: set[str] = set()
    for told in outbox:
        assert told.key not in keys, f"{told.key} was announced twice"
        keys.add(told.key)
        subscription = told.subscription
        if subscription is None:
            assert told.transition is T.CUSTOMER_CREATED
            customers[told.organization_id] += 1
        else:
            lives[told.organization_id, subscription.id].hear(_commit(told), told.transition, subscription)
    for life in lives.values():
        assert life.told.count(T.CREATED) == 1, life.told
        assert life.told.count(T.TRIAL_STARTED) <= 1 + life.departures, life.told  # it may come back in its trial
        assert life.told.count(T.CHECKOUT_COMPLETED) <= 1, life.told


def _commit(announcement: Announcement) -> str:
    """The version of the organization that it was written with."""
    return announcement.name.partition("#")[0]
