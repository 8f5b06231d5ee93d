"""Your side of the billing: edit these functions, keep their names.

The first two are asked while a request or a webhook is handled: they must be quick and have no effects.

The `on_...` functions are told afterwards, in order for each organization, from a queue. A function that raises is
called again with the same `event.key`, five times in all; then its event is parked in the hooks' dead-letter queue and
the organization's next one proceeds. Neither the cache nor another organization ever waits for a hook.
Delivery is at least once: make the work idempotent by `event.key`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from billing.announcements.announcement import HookEvent
    from billing.runtime.caller import Caller
    from billing.subscriptions.domain.organization import Organization


def authorize_reference(caller: Caller, reference_id: str) -> bool:
    """May `caller`, a member of `reference_id`'s organization, touch its billing at all?

    Anything but True is a refusal, an exception too.
    """
    return caller.organization_id == reference_id


def customer_create_params(organization: Organization) -> Mapping[str, Any]:
    """More of Chargebee's customer parameters (email, locale, preferred_currency_code, ...) for a new customer.

    https://apidocs.chargebee.com/docs/api/customers#create_a_customer. `id` and `meta_data` are ours.
    """
    return {}


def on_customer_create(event: HookEvent) -> None:
    """The organization has its Chargebee customer."""


def on_subscription_created(event: HookEvent) -> None:
    """A subscription exists, in whatever state."""


def on_subscription_complete(event: HookEvent) -> None:
    """A subscription became usable: paid, or in trial."""


def on_subscription_updated(event: HookEvent) -> None:
    """Plan, seats, items, term, pause or payment changed; `event.transition` says what."""


def on_subscription_cancel(event: HookEvent) -> None:
    """A cancellation is scheduled for `event.subscription.cancel_at`; until then the subscription goes on."""


def on_subscription_deleted(event: HookEvent) -> None:
    """A subscription ended."""


def on_trial_start(event: HookEvent) -> None:
    """A trial began; it ends at `event.subscription.trial_end`."""


def on_trial_end(event: HookEvent) -> None:
    """A trial is over: the subscription is active now, or ended."""


def on_past_due(event: HookEvent) -> None:
    """An invoice is unpaid since `event.subscription.due_since`; access follows the grace period."""


def on_payment_method_change(event: HookEvent) -> None:
    """A payment method was attached or detached; `event.transition` says which, `event.details` what it is."""


def on_charge(event: HookEvent) -> None:
    """A payment succeeded, failed or was refunded, of a charge or of any other invoice: see `event.details`."""


def on_checkout_complete(event: HookEvent) -> None:
    """A hosted page was paid: of `event.subscription`, or of a purchase or top-up that `event.details` describes."""


def on_entitlement_exhausted(event: HookEvent) -> None:
    """The allowance of `event.details["feature"]` is used up until `event.details["next_reset_at"]`."""


def on_wallet_change(event: HookEvent) -> None:
    """A wallet was credited, or fell to its threshold (nothing, where no auto top-up is set)."""
