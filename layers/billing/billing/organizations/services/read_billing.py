"""One read of an organization's billing, and of what has to be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing.core.errors import SubscriptionExists
from billing.organizations.domain.required_action import required_actions
from billing.organizations.services.open_required_actions import OpenAction, open_required_actions
from billing.organizations.services.read_organization import not_deleted, overview

if TYPE_CHECKING:
    from billing.metering.services.ports import Metering
    from billing.organizations.services.open_required_actions import ActionPorts
    from billing.organizations.services.read_organization import Overview


@dataclass(frozen=True, slots=True)
class Billing:
    """The organization with its live subscriptions, and what has to be done so that billing goes on."""

    overview: Overview
    actions: tuple[OpenAction, ...]


def read_billing(organization_id: str, metering: Metering, action_ports: Callable[[], ActionPorts] | None) -> Billing:
    """Everything in one query of the table; Chargebee is called only when something has to be done.

    `action_ports` opens the pages, and is None for whoever may not: they see what is to be done, and no link to it.
    Raises OrganizationDeleted.
    """
    account = metering.store.account(organization_id)
    organization = not_deleted(account.partition.opened(organization_id))
    now = metering.clock()
    actions = required_actions(account.partition, account.at(now).wallets.values(), metering.catalog, now)
    try:
        opened = (
            open_required_actions(organization, actions, action_ports())
            if actions and action_ports
            else [*map(OpenAction, actions)]
        )
    except SubscriptionExists:  # the checkout has just been paid: there is more to show than was read
        return read_billing(organization_id, metering, action_ports)
    return Billing(overview(organization, account, account.partition.live, metering), tuple(opened))
