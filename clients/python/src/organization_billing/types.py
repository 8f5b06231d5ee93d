"""What the API takes and answers, made by `make reference`: times are UTC seconds, money is minor units."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

type ErrorCode = Literal[
    "below_zero",
    "change_not_supported",
    "changes_scheduled",
    "chargebee_authentication_failed",
    "chargebee_busy",
    "chargebee_duplicate",
    "chargebee_key_reused",
    "chargebee_not_found",
    "chargebee_rate_limited",
    "chargebee_request_blocked",
    "chargebee_site_not_ready",
    "chargebee_site_read_only",
    "chargebee_third_party_limited",
    "chargebee_timeout",
    "chargebee_unavailable",
    "conflict",
    "coupon_expired",
    "coupon_not_applicable",
    "coupon_not_started",
    "coupon_not_valid",
    "coupon_used_up",
    "cross_site",
    "customer_conflict",
    "exhausted",
    "forbidden",
    "grant_not_found",
    "hold_not_found",
    "id_conflict",
    "internal_error",
    "invalid_catalog",
    "invalid_request",
    "invalid_seats",
    "invalid_state",
    "invalid_url",
    "invoice_not_found",
    "not_configured",
    "nothing_to_change",
    "organization_deleted",
    "organization_not_found",
    "organization_required",
    "payload_too_large",
    "payment_method_not_found",
    "plan_required",
    "rate_limited",
    "spending_cap",
    "subscription_ambiguous",
    "subscription_exists",
    "subscription_not_found",
    "throttled",
    "too_many_grants",
    "too_many_lots",
    "unauthenticated",
    "unknown_coupon",
    "unknown_customer",
    "unknown_feature",
    "unknown_organization",
    "unknown_plan",
    "usage_not_found",
]
type Unauthorized = Refusal | dict[str, Any]


class Refusal(TypedDict):
    """Every error has a stable code; those of a status are listed where it may be answered."""

    error: str
    """A sentence for people."""
    code: ErrorCode | str
    requestId: NotRequired[str]
    """By which an operator finds the request."""


class AccountView(TypedDict):
    """The organization with its subscriptions, what it is entitled to, and its wallets with their rules."""

    organization: OrganizationView
    subscriptions: list[PublishedSubscription]
    plan: str | None
    """The item price of the newest subscription that gives access, or else the default plan."""
    plans: list[str]
    """The item price of every subscription that gives access, newest first: the features are those of all of
    them.
    """
    entitlements: dict[str, PublishedEntitlement]
    wallets: list[WalletWithLots]
    autoTopUp: list[PublishedAutoTopUp]


class ActionView(TypedDict):
    """What has to be done so that billing goes on. `url` is null without a page, and for a `top_up`, whose
    amount is for `POST /api/wallet/top-ups` to say; it belongs to no subscription.
    """

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


class AlertsView(TypedDict):
    """The organization's own alerts: percentages of the limit, by feature. Any other feature has its plan's."""

    thresholds: dict[str, list[int]]


class AuthenticationView(TypedDict):
    """The page on which the card's holder confirms."""

    type: Literal["authenticate"]
    url: str


class BillingView(TypedDict):
    """Everything about the organization's billing, its live subscriptions, and what has to be done about it."""

    organization: OrganizationView
    subscriptions: list[PublishedSubscription]
    plan: str | None
    """The item price of the newest subscription that gives access, or else the default plan."""
    plans: list[str]
    """The item price of every subscription that gives access, newest first: the features are those of all of
    them.
    """
    entitlements: dict[str, PublishedEntitlement]
    wallets: list[WalletWithLots]
    autoTopUp: list[PublishedAutoTopUp]
    billingAdmin: bool
    requiredActions: list[ActionView]


class Cancellation(TypedDict):
    """The subscription after it was cancelled; `cancelAt` is when it ends or ended."""

    id: str
    status: str
    cancelAt: int | None


class ChangePreview(TypedDict):
    """What a purchase or a change would cost if it were confirmed now, as Chargebee estimates it. Nothing is
    done.
    """

    dueNow: InvoiceEstimateView | None
    credits: list[CreditEstimateView]
    unbilled: list[EstimatedLineView]
    nextInvoice: InvoiceEstimateView | None
    nextBillingAt: int | None


