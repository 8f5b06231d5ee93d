"""Cancel a subscription, or take back what is scheduled for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeNotFound, ChargebeeReasonRefused, ChargebeeRefused
from billing.core.errors import InvalidRequest, InvalidState, SubscriptionNotFound
from billing.subscriptions.domain.choice import choose
from billing.subscriptions.services.apply_event import absorb

if TYPE_CHECKING:
    from billing.subscriptions.domain.subscription import Subscription
    from billing.subscriptions.services.ports import Ports


def cancel_at_term_end(
    organization_id: str, subscription_id: str | None, reason_code: str, ports: Ports
) -> Subscription:
    """Let the subscription run out: access stays until the date. Scheduling it twice is scheduling it once, and an end
    that is scheduled for a later term comes sooner.

    Raises SubscriptionNotFound, InvalidState, InvalidRequest for a reason that is none, or the ChargebeeError.
    """
    row = choose(ports.store.load(organization_id), subscription_id)
    if row.cancel_at is not None and _within_term(row, row.cancel_at):
        return row
    key = _key("cancel", row, reason_code)
    return _done(row, lambda: ports.chargebee.cancel_at_term_end(row, key, reason_code), ports)


def cancel_now(organization_id: str, subscription_id: str | None, reason_code: str, ports: Ports) -> Subscription:
    """End the subscription at once.

    Raises SubscriptionNotFound, InvalidState, InvalidRequest for a reason that is none, or the ChargebeeError.
    """
    row = choose(ports.store.load(organization_id), subscription_id)
    key = _key("cancel-now", row, reason_code)
    return _done(row, lambda: ports.chargebee.cancel_now(row, key, reason_code), ports)


def restore(organization_id: str, subscription_id: str | None, ports: Ports) -> Subscription:
    """Take a scheduled cancellation back; a contract's, which is the contract's end, stays
    (https://apidocs.chargebee.com/docs/api/subscriptions/remove-scheduled-cancellation).

    Raises SubscriptionNotFound, InvalidState when nothing is scheduled, or the ChargebeeError.
    """
    row = choose(ports.store.load(organization_id), subscription_id)
    if row.cancel_at is None:
        raise InvalidState("This subscription is not being cancelled.")
    if row.under_contract:
        raise InvalidState("The cancellation of a contract cannot be taken back: it has to be agreed anew.")
    key = f"keep-{row.id}-{row.resource_version}"
    return _done(row, lambda: ports.chargebee.keep(row, key), ports)


def withdraw_change(organization_id: str, subscription_id: str | None, ports: Ports) -> Subscription:
    """Take a scheduled change back; a scheduled cancellation is another matter, and stays.

    Raises SubscriptionNotFound, SubscriptionAmbiguous, InvalidState when nothing is scheduled, or the ChargebeeError.
    """
    row = choose(ports.store.load(organization_id), subscription_id)
    if not row.has_scheduled_changes:
        raise InvalidState("No change is scheduled for this subscription.")
    key = f"keep-items-{row.id}-{row.resource_version}"
    return _done(row, lambda: ports.chargebee.keep_items(row, key), ports)


def _within_term(row: Subscription, moment: int) -> bool:
    """Whether it is no later than the end of the contract, the trial or the paid term."""
    from billing.subscriptions.domain.access import period_end  # noqa: PLC0415 - only where an end is scheduled

    end = period_end(row)
    return row.under_contract or end is None or moment <= end


def _key(name: str, row: Subscription, reason_code: str) -> str:
    """The same for the same request alone: who asks again, after an answer that was lost, may name another reason."""
    key = f"{name}-{row.id}-{row.resource_version}"
    if not reason_code:
        return key
    from billing.core.keys import digest  # noqa: PLC0415 - only where a reason is named

    return f"{key}-{digest(reason_code)}"


def _done(row: Subscription, call: Callable[[], Subscription], ports: Ports) -> Subscription:
    """Make the call and let the cache follow at once; when Chargebee disagrees about the state, learn its own."""
    try:
        after = call()
    except ChargebeeNotFound as error:
        raise SubscriptionNotFound("Chargebee no longer has this subscription.") from error
    except ChargebeeReasonRefused as error:
        raise InvalidRequest("Chargebee wants a reasonCode that is exactly one of the site's.") from error
    except ChargebeeRefused as error:
        absorb(ports.chargebee.subscription(row.id), ports)
        raise InvalidState(f"Chargebee refused: {error}") from error
    absorb(after, ports)
    if after.customer_id != row.customer_id:
        raise SubscriptionNotFound("This subscription has moved to another customer.")
    return replace(after, checkout_id=row.checkout_id)
