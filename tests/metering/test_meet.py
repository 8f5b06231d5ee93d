"""How a quantity is met: the allowance first, then what the plan sells."""

from types import MappingProxyType

import pytest

from billing.core.money import Money
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Split
from billing.metering.domain.use import Terms, meet, plan_terms
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.subscriptions.domain.organization import OrganizationState

LARGE = UnitPrice(Money(300, "USD"), MappingProxyType({"model": "large"}))
ANY = UnitPrice(Money(100, "USD"))
METER = Meter("calls", 0, None, 10, used=8)


def feature(overage: Overage, *prices: UnitPrice, limit: int | None = 10) -> Counted:
    return Counted("calls", limit=limit, overage=overage, prices=prices)


def holding(wallet: Wallet | None) -> Account:
    return Account(OrganizationState(), {}, {"USD": wallet} if wallet else {})


def met(of: Counted, wallet: Wallet | None = None, quantity: int = 5, model: str = "small") -> Split | None:
    """The split of the whole quantity, None when it is not met whole."""
    found = meet(quantity, METER, holding(wallet), plan_terms(of, {"model": model}, 0))
    return found if found.quantity == quantity else None


def test_within_the_allowance_nothing_is_charged() -> None:
    for overage in Overage:
        assert met(feature(overage, ANY), quantity=2) == Split(2)


def test_a_hard_limit_takes_no_part_of_what_does_not_fit() -> None:
    assert met(feature(Overage.DENY, ANY), Wallet("USD", 10**9)) is None


def test_a_soft_limit_is_only_counted_and_worth_its_price_if_it_has_one() -> None:
    assert met(feature(Overage.ALLOW)) == Split(2, 3)
    assert met(feature(Overage.ALLOW, ANY), Wallet("USD", 10**9)) == Split(2, 3, Money(100, "USD"), paid=False)


@pytest.mark.parametrize(("balance", "enough"), [(300, True), (299, False), (0, False), (-1, False)])
def test_the_wallet_pays_all_that_lies_beyond_or_nothing(balance: int, enough: bool) -> None:
    expected = Split(2, 3, Money(100, "USD"), paid=True) if enough else None
    assert met(feature(Overage.WALLET, ANY), Wallet("USD", balance)) == expected


def test_without_a_wallet_or_a_price_nothing_is_bought() -> None:
    assert met(feature(Overage.WALLET, ANY)) is None
    assert met(feature(Overage.WALLET), Wallet("USD", 10**9)) is None
    assert met(feature(Overage.WALLET, LARGE), Wallet("USD", 10**9)) is None


def test_dimensions_choose_the_first_price_that_fits_them() -> None:
    of = feature(Overage.WALLET, LARGE, ANY)
    wallet = Wallet("USD", 10**9)
    assert met(of, wallet, model="large") == Split(2, 3, Money(300, "USD"), paid=True)
    assert met(of, wallet) == Split(2, 3, Money(100, "USD"), paid=True)


def test_reserved_money_pays_for_nothing_else() -> None:
    assert met(feature(Overage.WALLET, ANY), Wallet("USD", balance=0, held=10**9)) is None


@pytest.mark.parametrize(("balance", "beyond"), [(299, 2), (100, 1), (99, 0), (-500, 0)])
def test_the_wallet_buys_whole_units_and_as_many_as_it_can_pay(balance: int, beyond: int) -> None:
    split = meet(5, METER, holding(Wallet("USD", balance)), plan_terms(feature(Overage.WALLET, ANY), {}, 0))
    assert (split.allowance, split.beyond) == (2, beyond)


@pytest.mark.parametrize(
    "now", [Terms(Overage.DENY), Terms(Overage.WALLET, Money(900, "USD"))], ids=["denied", "dearer"]
)
def test_what_is_reserved_is_met_at_its_own_price_whatever_is_left(now: Terms) -> None:
    reserved = Split(4, 3, Money(100, "USD"), paid=True)
    assert meet(9, METER, holding(None), now, reserved) == reserved
    assert meet(6, METER, holding(None), now, reserved) == Split(4, 2, Money(100, "USD"), paid=True)
    assert meet(3, METER, holding(None), now, reserved) == Split(3)


def test_units_that_cost_nothing_are_for_sale_while_the_wallet_is_not_below_zero() -> None:
    free = plan_terms(feature(Overage.WALLET, UnitPrice(Money(0, "USD"))), {}, 0)
    found = [meet(9, METER, holding(Wallet("USD", balance)), free).beyond for balance in (0, -1)]
    assert found == [7, 0]