class ChargeView(TypedDict):
    """What became of a charge: only `succeeded` is paid."""

    id: str
    """The invoice's `po_number` in Chargebee."""
    key: str
    """The caller's."""
    purpose: str
    """`charge`, `checkout`, `top_up` or `auto_top_up`."""
    state: str
    """`created`, `submitted`, `unknown`, `processing` (a direct debit is under way), `action_required`,
    `succeeded` or `failed`.
    """
    amount: int | None
    """Minor units of `currency`: the invoice's total, until there is one what was asked for."""
    currency: str
    """ISO 4217."""
    invoiceId: str | None
    failure: PublishedFailure | None
    requiredActions: list[AuthenticationView]


class CheckoutView(TypedDict):
    """A checkout that was opened and not yet paid: it is no subscription, and grants nothing."""

    id: str
    itemPriceId: str
    seats: int
    openedAt: int


class CostView(TypedDict):
    """What a vendor charges the team."""

    amount: int
    """Minor units of `currency`, rounded down."""
    amountMicros: int
    """Millionths of `currency`, exact."""
    currency: str
    """ISO 4217."""
    id: str
    vendor: str


class CreditEstimateView(TypedDict):
    """What is credited for time that is paid and not used any more."""

    kind: str
    currency: str
    total: int
    lines: list[EstimatedLineView]


class CreditNoteView(TypedDict):
    """Money given back for an invoice, or taken off it."""

    id: str
    status: str
    date: int | None
    total: int
    reason: str | None


class CurrencyMargin(TypedDict):
    """Revenue less cost, never across currencies."""

    currency: str
    revenueMicros: int
    costMicros: int
    marginMicros: int
    margin: int


class DayView(TypedDict):
    """What was used on one UTC date, and in how many events."""

    date: str
    quantity: int | str
    events: int


class DefaultPaymentMethod(TypedDict):
    """It is charged from now on."""

    id: str
    default: Literal[True]


class DeletedOrganization(TypedDict):
    """Chargebee has confirmed every cancellation."""

    id: str
    deleted: Literal[True]


class DescribedPlanView(TypedDict):
    """A plan as it is written: `entry` is one `[[plan]]` of the catalog, as `PUT` takes it."""

    plan: str
    source: Literal["file", "table"]
    version: str
    """Of the entry's content: send it with a change, and what somebody else has changed meanwhile is a 409."""
    entry: dict[str, Any]
    organizations: dict[str, int]
    """How many organizations have each of its item prices, as of a moment ago."""


class Document(TypedDict):
    """The API's description, for OpenAPI 3.1."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]


class EntitlementView(TypedDict):
    """Whether `required` units could be used now."""

    allowed: bool
    reason: NotRequired[str]
    balance: PublishedBalance | None


class EntitlementsView(TypedDict):
    """Every feature that the organization has, with its balance."""

    plan: str | None
    """The item price of the newest subscription that gives access, or else the default plan."""
    plans: list[str]
    """The item price of every subscription that gives access, newest first: the features are those of all of
    them.
    """
    entitlements: dict[str, PublishedEntitlement]


class EstimateView(TypedDict):
    """What a use would take from the allowance and the wallet; null when it would be refused."""

    allowed: bool
    reason: NotRequired[str]
    balance: PublishedBalance | None
    estimate: NotRequired[SplitView | None]


class EstimatedDiscountView(TypedDict):
    """What is taken off it, by a coupon or by what else your site gives."""

    description: str
    amount: int
    couponId: str | None


class EstimatedLineView(TypedDict):
    """One line of it."""

    description: str
    amount: int
    quantity: int | None
    itemPriceId: str | None
    periodStart: int | None
    periodEnd: int | None


class FeatureHistory(TypedDict):
    """The days on which one feature was used; a day that is not there saw none."""

    feature: str
    days: list[DayView]
    adjustments: NotRequired[list[MeterAdjustment]]


class FeatureMargin(TypedDict):
    """One feature's uses; `costCoverage` is the share of them whose cost is known."""

    feature: str
    quantity: int | str
    events: int
    costCoverage: float | None
    currencies: list[CurrencyMargin]


