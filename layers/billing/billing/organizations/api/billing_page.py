"""One read of an organization's billing, and of what has to be done about it."""

from collections.abc import Callable
from typing import Any

from billing.core.errors import SubscriptionExists
from billing.metering.services.record_usage import Metering
from billing.organizations.api.organization_answers import account_view, not_deleted
from billing.organizations.domain.required_action import RequiredAction, required_actions
from billing.organizations.services.open_actions import Desk, OpenAction, open_actions
from billing.runtime.logs import logger
from billing.subscriptions.domain.organization import Organization


def billing_page(organization_id: str, metering: Metering, desk: Callable[[], Desk] | None) -> dict[str, Any]:
    """Everything in one query of the table; Chargebee is called only when something has to be done.

    `desk` opens the pages, and is None for whoever may not: they see what is to be done, and no link to it.
    Raises OrganizationDeleted.
    """
    account = metering.store.account(organization_id)
    organization = not_deleted(account.partition.organization or Organization(organization_id))
    actions = required_actions(account.partition, metering.catalog)
    try:
        opened = open_actions(organization, actions, desk()) if actions and desk else [*map(OpenAction, actions)]
    except SubscriptionExists:  # the checkout has just been paid: there is more to show than was read
        return billing_page(organization_id, metering, desk)
    for each in opened:
        if each.problem:
            logger().warning("action_without_page", extra={"action": str(each.action.type), "code": each.problem})
    return {
        "billingAdmin": desk is not None,
        **account_view(organization, account, account.partition.live, metering),
        "requiredActions": [_action_view(each) for each in opened],
    }


def _action_view(opened: OpenAction) -> dict[str, Any]:
    """`url` is null without a page: while Chargebee is away, or for whoever may not act."""
    view = {
        "type": str(opened.action.type),
        "subscriptionId": opened.action.subscription_id,
        "url": opened.page.url if opened.page else None,
        "expiresAt": opened.page.expires_at if opened.page else None,
    }
    return view | {name: value for name, value in _facts(opened.action).items() if value is not None}


def _facts(action: RequiredAction) -> dict[str, Any]:
    return {
        "amountDue": action.amount_due,
        "currency": action.currency,
        "dueSince": action.since,
        "trialEnd": action.by,
        "itemPriceId": action.selection.item_price_id if action.selection else None,
        "seats": action.selection.seats if action.selection else None,
    }
