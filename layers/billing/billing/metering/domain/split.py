"""How a quantity is met: from the allowance first, then on the plan's terms."""

from collections.abc import Mapping
from dataclasses import dataclass

from billing.core.money import Money
from billing.metering.domain.account import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Counted, Overage


@dataclass(frozen=True, slots=True)
class Split:
    """Units of the allowance, and units beyond it at `unit_price`, None where they have no price.

    The wallet has `paid` for those beyond, or else they are invoiced.
    """

    allowance: int
    beyond: int = 0
    unit_price: Money | None = None
    paid: bool = False

    @property
    def quantity(self) -> int:
        """All units."""
        return self.allowance + self.beyond

    @property
    def amount(self) -> Money | None:
        """What the units beyond the allowance cost."""
        return self.unit_price * self.beyond if self.unit_price else None


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms units beyond the allowance are had. `overage` says whether there are any, and who pays.

    `overdraft_micros` is how far below zero the wallet may go for them.
    """

    overage: Overage
    unit_price: Money | None = None
    overdraft_micros: int = 0

    def available(self, account: Account, wanted: int) -> int:
        """How many of the units may be had: none, all, or as many as the wallet can pay."""
        if self.overage is not Overage.WALLET:
            return wanted if self.overage is Overage.ALLOW else 0
        if self.unit_price is None:
            return 0
        funds = account.wallet(self.unit_price.currency).balance + self.overdraft_micros
        if self.unit_price.micros == 0:
            return wanted if funds >= 0 else 0
        return max(0, min(wanted, funds // self.unit_price.micros))


NOTHING = Split(0)


def plan_terms(feature: Counted | None, dimensions: Mapping[str, str]) -> Terms:
    """The terms of the plan; one without the feature sells nothing."""
    if feature is None:
        return Terms(Overage.DENY)
    return Terms(feature.overage, feature.price(dimensions), feature.overdraft_micros)


def meet(quantity: int, meter: Meter, account: Account, terms: Terms, reserved: Split = NOTHING) -> Split:
    """Meet as much of `quantity` as can be had, the allowance first. What is `reserved` is always met, at its price.

    The one decision behind a use, an estimate, a reservation and its settlement. Who wants all or nothing compares the
    quantities.
    """
    allowance = min(quantity, max(meter.covers(quantity), reserved.allowance))
    wanted = quantity - allowance
    beyond = max(min(wanted, reserved.beyond), terms.available(account, wanted))
    if beyond == 0:
        return Split(allowance)
    if reserved.beyond:
        return Split(allowance, beyond, reserved.unit_price, reserved.paid)
    return Split(allowance, beyond, terms.unit_price, paid=terms.overage is Overage.WALLET)


def debited(account: Account, split: Split) -> Wallet | None:
    """The wallet that pays, None when nothing is paid."""
    return account.wallet(split.unit_price.currency) if split.paid and split.unit_price else None