class FeatureView(TypedDict):
    """A counted feature: null is no limit, and text has decimals. With `perSeat` the limit is for each seat, and
    all seats share it.
    """

    limit: int | str | None
    perSeat: NotRequired[Literal[True]]
    reset: str
    overage: str
    rollover: NotRequired[int | str]
    """The most that rolls over from one period into the next."""


class FreeTrialView(TypedDict):
    """Granted once per organization ever."""

    days: int


class GrantHistory(TypedDict):
    """Every version of one grant, the newest first: who gave it, changed it and took it away, when and why."""

    versions: list[PublishedGrant]


class GrantList(TypedDict):
    """Every grant that was not deleted; one that has ended is among them for a month."""

    grants: list[PublishedGrant]


class GrantView(TypedDict):
    """What somebody gives an organization beside its plans, as its own members see it: not by whom, and not why."""

    feature: str
    units: int | str | None
    """So many more, once: in the period in which the grant begins."""
    limit: int | str | None
    """The least limit of every period; it may be `unlimited`."""
    startsAt: int
    """UTC seconds."""
    endsAt: int | None
    """UTC seconds, null for a grant without an end."""


class HoldView(TypedDict):
    """A reservation, and what became of it: `charged` of the actual units, and the `shortfall` that was not."""

    id: str
    feature: str
    quantity: int | str
    dimensions: dict[str, str]
    state: Literal["held", "settled", "released"]
    expiresAt: int
    reserved: SplitView
    charged: int | str | None
    shortfall: int | str


class InvoiceEstimateView(TypedDict):
    """An invoice that there is not yet: `total` is `subtotal` less `discount`, with `tax`."""

    currency: str
    subtotal: int
    discount: int
    discounts: list[EstimatedDiscountView]
    tax: int
    total: int
    credits: int
    amountDue: int
    lines: list[EstimatedLineView]


class InvoiceListView(TypedDict):
    """Invoices, newest first, in pages of `cursor`; what is to come stands on the first page."""

    invoices: list[InvoiceView]
    upcoming: list[UpcomingInvoiceView]
    cursor: str | None


class InvoicePdfView(TypedDict):
    """A link to the invoice as a PDF. Whoever has it can read the invoice: show it to nobody else."""

    url: str
    validUntil: int


class InvoiceView(TypedDict):
    """One invoice."""

    id: str
    status: str
    date: int | None
    dueDate: int | None
    paidAt: int | None
    currency: str
    total: int
    tax: int
    amountPaid: int
    amountDue: int
    chargebeeSubscriptionId: str | None
    creditNotes: list[CreditNoteView]


MarginReport = TypedDict(
    "MarginReport",
    {"from": "str", "to": "str", "features": "list[FeatureMargin]"},
)


class MeterAdjustment(TypedDict):
    """Units that a meter counts beside those of uses, or fewer below zero; the days have them, too."""

    feature: str
    quantity: int | str
    occurredAt: int
    at: int
    billed: SplitView
    key: NotRequired[str]
    by: NotRequired[str]
    reason: NotRequired[str]


class OrganizationList(TypedDict):
    """A page in the order of the ids; `cursor` is null on the last one. A change shows within moments."""

    organizations: list[OrganizationSummary]
    cursor: str | None


class OrganizationSummary(TypedDict):
    """`plan` is what it subscribes to; the default plan, or `none`, stands for nothing."""

    id: str
    displayName: str
    customerId: str | None
    trialUsedAt: int | None
    plan: str


class OrganizationView(TypedDict):
    """Who it is, here and in Chargebee, and whether it has had its trial."""

    id: str
    displayName: str
    customerId: str | None
    trialUsedAt: int | None


class OwnGrants(TypedDict):
    """Every grant that was not taken away: one that is still to begin, too, and one that has ended for a month."""

    grants: list[GrantView]


class PaymentMethodList(TypedDict):
    """All that are saved; the one that is charged is the default."""

    paymentMethods: list[PaymentMethodView]


class PaymentMethodPage(TypedDict):
    """The hosted page on which a payment method is added."""

    mode: Literal["hosted"]
    url: str
    id: str


