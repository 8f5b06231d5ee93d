"""Reminders: a week ahead the vendor says once what will happen to a subscription. They change nothing.

https://apidocs.chargebee.com/docs/api/events. They come with the other stray events, where these are switched on.
"""

from collections.abc import Iterator

from local.chargebee import subscriptions
from local.chargebee.site import Site
from local.chargebee.store import Resource

EVENTS = {
    "subscription_trial_end_reminder": ("trial_end", frozenset({"in_trial"})),
    "subscription_renewal_reminder": ("current_term_end", frozenset({"active"})),
    "subscription_cancellation_reminder": ("cancelled_at", frozenset({"in_trial", "active", "non_renewing"})),
}
"""The moment that each is ahead of, and the statuses in which it will come."""
_AHEAD = 7 * 86_400


def due(site: Site) -> Iterator[tuple[int, str, str]]:
    """When which is to be sent of which subscription."""
    if not site.stray_events:
        return
    for subscription in site.store.subscriptions.values():
        for event_type, (moment, statuses) in EVENTS.items():
            at = subscription.get(moment, 0) - _AHEAD
            told = (subscription["id"], event_type, at) in site.store.reminded
            if subscription["status"] in statuses and at >= site.now() and not told and not subscription["deleted"]:
                yield at, event_type, subscription["id"]


def send(site: Site, event_type: str, subscription: Resource, source: str) -> None:
    """The subscription as it is now."""
    site.store.reminded.add((subscription["id"], event_type, site.now()))
    site.record(event_type, subscriptions.entry(site, subscription), source)
