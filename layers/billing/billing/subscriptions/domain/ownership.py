"""Which organization, and which open checkout, a subscription belongs to.

The checkout is found in four steps, the cookbook's: Chargebee's own subscription id; the id in the subscription's
`meta_data`; the id stamped on the customer (`pendingSubscriptionId`); the organization's open checkout of that plan.
"""

from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.organization import Organization
from billing.subscriptions.domain.subscription import Subscription


def candidate_organizations(event: BillingEvent) -> tuple[str, ...]:
    """The organizations to look in, likeliest first: what the customer says, else the customer's own id."""
    named = event.customer.organization_id if event.customer else None
    return tuple(dict.fromkeys(each for each in (named, event.customer_id) if each))


def owns(organization: Organization, event: BillingEvent) -> bool:
    """Whether the event's customer is, or may become, the organization's.

    Nobody's customer is taken over: a mapped organization has the customer that it has, and one without a customer
    accepts its own id or a customer that names it.
    """
    if organization.customer_id is not None or event.customer_id in organization.retired_customers:
        return event.customer_id in {organization.customer_id, *organization.retired_customers}
    named = event.customer.organization_id if event.customer else None
    return organization.id in (named, event.customer_id) or event.customer_id == organization.next_customer_id


def checkout_id(organization: Organization, snapshot: Subscription, event: BillingEvent) -> str:
    """The id under which the caller knows a subscription that has no row yet.

    A stale pending id never takes what is already linked: only the open checkout can be fulfilled, and only once.
    """
    checkout = organization.checkout
    if checkout is None or snapshot.id == checkout.subscription_id:
        return snapshot.id
    pending = event.customer.pending_subscription_id if event.customer else None
    if checkout.subscription_id in (event.promised_id, pending):
        return checkout.subscription_id
    if snapshot.plan and snapshot.plan.item_price_id == checkout.selection.item_price_id:
        return checkout.subscription_id
    return snapshot.id
