"""Your side of the billing: edit these functions, keep their names.

The first two are asked while a request or a webhook is handled: they must be quick and have no effects.

The `on_...` functions are told afterwards, in order for each organization, from a queue. A function that raises is
called again with the same `event["key"]`, five times in all; then its event is parked in the hooks' dead-letter queue
and the organization's next one proceeds. Neither the cache nor another organization ever waits for a hook.
Delivery is at least once: make the work idempotent by `event["key"]`.

An event is what the bus carries too, a dict in the words of the HTTP API: `docs/reference/events.md` has every field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from billing.published import (
        ChargeAnnouncement,
        CheckoutAnnouncement,
        CustomerAnnouncement,
        EntitlementAlertAnnouncement,
        EntitlementAnnouncement,
        PaymentMethodAnnouncement,
        SubscriptionAnnouncement,
        WalletCreditedAnnouncement,
        WalletLowAnnouncement,
    )
    from billing.runtime.caller import Caller
    from billing.subscriptions.domain.organization import Organization


def authorize_reference(caller: Caller, reference_id: str) -> bool:
    """May `caller`, a member of `reference_id`'s organization, touch its billing at all?

    Anything but True is a refusal, an exception too.
    """
    return caller.organization_id == reference_id


def customer_create_params(organization: Organization, caller: Caller | None) -> Mapping[str, Any]:
    """More of Chargebee's customer parameters (email, locale, preferred_currency_code, ...) for a new customer.

    `caller` is whoever buys, None where the customer is made because Scalekit told of the organization. Their `email`
    is used unless another one is returned; a customer that has none yet gets it at checkout.
    https://apidocs.chargebee.com/docs/api/customers#create_a_customer. `id` and `meta_data` are ours.
    """
    return {}


def on_customer_create(event: CustomerAnnouncement) -> None:
    """The organization has its Chargebee customer."""


def on_subscription_created(event: SubscriptionAnnouncement) -> None:
    """A subscription exists, in whatever state."""


def on_subscription_complete(event: SubscriptionAnnouncement) -> None:
    """A subscription became usable: paid, or in trial."""


def on_subscription_updated(event: SubscriptionAnnouncement) -> None:
    """Plan, seats, items, term, pause or payment changed; `event["transition"]` says what."""


def on_subscription_cancel(event: SubscriptionAnnouncement) -> None:
    """A cancellation is scheduled for `event["subscription"]["cancelAt"]`; until then the subscription goes on."""


def on_subscription_deleted(event: SubscriptionAnnouncement) -> None:
    """A subscription ended."""


def on_trial_start(event: SubscriptionAnnouncement) -> None:
    """A trial began; it ends at `event["subscription"]["trialEnd"]`."""


def on_trial_end(event: SubscriptionAnnouncement) -> None:
    """A trial is over: the subscription is active now, or ended."""


def on_past_due(event: SubscriptionAnnouncement) -> None:
    """An invoice is unpaid since `event["subscription"]["dueSince"]`; access follows the grace period."""


def on_payment_method_change(event: PaymentMethodAnnouncement) -> None:
    """`event["paymentMethod"]` was attached or detached; `event["transition"]` says which."""


def on_charge(event: ChargeAnnouncement) -> None:
    """A payment succeeded, failed or was refunded, of a charge or of any other invoice: see `event["payment"]`."""


def on_checkout_complete(event: CheckoutAnnouncement) -> None:
    """A hosted page was paid: of `event["subscription"]`, or else of the purchase or top-up in `event["charge"]`."""


def on_entitlement_alert(event: EntitlementAlertAnnouncement) -> None:
    """So much of `event["feature"]` is used: `event["thresholds"]` are the percentages, each told once in a period."""


def on_entitlement_exhausted(event: EntitlementAnnouncement) -> None:
    """The allowance of `event["feature"]` is used up; `event["entitlement"]["balance"]` says until when."""


def on_wallet_change(event: WalletCreditedAnnouncement | WalletLowAnnouncement) -> None:
    """A wallet was credited, or fell to its threshold (nothing, where no auto top-up is set)."""
