"""What happens to a subscription, one function a transition. Every one leaves a newer version and says so in events.

The states are those of https://apidocs.chargebee.com/docs/api/subscriptions: future, in_trial, active, non_renewing,
paused, cancelled; a deleted subscription keeps the status that it had. Times are UTC seconds.
"""

from local.chargebee import contract_terms, coupons, invoices, levels, metering, payments, pending_invoices
from local.chargebee.billing_periods import monthly, term_end
from local.chargebee.cards import behaviour_of, card_of
from local.chargebee.invoice_lines import lines_of
from local.chargebee.invoices import Charge
from local.chargebee.items import PricedItems
from local.chargebee.site import Site
from local.chargebee.store import Resource, Span

SCHEDULER = "scheduled_job"


def owner(site: Site, subscription: Resource) -> Resource:
    return site.store.customers[subscription["customer_id"]]


def publish(site: Site, event_type: str, subscription: Resource, source: str, charge: Charge | None = None) -> None:
    """Date the change, then tell of it: the subscription's event first, the invoice's and payment's after."""
    subscription["mrr"] = monthly(subscription) if subscription["status"] in ("active", "non_renewing") else 0
    subscription["create_pending_invoices"] = metering.has_metered_items(site, subscription)
    if charge is not None:
        payments.record_dues(site, subscription)
    site.touch(subscription)
    customer = owner(site, subscription)
    refresh_revenue(site, customer)
    content = {"subscription": subscription, "customer": customer, "card": card_of(site, customer)}
    site.record(event_type, content | {"invoice": charge.invoice if charge else None}, source)
    levels.tell(site, subscription, source)
    if charge is not None:
        invoices.announce(site, charge, source)


def refresh_revenue(site: Site, customer: Resource) -> None:
    """A customer shows what its subscriptions bring in a month, in minor units."""
    customer["mrr"] = sum(s["mrr"] for s in site.store.subscriptions.values() if s["customer_id"] == customer["id"])


def enter_term(site: Site, subscription: Resource, start: int, anchor: int) -> None:
    """Put the subscription in the billing term that begins at `start`."""
    period, unit = subscription["billing_period"], subscription["billing_period_unit"]
    end = term_end(anchor, start, period, unit, site.settings.zone)
    site.store.term_anchors[subscription["id"]] = anchor
    metering.begin(site, subscription, start)
    subscription |= {"current_term_start": start, "current_term_end": end, "next_billing_at": end}


def bill(site: Site, subscription: Resource, items: list[Resource], ended: Span | None = None) -> Charge | None:
    """Invoice these items for the current term, or as of now where there is none, and the usage of what has ended."""
    start = subscription.get("current_term_start", site.now())
    end = subscription.get("current_term_end", site.now())
    return charge_for(site, subscription, lines_of(site, metering.in_advance(site, items), start, end), ended)


def charge_for(site: Site, subscription: Resource, lines: list[Resource], ended: Span | None) -> Charge | None:
    """At once, or pending where the usage of an ended time is billed too; None where there is nothing to bill."""
    if ended is not None:
        return pending_invoices.open_for(site, subscription, lines, ended)
    if not lines:
        return None
    return invoices.issue(site, owner(site, subscription), subscription["currency_code"], lines, subscription)


def create(
    site: Site, subscription: Resource, priced: PricedItems, redeemed: list[Resource], source: str
) -> Charge | None:
    """Register a subscription whose status its maker has chosen: future, in_trial or active."""
    site.store.subscriptions[subscription["id"]] = subscription
    coupons.put_on(site, subscription, redeemed)
    due = list(priced.charges)
    if subscription["status"] == "active":
        _become_active(site, subscription)
        due = [*priced.recurring, *priced.charges]
    charge = bill(site, subscription, due) if due else None
    publish(site, "subscription_created", subscription, source, charge)
    return charge


def _become_active(site: Site, subscription: Resource) -> None:
    now = site.now()
    subscription |= {"status": "active", "activated_at": now}
    subscription.setdefault("started_at", now)
    enter_term(site, subscription, now, now)


def start(site: Site, subscription: Resource) -> None:
    """A future subscription's start date has come; with a trial still ahead it starts in trial."""
    trial_end = subscription.get("trial_end", 0)
    subscription["started_at"] = site.now()
    charge = None
    if trial_end > site.now():
        subscription |= {"status": "in_trial", "trial_start": site.now(), "next_billing_at": trial_end}
    else:
        _become_active(site, subscription)
        charge = bill(site, subscription, subscription["subscription_items"])
    publish(site, "subscription_started", subscription, SCHEDULER, charge)


