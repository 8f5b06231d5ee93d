"""The records of usage: what the team reports, how it was met, what was billed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from billing.core.clock import DAY
from billing.core.money import Money
from billing.core.quantity import Quantity, canonical
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.wallet import Lot
from billing.plans.feature import Rate
from billing.plans.tiers import TieredPrice


@dataclass(frozen=True, slots=True)
class Cost:
    """What a vendor charges the team for a use. `id` tells late costs apart."""

    id: str
    vendor: str
    amount: Money


Idempotency = Literal["content", "id"]
"""When an event whose id is known is the same event: with the same content, its time included; or at whatever time, for
the sender stamps each sending anew, and the first one counts."""


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """A use that the team's backend reports. `id` counts once for ever; `occurred_at` is UTC seconds. `quantity` is in
    steps of 10^-`decimals`: as many as it was sent with, and as the feature has once it is recorded."""

    id: str
    feature: str
    quantity: int
    occurred_at: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    costs: tuple[Cost, ...] = ()
    known_digest: str = ""
    idempotency: Idempotency = "content"
    decimals: int = 0

    def counted_in(self, decimals: int) -> "UsageEvent":
        """The same, as a feature of so many decimals counts it. Raises InvalidRequest where it has more of them."""
        return replace(self, quantity=Quantity(self.quantity, self.decimals).at(decimals), decimals=decimals)

    def repeats(self, recorded: "UsageEvent") -> bool:
        """Whether it is the recorded event of its id, sent again."""
        if self.idempotency == "content":
            return self.digest == recorded.digest
        return replace(self, occurred_at=recorded.occurred_at).digest == recorded.digest

    @property
    def digest(self) -> str:
        """The same id with another digest is another event, and a mistake. Late costs do not change it.

        It is stored for 400 days, so what it is made of never changes.
        """
        if self.known_digest:
            return self.known_digest
        costs = [
            {"id": cost.id, "vendor": cost.vendor, "micros": cost.amount.micros, "currency": cost.amount.currency}
            for cost in self.costs
        ]
        quantity = canonical(self.quantity, self.decimals)
        content = [self.feature, quantity, self.occurred_at, dict(self.dimensions), costs]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Split:
    """Units of the allowance, and units beyond it at `unit_price`, None where they have no price.

    The wallet has `paid` for those beyond, or else they are invoiced. `tiered_micros` is what they cost by tiers, 0 for
    any other price: it depends on the units before them.
    """

    allowance: int
    beyond: int = 0
    unit_price: Rate | None = None
    paid: bool = False
    tiered_micros: int = 0

    @property
    def quantity(self) -> int:
        """All units."""
        return self.allowance + self.beyond

    @property
    def amount(self) -> Money | None:
        """What the units beyond the allowance cost."""
        if isinstance(self.unit_price, TieredPrice):
            return Money(self.tiered_micros, self.unit_price.currency)
        return self.unit_price * self.beyond if self.unit_price else None

    @classmethod
    def priced(cls, allowance: int, beyond: int, rate: Rate | None, before: int, *, paid: bool) -> "Split":
        """At what the units beyond the allowance cost behind so many `before` them."""
        micros = rate.cost(beyond, before).micros if isinstance(rate, TieredPrice) else 0
        return cls(allowance, beyond, rate, paid, micros)

    def settled_by(self, rate: Rate | None) -> "Split":
        """The same money for the same units, reserved until they are priced by tiers."""
        if not isinstance(rate, TieredPrice) or self.amount is None:
            return self
        return replace(self, unit_price=rate, tiered_micros=self.amount.micros)

    def lowered(self, quantity: int, counted: int | None) -> "Split":
        """So many of its units: those beyond the allowance go first.

        By tiers they cost what the last of all `counted` units beyond it did: the others are as dear as without them.
        Where nobody knows how many there were, each is as dear as its neighbour.
        """
        allowance = min(self.allowance, quantity)
        beyond = quantity - allowance
        lowered = replace(self, allowance=allowance, beyond=beyond)
        if not isinstance(self.unit_price, TieredPrice) or beyond == self.beyond:
            return lowered
        if counted is None:
            return replace(lowered, tiered_micros=self.tiered_micros * beyond // self.beyond)
        gone = min(self.beyond - beyond, counted)
        returned = self.unit_price.cost(gone, counted - gone).micros
        return replace(lowered, tiered_micros=self.tiered_micros - returned)

    def raised(self, more: "Split") -> "Split":
        """With more units, which are at its own price and payer unless they are its first beyond the allowance."""
        beyond, tiered = self.beyond + more.beyond, self.tiered_micros + more.tiered_micros
        sold = more if more.beyond and not self.beyond else self
        return Split(self.allowance + more.allowance, beyond, sold.unit_price, sold.paid, tiered)

    @property
    def bought(self) -> int:
        """The units that the wallet has paid."""
        return self.beyond if self.paid else 0

    def less(self, other: "Split") -> "Split":
        """What it has more than one of the same price, or below zero what it has less."""
        beyond, tiered = self.beyond - other.beyond, self.tiered_micros - other.tiered_micros
        return Split(self.allowance - other.allowance, beyond, self.unit_price, self.paid, tiered)

    @property
    def debit(self) -> Money | None:
        """What the wallet pays of it."""
        return self.amount if self.paid else None


@dataclass(frozen=True, slots=True)
class Usage:
    """A recorded use, as it was billed then: later price changes do not touch it. Its split has the units that count,
    which are others than were reported once it is corrected. `drawn` are the lots that the wallet has paid it from, in
    their order, with what each has paid; the rest of it was paid last, by what stays in a wallet.
    """

    event: UsageEvent
    split: Split
    period_start: int
    plan_id: str
    subscription_id: str | None
    recorded_at: int
    billing_day: BillingDay | None = None
    drawn: tuple[Lot, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Which meter counts it: of its feature, and of the period that began then."""
        return self.event.feature, self.period_start

    @property
    def invoiced(self) -> int:
        """The units that Chargebee bills on the billing day: all but those that the wallet has paid."""
        return self.split.quantity - self.split.bought

    def moved_on(self, sealed: int) -> "Usage":
        """The same use, billed by the day on which it is recorded, because its own has been reported to Chargebee; by
        a later one when that was `sealed` too. 0 leaves it as it is.
        """
        day = self.billing_day
        if day is None or sealed == 0:
            return self
        today = self.recorded_at - self.recorded_at % DAY
        return replace(self, billing_day=replace(day, day=today + (sealed - 1) * DAY, late=True))


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says of a use, once for every `key`: that it is of `quantity` units, 0 for a mistake.

    `at` is UTC seconds, and `returned` are the units that no longer count, below zero where more do; both are 0 until
    it is made. Both quantities are in steps of 10^-`decimals`.
    """

    key: str
    event_id: str
    quantity: int
    reason: str
    at: int = 0
    returned: int = 0
    decimals: int = 0

    def counted_in(self, decimals: int) -> "Correction":
        """The same, as a use of so many decimals counts. Raises InvalidRequest where it has more of them."""
        return replace(self, quantity=Quantity(self.quantity, self.decimals).at(decimals), decimals=decimals)

    def repeats(self, made: "Correction") -> bool:
        """Whether it is the one that was made, said again."""
        return replace(made, at=self.at, returned=self.returned) == self