class PaymentMethodView(TypedDict):
    """One of the saved payment methods."""

    id: str
    type: str
    status: str
    brand: str | None
    last4: str | None
    expiryMonth: int | None
    expiryYear: int | None
    default: bool
    """It is the one that is charged."""


class PlanChangeView(TypedDict):
    """One thing about a plan, called as in the catalog; null is what is not said."""

    plan: str
    what: str
    before: str | None
    after: str | None


class PlanList(TypedDict):
    """What the organization may buy, in display order; the default plan is what everybody has, and not for sale."""

    plans: list[PlanView]
    addons: list[AddonView]


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


class Portal(TypedDict):
    """Works once, for an hour."""

    url: str


class PriceView(TypedDict):
    """A price for display, in minor units; Chargebee's is charged."""

    amount: int
    currency: str
    period: str
    perSeat: bool


class PublishedAccess(TypedDict):
    """Whether the subscription may be used, and why or why not."""

    allowed: bool
    reason: str


class PublishedAutoTopUp(TypedDict):
    """The rule that fills a wallet up by itself. Amounts are minor units of `currency`."""

    currency: str
    """ISO 4217."""
    enabled: bool
    """After three failures in a row it no longer is."""
    threshold: int
    """The balance at which the wallet is filled up."""
    amount: int
    monthlyCap: int
    spentThisMonth: int
    failures: int
    """In a row."""
    pending: bool
    """A top-up is under way."""


class PublishedBalance(TypedDict):
    """A counted feature in its period, in units: whole numbers, or text with all of its decimals where it has
    some.
    """

    balance: int | str | None
    """What is left, null where there is no limit."""
    limit: int | str | None
    usage: int | str
    held: int | str
    """What holds reserve."""
    unlimited: bool
    nextResetAt: int | None
    """UTC seconds, null for a balance that never starts over."""
    rolledOver: NotRequired[int | str]
    """Of the limit, what rolled over from the period before: it is used first, and gone at `nextResetAt`. Of a
    feature that rolls over.
    """


class PublishedCost(TypedDict):
    """What a period's invoice comes to, as it stands."""

    amount: int
    """Minor units of `currency`, rounded as Chargebee rounds a line: once, and half a unit up."""
    amountMicros: int
    """Millionths of `currency`, exact."""
    currency: str
    """ISO 4217."""


class PublishedCoupon(TypedDict):
    """A coupon that a subscription has redeemed."""

    id: str
    until: int | None
    """When it runs out (UTC seconds), null where Chargebee does not say."""


class PublishedEntitlement(TypedDict):
    """What an organization is granted of one feature."""

    balance: PublishedBalance | None
    """Null for a feature that is only on or off."""
    cost: NotRequired[PublishedCost]
    """Of the units beyond the limit, where an invoice pays for them at a price that no dimension decides."""


class PublishedFailure(TypedDict):
    """Why a charge failed."""

    code: str
    message: str | None


class PublishedGrant(TypedDict):
    """What somebody gives an organization beside its plans: units, a limit, or a feature that is on or off."""

    id: str
    feature: str
    units: int | str | None
    """So many more, once: in the period in which the grant begins."""
    limit: int | str | None
    """The least limit of every period; it may be `unlimited`."""
    startsAt: int
    """UTC seconds."""
    endsAt: int | None
    """UTC seconds, null for a grant without an end."""
    by: str
    """Who gave it, changed it last or, where it is `deleted`, took it away."""
    reason: str
    """Why they did."""
    at: int
    """When they did, in UTC seconds."""
    version: int
    deleted: bool


class PublishedItem(TypedDict):
    """One line of a subscription."""

    itemPriceId: str
    itemType: str
    """Chargebee's: `plan`, `addon` or `charge`."""
    quantity: int | None


class PublishedLedgerEntry(TypedDict):
    """One line of a wallet's ledger, positive for a credit."""

    amount: int
    """Minor units of `currency`, rounded down."""
    amountMicros: int
    """Millionths of `currency`, exact."""
    currency: str
    """ISO 4217."""
    id: str
    kind: str
    at: int
    """UTC seconds."""
    reason: str
    balanceAfterMicros: int
    """What can be spent and what is held, after this line."""


