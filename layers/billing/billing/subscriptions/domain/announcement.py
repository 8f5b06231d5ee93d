"""What happened to an organization, as the bus and the hooks are to be told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transition import Transition

Happening = tuple[Transition, Subscription | None]
"""A transition, and the subscription as it is after it; None for a transition of the customer."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One transition, told at least once.

    `key` is `<organization>#<name>`, names no other announcement and stays the same however often it is delivered. `at`
    is UTC seconds, by the vendor's clock if the vendor reported it. `subscription` is the state after a
    subscription's transition; `content` is what anything else is about, each thing in its published shape by its name.
    `request_id` and `event_id` are what began the work that it tells of, as the outbox has noted it.
    """

    key: str
    transition: Transition
    organization_id: str
    customer_id: str | None
    at: int
    subscription: Subscription | None = None
    content: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    request_id: str | None = None
    event_id: str | None = None

    @property
    def name(self) -> str:
        """What makes it the only one of its organization."""
        return self.key.removeprefix(f"{self.organization_id}#")


NOTHING: Mapping[str, Any] = MappingProxyType({})
MIGRATED: Mapping[str, Any] = MappingProxyType({"migrated": True})
"""Said of what is only new here: it was there before this system knew of it."""


def announce(
    organization: Organization,
    version: int,
    at: int,
    happenings: Iterable[Happening],
    first: int = 0,
    *,
    content: Mapping[str, Any] = NOTHING,
) -> tuple[Announcement, ...]:
    """Announcements of what a write does to an organization and its subscriptions, in order.

    `version` is the organization's after that write, and makes the keys: of one version there is one write. `first` is
    the number of the first one in it. `at` is UTC seconds. `content` is what each of them says besides.
    """
    return tuple(
        Announcement(
            key=f"{organization.id}#{version:012d}#{number:03d}",
            transition=transition,
            organization_id=organization.id,
            customer_id=organization.customer_id,
            at=at,
            subscription=subscription,
            content=content,
        )
        for number, (transition, subscription) in enumerate(happenings, first)
    )
