"""What the metering routes answer. Money is in minor units, and exactly in micros beside it."""

from typing import Literal, NotRequired, TypedDict


class MoneyView(TypedDict):
    """An amount: minor units rounded down, micros exact."""

    amount: int
    amountMicros: int
    currency: str


class BalanceView(TypedDict):
    """What a gate would see now: `balance` is what is left, null where there is no limit."""

    balance: int | None
    limit: int | None
    usage: int
    held: int
    unlimited: bool
    nextResetAt: int | None


class FeatureBalance(TypedDict):
    """A feature of the plan; null for one that is only on or off."""

    balance: BalanceView | None


class EntitlementsView(TypedDict):
    """Every feature of the plan in force, with its balance."""

    plan: str | None
    entitlements: dict[str, FeatureBalance]


class EntitlementView(TypedDict):
    """Whether `required` units could be used now."""

    allowed: bool
    reason: NotRequired[str]
    balance: BalanceView | None


class SplitView(TypedDict):
    """How a quantity is met: the allowance first; the rest, where it has a price, by the wallet or the invoice."""

    fromAllowance: int
    beyondAllowance: int
    amount: NotRequired[int]
    amountMicros: NotRequired[int]
    currency: NotRequired[str]
    paidBy: NotRequired[Literal["wallet", "invoice"]]


class EstimateView(EntitlementView):
    """What a use would take from the allowance and the wallet; null when it would be refused."""

    estimate: NotRequired[SplitView | None]


class RecordedView(TypedDict):
    """What became of one event: `billed` if it counts, `code` and the balance that it met if it was refused."""

    id: str
    result: Literal["recorded", "replayed", "refused"]
    billed: NotRequired[SplitView]
    code: NotRequired[str]
    balance: NotRequired[BalanceView | None]


class RecordedList(TypedDict):
    """Every event of the batch, in its order."""

    events: list[RecordedView]


class CostView(MoneyView):
    """What a vendor charges the team."""

    id: str
    vendor: str


class UsageView(TypedDict):
    """A recorded use, as it was billed then, and what it cost."""

    id: str
    feature: str
    quantity: int
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
    quantity: int
    dimensions: dict[str, str]
    state: Literal["held", "settled", "released"]
    expiresAt: int
    reserved: SplitView
    charged: int | None
    shortfall: int


class WalletView(TypedDict):
    """One currency's wallet: `balance` can be spent, `heldMicros` is reserved."""

    currency: str
    balance: int
    balanceMicros: int
    heldMicros: int


class RuleView(TypedDict):
    """One wallet's auto top-up, in minor units. After three failures in a row it is no longer enabled."""

    currency: str
    enabled: bool
    threshold: int
    amount: int
    monthlyCap: int
    spentThisMonth: int
    failures: int
    pending: bool


class EntryView(MoneyView):
    """One line of a wallet's ledger: positive for a credit."""

    id: str
    kind: str
    at: int
    reason: str
    balanceAfterMicros: int


class WalletList(TypedDict):
    """Every wallet with its rule, and a page of one ledger, newest first: of the only wallet, or of the one named."""

    wallets: list[WalletView]
    autoTopUp: list[RuleView]
    ledger: NotRequired[list[EntryView]]
    cursor: NotRequired[str | None]


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
    quantity: int
    events: int
    costCoverage: float | None
    currencies: list[CurrencyMargin]


MarginReport = TypedDict("MarginReport", {"from": str, "to": str, "features": list[FeatureMargin]})
"""Revenue, cost and margin by feature and currency; both days are included (UTC)."""
