"""Pausing and resuming. https://apidocs.chargebee.com/docs/api/subscriptions/pause-a-subscription"""

from local.chargebee import lifecycle, metering
from local.chargebee.invoices import Charge
from local.chargebee.site import Site
from local.chargebee.store import Resource


def pause(site: Site, subscription: Resource, source: str) -> None:
    """Nothing renews until it is resumed; a pending cancellation still falls due."""
    subscription |= {"status": "paused", "pause_date": site.now()}
    subscription.pop("next_billing_at", None)
    lifecycle.publish(site, "subscription_paused", subscription, source)


def schedule_pause(site: Site, subscription: Resource, moment: int, source: str) -> None:
    subscription["pause_date"] = moment
    lifecycle.publish(site, "subscription_pause_scheduled", subscription, source)


def schedule_resumption(site: Site, subscription: Resource, moment: int, source: str) -> None:
    subscription["resume_date"] = moment
    lifecycle.publish(site, "subscription_resumption_scheduled", subscription, source)


def resume(site: Site, subscription: Resource, source: str) -> Charge | None:
    """Inside the paid term it goes on as it was; after it a new term begins now and is billed."""
    charge = None
    paused_at = subscription.get("pause_date", site.now())
    for name in ("pause_date", "resume_date"):
        subscription.pop(name, None)
    subscription["status"] = "active"
    if subscription.get("cancelled_at"):
        subscription["status"] = "non_renewing"
    elif needs_new_term(site, subscription):
        ended = metering.end(site, subscription, paused_at)
        lifecycle.enter_term(site, subscription, site.now(), site.now())
        charge = lifecycle.bill(site, subscription, subscription["subscription_items"], ended)
    else:
        subscription["next_billing_at"] = subscription["current_term_end"]
    lifecycle.publish(site, "subscription_resumed", subscription, source, charge)
    return charge


def needs_new_term(site: Site, subscription: Resource) -> bool:
    return bool(subscription["current_term_end"] <= site.now())
