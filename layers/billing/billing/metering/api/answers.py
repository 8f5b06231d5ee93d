"""What the metering routes answer. Money is in minor units, and exactly in micros beside it.

A quantity is a whole number, or text with all of its decimals where the feature has some.
"""

from typing import Literal, NotRequired, TypedDict

from billing.metering.domain.published import (
    PublishedAmount,
    PublishedAutoTopUp,
    PublishedBalance,
    PublishedEntitlement,
    PublishedGrant,
    PublishedLedgerEntry,
    PublishedSpendingCap,
    PublishedWallet,
)


class EntitlementsView(TypedDict):
    """Every feature that the organization has, with its balance."""

    plan: str | None
    """The item price of the newest subscription that gives access, or else the default plan."""
    plans: list[str]
    """The item price of every subscription that gives access, newest first: the features are those of all of them."""
    entitlements: dict[str, PublishedEntitlement]


class EntitlementView(TypedDict):
    """Whether `required` units could be used now."""

    allowed: bool
    reason: NotRequired[str]
    balance: PublishedBalance | None


class SplitView(TypedDict):
    """How a quantity is met: the allowance first; the rest, where it has a price, by the wallet or the invoice."""

    fromAllowance: int | str
    beyondAllowance: int | str
    amount: NotRequired[int]
    amountMicros: NotRequired[int]
    currency: NotRequired[str]
    paidBy: NotRequired[Literal["wallet", "invoice"]]


class EstimateView(EntitlementView):
    """What a use would take from the allowance and the wallet; null when it would be refused."""

    estimate: NotRequired[SplitView | None]


UseRefusal = Literal[
    "not_in_plan",
    "plan_unknown",
    "exhausted",
    "spending_cap",
    "invalid_request",
    "unknown_feature",
    "too_old",
    "in_the_future",
    "id_conflict",
]
"""The values of `Refusal`."""


class RecordedView(TypedDict):
    """What became of one event: `billed` if it counts, `code` and the balance that it met if it was refused."""

    id: str
    result: Literal["recorded", "replayed", "refused"]
    """`replayed` for what counts already, from before or by the same event earlier in the batch."""
    billed: NotRequired[SplitView]
    code: NotRequired[UseRefusal]
    """Whose fault it is: `exhausted` and `not_in_plan` may pass after a top-up or another plan; any other is the
    event's own, and never will."""
    balance: NotRequired[PublishedBalance | None]
    error: NotRequired[str]
    """A sentence for people: what is wrong with the event."""


class RecordedList(TypedDict):
    """Every event of the batch, in its order."""

    events: list[RecordedView]


class CostView(PublishedAmount):
    """What a vendor charges the team."""

    id: str
    vendor: str


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


class WalletWithLots(PublishedWallet):
    """Prepaid money, and what it is made of, in the order in which it is spent."""

    lots: list[PublishedLot]


class WalletList(TypedDict):
    """Every wallet with its rule, and a page of one ledger, newest first: of the only wallet, or of the one named."""

    wallets: list[WalletWithLots]
    autoTopUp: list[PublishedAutoTopUp]
    spendingCaps: list[PublishedSpendingCap]
    ledger: NotRequired[list[PublishedLedgerEntry]]
    cursor: NotRequired[str | None]


class AlertsView(TypedDict):
    """The organization's own alerts: percentages of the limit, by feature. Any other feature has its plan's."""

    thresholds: dict[str, list[int]]


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


class OwnGrants(TypedDict):
    """Every grant that was not taken away: one that is still to begin, too, and one that has ended for a month."""

    grants: list[GrantView]


class GrantHistory(TypedDict):
    """Every version of one grant, the newest first: who gave it, changed it and took it away, when and why."""

    versions: list[PublishedGrant]


class CurrencyMargin(TypedDict):
    """Revenue less cost, never across currencies."""

    currency: str
    revenueMicros: int
    costMicros: int
    marginMicros: int
    margin: int


class FeatureMargin(TypedDict):
    """One feature's uses; `costCoverage` is the share of them whose cost is known."""

    feature: str
    quantity: int | str
    events: int
    costCoverage: float | None
    currencies: list[CurrencyMargin]


MarginReport = TypedDict("MarginReport", {"from": str, "to": str, "features": list[FeatureMargin]})
"""Revenue, cost and margin by feature and currency; both days are included (UTC)."""
