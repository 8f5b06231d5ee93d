"""What an organization has to do so that billing goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing.core.money import to_minor
from billing.subscriptions.domain.line import in_the_way
from billing.subscriptions.domain.subscription import Status

if TYPE_CHECKING:
    from billing.metering.domain.wallet import Wallet
    from billing.plans.plan import Catalog
    from billing.plans.selection import Selection
    from billing.subscriptions.domain.organization import Organization, OrganizationState
    from billing.subscriptions.domain.subscription import Subscription

USELESS_CARDS = frozenset({"no_card", "expired", "invalid"})
"""Chargebee's `card_status` values with which nothing can be collected: https://apidocs.chargebee.com/docs/api/customers"""


class ActionType(StrEnum):
    """In the order of their urgency."""

    PAY = "pay"
    UPDATE_CARD = "update_card"
    TOP_UP = "top_up"
    FINISH_CHECKOUT = "finish_checkout"


@dataclass(frozen=True, slots=True)
class RequiredAction:
    """One thing to do.

    `since` is when the oldest unpaid invoice fell due and `by` when a trial ends without a card, in UTC seconds;
    `amount_due` is in minor units of `currency`. `subscription_id` is the id that the checkout promised, None for a
    wallet; `selection` is what the checkout sells.
    """

    type: ActionType
    subscription_id: str | None = None
    currency: str | None = None
    amount_due: int | None = None
    since: int | None = None
    by: int | None = None
    selection: Selection | None = None


def required_actions(
    partition: OrganizationState, wallets: Iterable[Wallet], catalog: Catalog, now: int
) -> tuple[RequiredAction, ...]:
    """What there is to do at `now` (UTC seconds). Nothing is asked twice: a payment a currency, a card, a checkout.

    A debt outlives its subscription: Chargebee may cancel what was not paid, and the invoice is due all the same.
    """
    organization = partition.organization
    if organization is None or organization.deleted_at is not None:
        return ()
    unpaid = [row for row in partition.newest_first if row.owing]
    payments = (
        _payment(currency, [row for row in unpaid if row.currency == currency])
        for currency in dict.fromkeys(row.currency for row in unpaid if row.currency)
    )
    cards = _card(organization, partition.live)
    return (*payments, *cards, *_top_ups(wallets), *_checkout(partition, organization, catalog, now))


def _payment(currency: str, unpaid: list[Subscription]) -> RequiredAction:
    amounts = [row.total_dues for row in unpaid if row.total_dues is not None]
    since = min((row.due_since for row in unpaid if row.due_since is not None), default=None)
    return RequiredAction(ActionType.PAY, unpaid[0].checkout_id, currency, sum(amounts) or None, since)


def _card(organization: Organization, live: tuple[Subscription, ...]) -> tuple[RequiredAction, ...]:
    """A past-due payment has failed; a trial that goes on into a paid term needs a card until then.

    Whoever pays by invoice, from whom nothing is collected, needs none.
    """
    collected = [row for row in live if _collected(organization, row)]
    unpaid = next((row for row in collected if row.past_due), None)
    if unpaid is not None:
        return (RequiredAction(ActionType.UPDATE_CARD, unpaid.checkout_id, since=unpaid.due_since),)
    if organization.card_status not in USELESS_CARDS:
        return ()
    trials = [row for row in collected if row.status is Status.IN_TRIAL and row.cancel_at is None]
    return tuple(RequiredAction(ActionType.UPDATE_CARD, row.checkout_id, by=row.trial_end) for row in trials[:1])


def _collected(organization: Organization, row: Subscription) -> bool:
    """Whether a card pays: the subscription's own setting counts, and where it has none the customer's."""
    if row.auto_collection is not None:
        return row.auto_collection != "off"
    return organization.customer_version is None or organization.card_status is not None


def _top_ups(wallets: Iterable[Wallet]) -> Iterator[RequiredAction]:
    """What a wallet lacks, when a bank took back what was spent: nothing is prepaid beyond a plan's overdraft."""
    for wallet in wallets:
        if wallet.balance < 0:
            missing = -to_minor(wallet.balance, wallet.currency)
            yield RequiredAction(ActionType.TOP_UP, currency=wallet.currency, amount_due=missing)


def _checkout(
    partition: OrganizationState, organization: Organization, catalog: Catalog, now: int
) -> tuple[RequiredAction, ...]:
    """An open checkout gives nothing until it is paid.

    It can no longer be, beside a live subscription of its line or when its plan is not sold any more. Nobody is asked
    any longer to finish one that was withdrawn, or that nobody has asked for while a page lives.
    """
    checkout = organization.checkout
    if checkout is None or not checkout.wanted(now):
        return ()
    plan = catalog.plans.get(checkout.selection.item_price_id)
    if plan is None or not plan.sold_to(organization.id) or in_the_way(partition.live, plan.line, catalog):
        return ()
    return (RequiredAction(ActionType.FINISH_CHECKOUT, checkout.subscription_id, selection=checkout.selection),)
