"""How far a prepaid wallet may go below zero."""

from dataclasses import replace

from billing.domain.entitlement import Account
from billing.domain.feature import Feature, Overage, UnitPrice
from billing.domain.meter import Meter
from billing.domain.organization import Partition
from billing.domain.usage import Split, split, wallet_for
from billing.domain.wallet import Wallet


def test_an_overdraft_is_the_plans_explicit_choice() -> None:
    feature = Feature("calls", limit=0, overage=Overage.WALLET, prices=(UnitPrice(10, "USD"),), overdraft=25)
    account = Account(Partition())
    wallet = wallet_for(account, feature, {})
    met = Meter("calls", 0, None, 0)
    assert wallet is not None and wallet.spendable == 25
    assert split(feature, met, wallet, 2, {}) == Split(0, 2, 20, "USD", paid=True)
    assert split(feature, met, wallet, 3, {}) is None
    assert wallet_for(account, replace(feature, overdraft=0), {}) == Wallet("USD")