class PublishedLot(TypedDict):
    """Money of a wallet that was given or paid for at once, what holds reserve included."""

    id: str
    """That of the ledger's line that brought it; `paid` for all that was paid for and never expires."""
    kind: Literal["promotional", "paid"]
    remaining: int
    remainingMicros: int
    grantedMicros: int | None
    """What it was at first; null for what was paid for and never expires, which grows."""
    expiresAt: int | None
    """UTC seconds, null for never."""
    source: str | None
    """The kind of that line: an adjustment, a top-up; null for what came by many."""


class PublishedScheduledChange(TypedDict):
    """What a subscription becomes, and when (UTC seconds). All but the date is null until it has been read."""

    at: int | None
    itemPriceId: str | None
    """The plan's item price."""
    plan: str | None
    """The plan's name in the catalog; its item price id where the catalog does not have it."""
    seats: int | None
    items: list[PublishedItem] | None


class PublishedSpendingCap(TypedDict):
    """The most that uses beyond the allowances may cost in a month (UTC). Amounts are minor units of `currency`."""

    currency: str
    """ISO 4217."""
    amount: int | None
    """Null for any amount."""
    spentThisMonth: int
    """Since a cap was first set, rounded down."""
    held: int
    """What holds may come to, rounded down."""


class PublishedSubscription(TypedDict):
    """A subscription as Chargebee last described it. Times are UTC seconds."""

    id: str
    """What the checkout promised to its caller."""
    chargebeeSubscriptionId: str
    """What Chargebee calls it: the same id, but for one that Chargebee created under an id of its own."""
    status: str
    """Chargebee's, or `deleted`."""
    access: PublishedAccess
    itemPriceId: str | None
    """The plan's item price, null for a subscription without a plan."""
    planId: str | None
    """The plan, the same for all of its item prices; the item price where the catalog does not have it."""
    plan: str | None
    """The plan's name in the catalog; its item price id where the catalog does not have it."""
    limits: dict[str, int | None]
    """The plan's limits, with what add-ons raise: null is unlimited. Empty where the catalog does not have the
    plan.
    """
    seats: int | None
    items: list[PublishedItem]
    coupons: list[PublishedCoupon]
    currency: str | None
    """ISO 4217."""
    periodStart: int | None
    periodEnd: int | None
    trialStart: int | None
    trialEnd: int | None
    nextBillingAt: int | None
    cancelAt: int | None
    """When a scheduled cancellation takes effect."""
    endedAt: int | None
    cancelReason: str | None
    pausedAt: int | None
    resumesAt: int | None
    pastDue: bool
    """An invoice is unpaid, since `dueSince`."""
    dueSince: int | None
    totalDues: int | None
    """In minor units of `currency`."""
    hasScheduledChanges: bool
    changesScheduledAt: int | None
    scheduledChange: PublishedScheduledChange | None
    """Null where no change is scheduled. A cancellation is none: that is `cancelAt`."""
    contractTerm: dict[str, Any] | None
    """Chargebee's contract term, as it comes."""
    createdAt: int | None


class PurchaseView(TypedDict):
    """A purchase on a hosted page: `url` is null once it is paid, or its payment on its way."""

    mode: Literal["hosted"]
    url: str | None
    id: str | None
    charge: ChargeView


class Receipt(TypedDict):
    """The webhook is durable."""

    received: Literal[True]


class RecordedList(TypedDict):
    """Every event of the batch, in its order."""

    events: list[RecordedView]


class RecordedView(TypedDict):
    """What became of one event: `billed` if it counts, `code` and the balance that it met if it was refused."""

    id: str
    result: Literal["recorded", "replayed", "refused"]
    """`replayed` for what counts already, from before or by the same event earlier in the batch."""
    billed: NotRequired[SplitView]
    code: NotRequired[Literal["not_in_plan", "plan_unknown", "exhausted", "spending_cap", "invalid_request", "unknown_feature", "too_old", "in_the_future", "id_conflict"]]
    """Whose fault it is: `exhausted` and `not_in_plan` may pass after a top-up or another plan; any other is the
    event's own, and never will.
    """
    balance: NotRequired[PublishedBalance | None]
    error: NotRequired[str]
    """A sentence for people: what is wrong with the event."""


