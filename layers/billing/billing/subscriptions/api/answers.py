"""What the subscription routes answer: camelCase, UTC seconds, minor currency units."""

from typing import Any, Literal, NotRequired, TypedDict


class PriceView(TypedDict):
    """A price for display, in minor units; Chargebee's is charged."""

    amount: int
    currency: str
    period: str
    perSeat: bool


class FreeTrialView(TypedDict):
    """Granted once per organization ever."""

    days: int


class FeatureView(TypedDict):
    """A counted feature: null is no limit."""

    limit: int | None
    reset: str
    overage: str


class PlanView(TypedDict):
    """A plan. A limit of null means unlimited; a feature is true, or its limit and when it starts over."""

    itemPriceId: str
    name: str
    limits: dict[str, int | None]
    features: NotRequired[dict[str, FeatureView | Literal[True]]]
    default: NotRequired[Literal[True]]
    freeTrial: NotRequired[FreeTrialView]
    price: NotRequired[PriceView]


class PlanList(TypedDict):
    """In display order; the default plan is what everybody has, and not for sale."""

    plans: list[PlanView]


class AccessView(TypedDict):
    """Whether it may be used, and why."""

    allowed: bool
    reason: str


class ItemView(TypedDict):
    """A line of a subscription."""

    itemPriceId: str
    itemType: str
    quantity: int | None


class SubscriptionView(TypedDict):
    """A subscription. `id` is what the checkout promised, `chargebeeSubscriptionId` what Chargebee calls it."""

    id: str
    chargebeeSubscriptionId: str
    status: str
    access: AccessView
    itemPriceId: str | None
    plan: str | None
    limits: dict[str, int | None]
    seats: int | None
    items: list[ItemView]
    currency: str | None
    periodStart: int | None
    periodEnd: int | None
    trialStart: int | None
    trialEnd: int | None
    nextBillingAt: int | None
    cancelAt: int | None
    endedAt: int | None
    cancelReason: str | None
    pausedAt: int | None
    resumesAt: int | None
    pastDue: bool
    dueSince: int | None
    totalDues: int | None
    hasScheduledChanges: bool
    changesScheduledAt: int | None
    contractTerm: dict[str, Any] | None
    createdAt: int | None


class CheckoutView(TypedDict):
    """A checkout that was opened and not yet paid: it is no subscription, and grants nothing."""

    id: str
    itemPriceId: str
    seats: int
    openedAt: int


class SubscriptionList(TypedDict):
    """Live subscriptions, newest first; with `history=true` the ended ones behind them, in pages of `cursor`."""

    subscriptions: list[SubscriptionView]
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
    """The subscription that goes on."""

    id: str
    status: str


class Portal(TypedDict):
    """Works once, for an hour."""

    url: str
