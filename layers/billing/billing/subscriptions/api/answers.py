"""What the subscription routes answer: camelCase, UTC seconds, minor currency units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict

from billing.subscriptions.domain.published import PublishedSubscription

if TYPE_CHECKING:
    from billing.subscriptions.services.ports import OpenedCheckout


class PriceView(TypedDict):
    """A price for display, in minor units; Chargebee's is charged."""

    amount: int
    currency: str
    period: str
    perSeat: bool


class FreeTrialView(TypedDict):
    """Granted once per organization ever."""

    days: int


class SeatsView(TypedDict):
    """Seats are sold from `min` on, in multiples of `step`."""

    min: int
    step: int


class FeatureView(TypedDict):
    """A counted feature: null is no limit, and text has decimals. With `perSeat` the limit is for each seat, and all
    seats share it."""

    limit: int | str | None
    perSeat: NotRequired[Literal[True]]
    reset: str
    overage: str
    rollover: NotRequired[int | str]
    """The most that rolls over from one period into the next."""


class PlanView(TypedDict):
    """A plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""

    itemPriceId: str
    planId: str
    """The same for all prices of the plan: by month and by year, in one currency and another."""
    name: str
    limits: dict[str, int | None]
    features: NotRequired[dict[str, FeatureView | Literal[True]]]
    default: NotRequired[Literal[True]]
    freeTrial: NotRequired[FreeTrialView]
    seats: NotRequired[SeatsView]
    """Left out where any number is sold."""
    line: NotRequired[str]
    """The product that the plan belongs to, where there are several."""
    price: NotRequired[PriceView]


class AddonView(TypedDict):
    """What is bought beside a plan. Each one raises `limits`, by that much, and brings `features`."""

    itemPriceId: str
    addonId: str
    """The same for all prices of the add-on."""
    name: str
    maxQuantity: int
    limits: dict[str, int]
    features: dict[str, FeatureView | Literal[True]]
    price: NotRequired[PriceView]


class PlanList(TypedDict):
    """What the organization may buy, in display order; the default plan is what everybody has, and not for sale."""

    plans: list[PlanView]
    addons: list[AddonView]


class DescribedPlanView(TypedDict):
    """A plan as it is written: `entry` is one `[[plan]]` of the catalog, as `PUT` takes it."""

    plan: str
    source: Literal["file", "table"]
    version: str
    """Of the entry's content: send it with a change, and what somebody else has changed meanwhile is a 409."""
    entry: dict[str, Any]
    organizations: dict[str, int]
    """How many organizations have each of its item prices, as of a moment ago."""


class PlanChangeView(TypedDict):
    """One thing about a plan, called as in the catalog; null is what is not said."""

    plan: str
    what: str
    before: str | None
    after: str | None


class RevisionView(TypedDict):
    """What has changed, or with `dryRun=true` what would."""

    plan: str
    written: bool
    changes: list[PlanChangeView]
    organizations: dict[str, int]
    """How many organizations have each item price of the plans that change, as of a moment ago."""


class CheckoutView(TypedDict):
    """A checkout that was opened and not yet paid: it is no subscription, and grants nothing."""

    id: str
    itemPriceId: str
    seats: int
    openedAt: int


class WithdrawnCheckout(TypedDict):
    """Nothing is open any more. `id` is what the checkout had promised, null when none was open."""

    id: str | None
    withdrawn: Literal[True]


class SubscriptionList(TypedDict):
    """Live subscriptions, newest first; with `history=true` the ended ones behind them, in pages of `cursor`."""

    subscriptions: list[PublishedSubscription]
    cursor: str | None
    pendingCheckout: CheckoutView | None


class SubscriptionPage(TypedDict):
    """A hosted page. `id` is the page's; `subscriptionId` is the subscription's, known before it is paid."""

    mode: Literal["hosted"]
    url: str
    id: str
    subscriptionId: str


class Cancellation(TypedDict):
    """The subscription after it was cancelled; `cancelAt` is when it ends or ended."""

    id: str
    status: str
    cancelAt: int | None


class Restoration(TypedDict):
    """The subscription that goes on, with what was scheduled taken back."""

    id: str
    status: str


class Portal(TypedDict):
    """Works once, for an hour."""

    url: str


def hosted_view(opened: OpenedCheckout) -> SubscriptionPage:
    """`id` is the page's; `subscriptionId` is the subscription's, known before it is paid."""
    return {"mode": "hosted", "url": opened.page.url, "id": opened.page.id, "subscriptionId": opened.subscription_id}