class RemovedPaymentMethod(TypedDict):
    """It is forgotten, here and at the gateway."""

    id: str
    removed: Literal[True]


class Restoration(TypedDict):
    """The subscription that goes on, with what was scheduled taken back."""

    id: str
    status: str


class RevisionView(TypedDict):
    """What has changed, or with `dryRun=true` what would."""

    plan: str
    written: bool
    changes: list[PlanChangeView]
    organizations: dict[str, int]
    """How many organizations have each item price of the plans that change, as of a moment ago."""


class SavedOrganization(TypedDict):
    """The organization as it is now."""

    organization: OrganizationView


class SeatsView(TypedDict):
    """Seats are sold from `min` on, in multiples of `step`."""

    min: int
    step: int


class SessionView(TypedDict):
    """Who is signed in, for which organization."""

    userId: str
    email: str
    organizationId: str
    roles: list[str]
    permissions: list[str]


class SplitView(TypedDict):
    """How a quantity is met: the allowance first; the rest, where it has a price, by the wallet or the invoice."""

    fromAllowance: int | str
    beyondAllowance: int | str
    amount: NotRequired[int]
    amountMicros: NotRequired[int]
    currency: NotRequired[str]
    paidBy: NotRequired[Literal["wallet", "invoice"]]


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


class SyncView(TypedDict):
    """How many subscriptions Chargebee has, and how many of them were news."""

    organizationId: str
    subscriptions: int
    changed: int


class UpcomingInvoiceView(TypedDict):
    """What a subscription is going to be billed, as Chargebee estimates it now; usage that goes on is not in it."""

    currency: str
    subtotal: int
    discount: int
    discounts: list[EstimatedDiscountView]
    tax: int
    total: int
    credits: int
    amountDue: int
    lines: list[EstimatedLineView]
    chargebeeSubscriptionId: str | None
    billedAt: int | None


UsageHistory = TypedDict(
    "UsageHistory",
    {"from": "str", "to": "str", "features": "list[FeatureHistory]"},
)


class UsageView(TypedDict):
    """A recorded use, as it was billed then, and what it cost."""

    id: str
    feature: str
    quantity: int | str
    """As it was reported."""
    counted: int | str
    """The units that count: others than were reported once it is corrected, none once it is void."""
    occurredAt: int
    recordedAt: int
    dimensions: dict[str, str]
    plan: str
    subscriptionId: str | None
    billed: SplitView
    costs: list[CostView]


class WalletList(TypedDict):
    """Every wallet with its rule, and a page of one ledger, newest first: of the only wallet, or of the one
    named.
    """

    wallets: list[WalletWithLots]
    autoTopUp: list[PublishedAutoTopUp]
    spendingCaps: list[PublishedSpendingCap]
    ledger: NotRequired[list[PublishedLedgerEntry]]
    cursor: NotRequired[str | None]


class WalletWithLots(TypedDict):
    """Prepaid money, and what it is made of, in the order in which it is spent."""

    currency: str
    """ISO 4217."""
    balance: int
    """What can be spent: minor units, rounded down."""
    balanceMicros: int
    """The same, exact."""
    heldMicros: int
    """What holds reserve."""
    lots: list[PublishedLot]


class WithdrawnCheckout(TypedDict):
    """Nothing is open any more. `id` is what the checkout had promised, null when none was open."""

    id: str | None
    withdrawn: Literal[True]


class AddonRequest(TypedDict):
    """One add-on to buy beside the plan."""

    itemPriceId: str
    quantity: NotRequired[int]


class AdjustmentRequest(TypedDict):
    """`POST .../wallet/adjustments`: minor units, negative for a debit, once for every `id`.  What is
    `promotional` is spent before what is `paid`; what has an `expiresAt` (UTC seconds) is gone from then on.
    """

    id: str
    amount: int
    currency: str
    reason: str
    kind: NotRequired[Literal["promotional", "paid"]]
    expiresAt: NotRequired[int | None]


class AlertsRequest(TypedDict):
    """`PUT .../alerts`: percentages of the limit, by feature; none is no alert, whatever the plan says."""

    thresholds: dict[str, Any]


