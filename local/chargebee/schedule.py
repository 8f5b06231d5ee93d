"""What falls due as time passes, done in the order in which it falls due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from local.chargebee import (
    changes,
    contract_terms,
    coupons,
    invoices,
    lifecycle,
    moves,
    overrides,
    pausing,
    pending_invoices,
    reminders,
)
from local.chargebee.items import compose
from local.chargebee.site import Site
from local.chargebee.store import Resource


@dataclass(frozen=True, order=True)
class _Due:
    """At one moment a change comes before the cancellation, and both before the renewal that they concern.

    The resource is an invoice where the kind is `close` or `fall_due`, a pending move where it is `move`, an override
    where it is `end_override`, else a subscription.
    """

    at: int
    rank: int
    resource_id: str
    kind: str


def advance(site: Site, seconds: float) -> None:
    """Move the clock, doing all that falls due on the way, each thing at its own moment."""
    target = site.clock.precise() + seconds
    while (due := _next(site, target)) is not None:
        with site.clock.held_at(due.at):
            _do(site, due)
    site.clock.advance(seconds)


def _do(site: Site, due: _Due) -> None:
    if due.kind == "move":
        moves.carry_out(site, due.resource_id)
    elif due.kind == "end_override":
        overrides.expire(site, site.store.entitlement_overrides[due.resource_id], lifecycle.SCHEDULER)
    elif due.kind in reminders.EVENTS:
        reminders.send(site, due.kind, site.store.subscriptions[due.resource_id], lifecycle.SCHEDULER)
    else:
        table = site.store.invoices if due.kind in ("close", "fall_due") else site.store.subscriptions
        _DO[due.kind](site, table[due.resource_id])


def catch_up(site: Site) -> None:
    """Do what has fallen due by the clock's own running."""
    advance(site, 0)


def _next(site: Site, until: float) -> _Due | None:
    found = (*_all_due(site, until), *_moves(site, until), *_overrides(site, until), *_reminders(site, until))
    return min(found, default=None)


def _all_due(site: Site, until: float) -> Iterator[_Due]:
    for subscription in site.store.subscriptions.values():
        if not subscription["deleted"]:
            yield from (due for due in _of(site, subscription) if due.at <= until)
    for invoice_id, gathering in site.store.gathering.items():
        if gathering.closes_at <= until and not site.store.subscriptions[gathering.subscription_id]["deleted"]:
            yield _Due(gathering.closes_at, 6, invoice_id, "close")
    for key, invoice in site.store.invoices.items():
        if invoice["status"] == "posted" and invoice["due_date"] <= until:
            yield _Due(invoice["due_date"], 7, key, "fall_due")


def _moves(site: Site, until: float) -> Iterator[_Due]:
    for move_id, wanted in site.store.pending_moves.items():
        if wanted.due <= until:
            yield _Due(wanted.due, 8, move_id, "move")


def _overrides(site: Site, until: float) -> Iterator[_Due]:
    for override_id, override in site.store.entitlement_overrides.items():
        if not override["deleted"] and override.get("expires_at", until + 1) <= until:
            yield _Due(override["expires_at"], 10, override_id, "end_override")


def _reminders(site: Site, until: float) -> Iterator[_Due]:
    for at, event_type, subscription_id in reminders.due(site):
        if at <= until:
            yield _Due(at, 9, subscription_id, event_type)


def _of(site: Site, subscription: Resource) -> Iterator[_Due]:
    """Only what the present state can do; doing it leads to a state with other things due."""
    subscription_id, status = subscription["id"], subscription["status"]
    change = site.store.scheduled_changes.get(subscription_id)
    if change is not None:
        yield _Due(change.due, 0, subscription_id, "change")
    if status != "cancelled":
        yield from _endings(subscription)
    if status in ("active", "non_renewing") and "pause_date" in subscription:
        yield _Due(subscription["pause_date"], 2, subscription_id, "pause")
    if status == "paused" and "resume_date" in subscription:
        yield _Due(subscription["resume_date"], 3, subscription_id, "resume")
    if status == "future":
        yield _Due(subscription["start_date"], 4, subscription_id, "start")
    if status == "in_trial":
        yield _Due(subscription["trial_end"], 4, subscription_id, "end_trial")
    if status == "active":
        yield _Due(subscription["current_term_end"], 5, subscription_id, "renew")


def _endings(subscription: Resource) -> Iterator[_Due]:
    if subscription.get("cancelled_at") is not None:
        yield _Due(subscription["cancelled_at"], 1, subscription["id"], "cancel")
    if "contract_term" in subscription:
        yield _Due(subscription["contract_term"]["contract_end"], 1, subscription["id"], "end_contract")


def _change(site: Site, subscription: Resource) -> None:
    scheduled = site.store.scheduled_changes[subscription["id"]]
    coupons.put_on(site, subscription, coupons.after(subscription, scheduled.redeems))
    changes.apply_scheduled(site, subscription, compose(site, scheduled.items))


def _cancel(site: Site, subscription: Resource) -> None:
    lifecycle.cancel(site, subscription, lifecycle.SCHEDULER)


def _end_contract(site: Site, subscription: Resource) -> None:
    """A contract that nobody renews takes its subscription along."""
    if subscription["contract_term"]["action_at_term_end"] == "cancel":
        lifecycle.cancel(site, subscription, lifecycle.SCHEDULER)
    else:
        contract_terms.run_out(site, subscription)


def _pause(site: Site, subscription: Resource) -> None:
    pausing.pause(site, subscription, lifecycle.SCHEDULER)


def _resume(site: Site, subscription: Resource) -> None:
    pausing.resume(site, subscription, lifecycle.SCHEDULER)


def _close(site: Site, invoice: Resource) -> None:
    pending_invoices.lapse(site, invoice, lifecycle.SCHEDULER)


def _fall_due(site: Site, invoice: Resource) -> None:
    invoices.fall_due(site, invoice, lifecycle.SCHEDULER)


_DO: dict[str, Callable[[Site, Resource], None]] = {
    "change": _change,
    "cancel": _cancel,
    "end_contract": _end_contract,
    "pause": _pause,
    "resume": _resume,
    "start": lifecycle.start,
    "end_trial": lifecycle.end_trial,
    "renew": lifecycle.renew,
    "close": _close,
    "fall_due": _fall_due,
}
