"""The records of reservations."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from billing.core.quantity import Quantity
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.usage import Split


class HoldState(StrEnum):
    """A hold is settled or released once, and never both."""

    HELD = "held"
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Hold:
    """A reservation: units of the allowance, and money of a wallet for the rest. Times are UTC seconds.

    `capped_micros` is the room that it has under the spending cap. `billing_day` bills it when it is settled after its
    subscription has ended. All units are counted in steps of 10^-`decimals`.
    """

    id: str
    feature: str
    quantity: int
    split: Split
    period_start: int
    plan_id: str
    subscription_id: str | None
    expires_at: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    billing_day: BillingDay | None = None
    state: HoldState = HoldState.HELD
    actual: int | None = None
    shortfall: int = 0
    capped_micros: int = 0
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Reservation:
    """What to reserve, and for how many seconds. `dimensions` decide the price, as those of a use do. `quantity` is in
    steps of 10^-`decimals`."""

    id: str
    feature: str
    quantity: int
    seconds: int
    dimensions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    decimals: int = 0

    def counted_in(self, decimals: int) -> "Reservation":
        """The same, as a feature of so many decimals counts it. Raises InvalidRequest where it has more of them."""
        return replace(self, quantity=Quantity(self.quantity, self.decimals).at(decimals), decimals=decimals)