class AutoTopUpRequest(TypedDict):
    """`PUT /api/wallet/auto-top-up`: minor units. The cap holds for a calendar month (UTC)."""

    referenceId: NotRequired[str | None]
    currency: str
    threshold: int
    amount: int
    monthlyCap: int
    enabled: NotRequired[bool]


class CancelSubscription(TypedDict):
    """`POST /api/subscription/cancel`. `reasonCode` is one of the site's cancellation reason codes."""

    referenceId: NotRequired[str | None]
    subscriptionId: NotRequired[str | None]
    at: NotRequired[Literal["term_end", "now"]]
    reasonCode: NotRequired[str]


class ChangeSubscription(TypedDict):
    """`POST /api/subscription/update`: what is not named stays as it is.  Where several subscriptions are live,
    `subscriptionId` says which is meant. `addons` are all the add-ons that the subscription shall have:
    without it they stay, and an empty list takes them off. A line that the catalog does not sell, such as a
    metered one, stays in any case. `coupons` are redeemed with the change, or alone; those that the
    subscription has stay. At the `term_end` it is made when the paid term, or the trial, is over, and can be
    withdrawn until then. A change that is scheduled already, and a scheduled cancellation, go only with
    `dropScheduledChanges`.  `POST /api/subscription/preview` takes the same. Where it names no subscription,
    and none is live in the line of the plan, it is of a first purchase: of one seat and no add-on unless it
    says more.
    """

    referenceId: NotRequired[str | None]
    itemPriceId: NotRequired[str | None]
    seats: NotRequired[int | None]
    addons: NotRequired[list[AddonRequest] | None]
    coupons: NotRequired[list[str]]
    subscriptionId: NotRequired[str | None]
    at: NotRequired[Literal["now", "term_end"]]
    dropScheduledChanges: NotRequired[bool]
    successUrl: NotRequired[str]
    cancelUrl: NotRequired[str]


class ChargeRequest(TypedDict):
    """`POST .../charges`: once for every `key`. Without a `paymentMethodId` the default one is charged."""

    itemPriceId: NotRequired[str | None]
    quantity: NotRequired[int]
    amount: NotRequired[int | None]
    currency: NotRequired[str | None]
    description: NotRequired[str | None]
    key: str
    paymentMethodId: NotRequired[str | None]
    returnUrl: NotRequired[str]


class CorrectRequest(TypedDict):
    """`POST .../usage/{eventId}/correct`: the units that it is really of."""

    key: str
    reason: str
    quantity: int | str


class Cost(TypedDict):
    """What a vendor charges the team for a use. `id` tells late costs apart."""

    id: str
    vendor: str
    amount: Money


class CostRequest(TypedDict):
    """What a vendor charges for a use: `amount` in minor units, or `amountMicros`, millionths of the currency."""

    vendor: str
    currency: str
    amount: NotRequired[int | None]
    amountMicros: NotRequired[int | None]
    id: NotRequired[str | None]


class CostsRequest(TypedDict):
    """`POST .../usage/{eventId}/costs`: late costs, each with an id of its own."""

    costs: list[CostRequest]


class CreateSubscription(TypedDict):
    """`POST /api/subscription/create`. The list form of `itemPriceId` names the plan first, then add-ons."""

    referenceId: NotRequired[str | None]
    itemPriceId: str | list[str]
    seats: NotRequired[int]
    addons: NotRequired[list[AddonRequest]]
    coupons: NotRequired[list[str]]
    successUrl: NotRequired[str]
    cancelUrl: NotRequired[str]
    locale: NotRequired[str | None]


class EstimateRequest(TypedDict):
    """`POST .../usage/estimate`."""

    feature: str
    quantity: int | str
    dimensions: NotRequired[dict[str, Any]]


class EventRequest(TypedDict):
    """One use. `occurredAt` is UTC seconds."""

    id: str
    feature: str
    quantity: int | str
    occurredAt: int
    dimensions: NotRequired[dict[str, Any]]
    costs: NotRequired[list[CostRequest]]


