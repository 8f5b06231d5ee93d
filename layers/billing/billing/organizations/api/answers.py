"""What the organization routes answer."""

from typing import Literal, NotRequired, TypedDict

from billing.metering.api.answers import WalletWithLots
from billing.metering.domain.published import PublishedAutoTopUp, PublishedEntitlement
from billing.subscriptions.domain.published import PublishedSubscription


class OrganizationView(TypedDict):
    """Who it is, here and in Chargebee, and whether it has had its trial."""

    id: str
    displayName: str
    customerId: str | None
    trialUsedAt: int | None


class SavedOrganization(TypedDict):
    """The organization as it is now."""

    organization: OrganizationView


class DeletedOrganization(TypedDict):
    """Chargebee has confirmed every cancellation."""

    id: str
    deleted: Literal[True]


class OrganizationSummary(OrganizationView):
    """`plan` is what it subscribes to; the default plan, or `none`, stands for nothing."""

    plan: str


class OrganizationList(TypedDict):
    """A page in the order of the ids; `cursor` is null on the last one. A change shows within moments."""

    organizations: list[OrganizationSummary]
    cursor: str | None


class AccountView(TypedDict):
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules."""

    organization: OrganizationView
    subscriptions: list[PublishedSubscription]
    plan: str | None
    """The item price of the newest subscription that gives access, or else the default plan."""
    plans: list[str]
    """The item price of every subscription that gives access, newest first: the features are those of all of them."""
    entitlements: dict[str, PublishedEntitlement]
    wallets: list[WalletWithLots]
    autoTopUp: list[PublishedAutoTopUp]


class ActionView(TypedDict):
    """What has to be done so that billing goes on. `url` is null without a page, and for a `top_up`, whose amount is
    for `POST /api/wallet/top-ups` to say; it belongs to no subscription."""

    type: Literal["pay", "update_card", "top_up", "finish_checkout"]
    subscriptionId: str | None
    url: str | None
    expiresAt: int | None
    amountDue: NotRequired[int]
    currency: NotRequired[str]
    dueSince: NotRequired[int]
    trialEnd: NotRequired[int]
    itemPriceId: NotRequired[str]
    seats: NotRequired[int]


class BillingView(AccountView):
    """Everything about the organization's billing, its live subscriptions, and what has to be done about it."""

    billingAdmin: bool
    requiredActions: list[ActionView]


class SyncView(TypedDict):
    """How many subscriptions Chargebee has, and how many of them were news."""

    organizationId: str
    subscriptions: int
    changed: int
