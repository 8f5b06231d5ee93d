"""An announcement as it is published: the detail of the bus' event, and the hook's argument."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict, cast

from billing.plans.plan import Catalog
from billing.runtime.logs import count
from billing.subscriptions.domain.access import access
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.published import published_subscription

if TYPE_CHECKING:
    from billing.subscriptions.domain.access import Policy
    from billing.subscriptions.domain.published import PublishedSubscription
    from billing.subscriptions.domain.subscription import Subscription

VERSION: Literal[1] = 1
"""Of the published shape. Fields may come without a new one; a consumer lets pass what it does not know."""

NOTHING_SOLD = Catalog({}, {})


class PublishedAnnouncement(TypedDict):
    """What every announcement says; `billing.published` has what each kind of it says beside this."""

    version: Literal[1]
    key: str
    """The same however often the announcement is delivered: use it to do your work once."""
    transition: str
    """What happened: on the bus the event's `detail-type` too."""
    organizationId: str
    customerId: str | None
    """Chargebee's customer of the organization."""
    at: int
    """UTC seconds, by the vendor's clock if the vendor reported it."""
    requestId: NotRequired[str]
    """What began it: the API's id of the request or of the webhook's delivery, as the logs have it."""
    eventId: NotRequired[str]
    """The vendor's event that told of it."""
    redelivered: NotRequired[Literal[True]]
    """Only where it was parked and sent again: newer news may have been told since."""
    migrated: NotRequired[Literal[True]]
    """Only where it is no news: the customer or the subscription was there before this system knew of it."""


Publish = Callable[[Announcement], PublishedAnnouncement]


def published(announcement: Announcement, catalog: Callable[[], Catalog], policy: Policy) -> PublishedAnnouncement:
    """Pure but for `catalog`, which is called for a subscription only. Delivered again, it is the same again: access is
    told as of the announcement's own time."""
    head: PublishedAnnouncement = {
        "version": VERSION,
        "key": announcement.key,
        "transition": str(announcement.transition),
        "organizationId": announcement.organization_id,
        "customerId": announcement.customer_id,
        "at": announcement.at,
    }
    began = {"requestId": announcement.request_id, "eventId": announcement.event_id}
    content = {name: value for name, value in began.items() if value} | dict(announcement.content)
    if announcement.subscription is not None:
        content["subscription"] = _as_of(announcement.subscription, announcement.at, catalog(), policy)
    return cast("PublishedAnnouncement", {**head, **content})


def catalog_or_none(catalog: Callable[[], Catalog]) -> Catalog:
    """The catalog, or one that sells nothing: a plan is then called by its item price.

    An announcement waits for no catalog; that it went without is counted, and logged as a warning.
    """
    try:
        return catalog()
    except Exception as error:
        count("announced_without_catalog", reason=repr(error))
        return NOTHING_SOLD


def _as_of(subscription: Subscription, at: int, catalog: Catalog, policy: Policy) -> PublishedSubscription:
    return published_subscription(subscription, catalog, access(subscription, policy, at))