class GrantRequest(TypedDict):
    """`PUT .../grants/{grantId}`: `units` once, at least a `limit` in every period, or neither for what is on or
    off.  Times are UTC seconds; it begins now and has no end unless it says so. With `version` it changes
    that one alone.
    """

    feature: str
    units: NotRequired[int | str | None]
    limit: NotRequired[int | str | Literal["unlimited"] | None]
    startsAt: NotRequired[int | None]
    endsAt: NotRequired[int | None]
    by: str
    reason: str
    version: NotRequired[int | None]


class HoldRequest(TypedDict):
    """`POST .../holds`: reserved for `seconds`, an hour unless said otherwise, a week at most."""

    id: str
    feature: str
    quantity: int | str
    seconds: NotRequired[int]
    dimensions: NotRequired[dict[str, Any]]


class MeterAdjustmentRequest(TypedDict):
    """`POST .../usage/adjustments`: so many more units, or fewer below zero, once for every `key`.  They count
    in the period of `occurredAt` (UTC seconds), or else in the one that runs. Units beyond the allowance have
    the price of the `dimensions`.
    """

    key: str
    feature: str
    quantity: int | str
    by: str
    reason: str
    occurredAt: NotRequired[int | None]
    dimensions: NotRequired[dict[str, Any]]


class Money(TypedDict):
    """An exact amount: micros of one currency (ISO 4217). Below zero it is a debit."""

    micros: int
    currency: str


class OpenPortal(TypedDict):
    """`POST /api/subscription/portal`."""

    referenceId: NotRequired[str | None]
    returnUrl: NotRequired[str]


class OrganizationRequest(TypedDict):
    """`PUT /api/organizations/{id}`: what is omitted, or null, stays as it is."""

    displayName: NotRequired[str | None]
    customerId: NotRequired[str | None]


class PaymentMethodRequest(TypedDict):
    """`POST /api/payment-methods`."""

    referenceId: NotRequired[str | None]
    returnUrl: NotRequired[str]


class PlanEntry(TypedDict):
    """`PUT /api/plans/{plan}`: one `[[plan]]` of the catalog, with the names of its file.  With `version`, the
    one that `GET` told, it changes that one alone.
    """

    entry: dict[str, Any]
    version: NotRequired[str | None]


class PurchaseRequest(TypedDict):
    """`POST /api/checkout`. An amount, and the `organizationId`, are for machine callers only."""

    referenceId: NotRequired[str | None]
    organizationId: NotRequired[str | None]
    itemPriceId: NotRequired[str | None]
    quantity: NotRequired[int]
    amount: NotRequired[int | None]
    currency: NotRequired[str | None]
    description: NotRequired[str | None]
    key: NotRequired[str | None]
    successUrl: NotRequired[str]
    cancelUrl: NotRequired[str]
    locale: NotRequired[str | None]


class RestoreSubscription(TypedDict):
    """`POST /api/subscription/restore`: the cancellation, or the change, that is scheduled is not made."""

    referenceId: NotRequired[str | None]
    subscriptionId: NotRequired[str | None]
    scheduled: NotRequired[Literal["cancellation", "change"]]


class SettleRequest(TypedDict):
    """`POST .../holds/{holdId}/settle`: what it really took, nothing included."""

    quantity: int | str


class SpendingCapRequest(TypedDict):
    """`PUT /api/billing/spending-cap`: minor units of a month, null for any amount."""

    referenceId: NotRequired[str | None]
    amount: int | None
    currency: str


class TopUpRequest(TypedDict):
    """`POST /api/wallet/top-ups`: an amount in minor units, for the wallet of its currency."""

    referenceId: NotRequired[str | None]
    amount: int
    currency: str
    key: NotRequired[str | None]
    successUrl: NotRequired[str]
    cancelUrl: NotRequired[str]
    locale: NotRequired[str | None]


class UsageRequest(TypedDict):
    """`POST .../usage`: a batch, recorded in its order. One event without an id spoils it; any other stands
    alone.
    """

    events: list[EventRequest]
    idempotency: NotRequired[Literal["content", "id"]]
    """`id` where `occurredAt` is the sender's clock: an event sent again at another time, with the same content,
    is replayed, and not a conflict.
    """


class VoidRequest(TypedDict):
    """`POST .../usage/{eventId}/void`: it should not have counted, once for every `key`."""

    key: str
    reason: str
