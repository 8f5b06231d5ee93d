"""What somebody of the organization has to do, so that billing goes on."""

from dataclasses import dataclass
from enum import StrEnum

from billing.plans.plan import Catalog
from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import Organization, Partition
from billing.subscriptions.domain.subscription import Status, Subscription

USELESS_CARDS = frozenset({"no_card", "expired"})
"""Chargebee's `card_status` values with which nothing can be collected: https://apidocs.chargebee.com/docs/api/customers"""


class ActionType(StrEnum):
    """In the order of their urgency."""

    PAY = "pay"
    UPDATE_CARD = "update_card"
    FINISH_CHECKOUT = "finish_checkout"


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One thing to do.

    `since` is when the oldest unpaid invoice fell due and `by` when a trial ends without a card, in UTC seconds;
    `amount_due` is in minor units of `currency`. `subscription_id` is the id that the checkout promised, `selection`
    what it sells.
    """

    type: ActionType
    subscription_id: str
    currency: str | None = None
    amount_due: int | None = None
    since: int | None = None
    by: int | None = None
    selection: Selection | None = None


def required_actions(partition: Partition, catalog: Catalog) -> tuple[RequiredAction, ...]:
    """Nothing is asked twice: one payment for each currency, one card, one checkout."""
    organization = partition.organization
    if organization is None or organization.deleted_at is not None:
        return ()
    unpaid = [row for row in partition.live if row.past_due]
    payments = (
        _payment(currency, [row for row in unpaid if row.currency == currency])
        for currency in dict.fromkeys(row.currency for row in unpaid if row.currency)
    )
    return (*payments, *_card(organization, partition.live, unpaid), *_checkout(organization, catalog))


def _payment(currency: str, unpaid: list[Subscription]) -> RequiredAction:
    amounts = [row.total_dues for row in unpaid if row.total_dues is not None]
    since = min((row.due_since for row in unpaid if row.due_since is not None), default=None)
    return RequiredAction(ActionType.PAY, unpaid[0].checkout_id, currency, sum(amounts) or None, since)


def _card(
    organization: Organization, live: tuple[Subscription, ...], unpaid: list[Subscription]
) -> tuple[RequiredAction, ...]:
    """A past-due payment has failed; a trial that goes on into a paid term needs a card until then."""
    if unpaid:
        return (RequiredAction(ActionType.UPDATE_CARD, unpaid[0].checkout_id, since=unpaid[0].due_since),)
    if organization.card_status not in USELESS_CARDS:
        return ()
    trials = [row for row in live if row.status is Status.IN_TRIAL and row.cancel_at is None]
    return tuple(RequiredAction(ActionType.UPDATE_CARD, row.checkout_id, by=row.trial_end) for row in trials[:1])


def _checkout(organization: Organization, catalog: Catalog) -> tuple[RequiredAction, ...]:
    """An open checkout gives nothing until it is paid.

    It can no longer be, beside a live subscription or when its plan is not sold any more.
    """
    checkout = organization.checkout
    if checkout is None or organization.live or checkout.selection.item_price_id not in catalog.plans:
        return ()
    return (RequiredAction(ActionType.FINISH_CHECKOUT, checkout.subscription_id, selection=checkout.selection),)