def end_trial(site: Site, subscription: Resource) -> None:
    """With a card (or collection off) the subscription goes on, otherwise it ends for want of one."""
    customer = owner(site, subscription)
    collects = subscription["auto_collection"] == "on"
    action = subscription.get("trial_end_action")
    if action == "cancel_subscription":
        cancel(site, subscription, SCHEDULER)
    elif collects and behaviour_of(site, customer) is None and action != "activate_subscription":
        cancel(site, subscription, SCHEDULER, cancel_reason="no_card")
    else:
        _become_active(site, subscription)
        charge = bill(site, subscription, subscription["subscription_items"])
        publish(site, "subscription_activated", subscription, SCHEDULER, charge)


def renew(site: Site, subscription: Resource) -> None:
    ended = metering.end(site, subscription, subscription["current_term_end"])
    enter_term(site, subscription, subscription["current_term_end"], site.store.term_anchors[subscription["id"]])
    _stop_renewing_if_last_term(subscription)
    charge = bill(site, subscription, subscription["subscription_items"], ended)
    publish(site, "subscription_renewed", subscription, SCHEDULER, charge)


def _stop_renewing_if_last_term(subscription: Resource) -> None:
    if 0 < subscription.get("cancelled_at", 0) <= subscription["current_term_end"]:
        subscription |= {"status": "non_renewing", "remaining_billing_cycles": 0}
        subscription.pop("next_billing_at", None)


def schedule_cancellation(
    site: Site, subscription: Resource, moment: int, source: str, reason_code: str | None
) -> None:
    """Ends at `moment`; from its last term on it is non_renewing, and a trial stays a trial."""
    subscription |= {"cancelled_at": moment, "cancel_schedule_created_at": site.now()}
    if reason_code:
        subscription["cancel_reason_code"] = reason_code
    if subscription["status"] == "active":
        _stop_renewing_if_last_term(subscription)
    elif subscription["status"] == "in_trial":
        subscription.pop("next_billing_at", None)
    publish(site, "subscription_cancellation_scheduled", subscription, source)


def unschedule_cancellation(site: Site, subscription: Resource, source: str) -> None:
    clear_cancellation(subscription)
    publish(site, "subscription_scheduled_cancellation_removed", subscription, source)


def clear_cancellation(subscription: Resource) -> None:
    for name in ("cancelled_at", "cancel_schedule_created_at", "cancel_reason_code", "remaining_billing_cycles"):
        subscription.pop(name, None)
    if subscription["status"] == "non_renewing":
        subscription |= {"status": "active", "next_billing_at": subscription["current_term_end"]}
    elif subscription["status"] == "in_trial":
        subscription["next_billing_at"] = subscription["trial_end"]


def cancel(site: Site, subscription: Resource, source: str, **details: str) -> None:
    """Over now. A schedule that led here stays visible in `cancel_schedule_created_at`."""
    now = site.now()
    ended = metering.end(site, subscription, now)
    forget_scheduled_changes(site, subscription)
    for name in ("next_billing_at", "remaining_billing_cycles", "pause_date", "resume_date"):
        subscription.pop(name, None)
    if "current_term_end" in subscription:
        subscription["current_term_end"] = min(subscription["current_term_end"], now)
    subscription |= {"status": "cancelled", "cancelled_at": now, **details}
    contract_terms.end(site, subscription, source)
    publish(site, "subscription_cancelled", subscription, source, charge_for(site, subscription, [], ended))


def reactivate(site: Site, subscription: Resource, trial_end: int | None, source: str) -> Charge | None:
    """Back from cancelled, into a new trial or a new term that begins now."""
    clear_cancellation(subscription)
    subscription.pop("cancel_reason", None)
    charge = None
    if trial_end:
        subscription |= {
            "status": "in_trial",
            "trial_start": site.now(),
            "trial_end": trial_end,
            "next_billing_at": trial_end,
        }
        for name in ("current_term_start", "current_term_end"):
            subscription.pop(name, None)
    else:
        _become_active(site, subscription)
        charge = bill(site, subscription, subscription["subscription_items"])
    publish(site, "subscription_reactivated", subscription, source, charge)
    return charge


def forget_scheduled_changes(site: Site, subscription: Resource) -> None:
    site.store.scheduled_changes.pop(subscription["id"], None)
    subscription["has_scheduled_changes"] = False
    subscription.pop("changes_scheduled_at", None)


def delete(site: Site, subscription: Resource, source: str) -> None:
    subscription["deleted"] = True
    forget_scheduled_changes(site, subscription)
    publish(site, "subscription_deleted", subscription, source)
