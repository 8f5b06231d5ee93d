"""A page for everything that an organization has to do: the open one, or a fresh one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import Conflict, RateLimited
from billing.organizations.domain.required_action import ActionType

if TYPE_CHECKING:
    from billing.links.site import Site
    from billing.organizations.domain.required_action import RequiredAction
    from billing.plans.plan import Catalog
    from billing.subscriptions.domain.organization import Checkout, Organization
    from billing.subscriptions.services.ports import HostedPage, Ports


class AccountPages(Protocol):
    """Chargebee's pages about a customer. `key` names a page: the same key is the same page for half an hour."""

    def open_collection(self, customer_id: str, currency: str, redirect_url: str, key: str) -> HostedPage:
        """Where unpaid invoices are paid. Raises the ChargebeeError."""

    def open_card_page(self, customer_id: str, redirect_url: str, key: str) -> HostedPage:
        """Where cards are added, replaced and removed. Raises the ChargebeeError."""


@dataclass(frozen=True, slots=True)
class ActionPorts:
    """Everything that opening a page takes. `return_path` is where the browser goes from pages about the account.

    `spend` counts a page before it is asked for, and raises RateLimited for one too many.
    """

    user_id: str
    return_path: str
    catalog: Catalog
    site: Site
    pages: AccountPages
    ports: Ports
    spend: Callable[[], None]


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action with its page, and the code of the error when there is none now."""

    action: RequiredAction
    page: HostedPage | None = None
    problem: str = ""


def open_required_actions(
    organization: Organization, actions: Iterable[RequiredAction], action_ports: ActionPorts
) -> list[OpenAction]:
    """Open each page. While Chargebee is away, or asked too often, the action is named all the same, without a page.

    A top-up has none: how much is put into the wallet is for whoever pays it to say.

    Raises SubscriptionExists or OrganizationDeleted when the checkout was finished or ended meanwhile.
    """
    return [_opened(organization, action, action_ports) for action in actions]


def _opened(organization: Organization, action: RequiredAction, action_ports: ActionPorts) -> OpenAction:
    if action.type is ActionType.TOP_UP:
        return OpenAction(action)
    try:
        action_ports.spend()
        if action.type is ActionType.FINISH_CHECKOUT and organization.checkout:
            return OpenAction(action, _checkout_page(organization.id, organization.checkout, action_ports))
        return OpenAction(action, _account_page(organization, action, action_ports))
    except (ChargebeeError, Conflict, RateLimited) as error:
        return OpenAction(action, problem=error.code)


def _checkout_page(organization_id: str, checkout: Checkout, action_ports: ActionPorts) -> HostedPage:
    """The checkout as it was begun: the same selection in the same slot is the same page, until that is closed."""
    from billing.subscriptions.services.create_checkout import CheckoutOrder, create_checkout  # noqa: PLC0415 - for few

    order = CheckoutOrder(
        organization_id,
        action_ports.user_id,
        action_ports.catalog,
        checkout.selection,
        checkout.success_path,
        checkout.cancel_path,
        asked_at=checkout.asked_at or checkout.opened_at,
    )
    return create_checkout(order, action_ports.site, action_ports.ports).page


def _account_page(organization: Organization, action: RequiredAction, action_ports: ActionPorts) -> HostedPage:
    customer_id = organization.customer_id or organization.next_customer_id
    redirect_url = action_ports.site.page_url(action_ports.return_path)
    name = f"{action.type}-{customer_id}-{action.currency}-{action.since or action.by}"

    def open_page(key: str) -> HostedPage:
        if action.type is ActionType.PAY and action.currency:
            return action_ports.pages.open_collection(customer_id, action.currency, redirect_url, key)
        return action_ports.pages.open_card_page(customer_id, redirect_url, key)

    page = open_page(name)
    if page.replayed and not action_ports.ports.chargebee.page_is_open(page.id):
        return open_page(f"{action.type}-{action_ports.ports.mint_id()}")
    return page
