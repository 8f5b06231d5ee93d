"""How far a prepaid wallet may go below zero."""

from dataclasses import replace

from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Split, split, wallet_for
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Feature, Overage, UnitPrice
from billing.subscriptions.domain.organization import Partition


def test_an_overdraft_is_the_plans_explicit_choice() -> None:
    feature = Feature("calls", limit=0, overage=Overage.WALLET, prices=(UnitPrice(10, "USD"),), overdraft=25)
    account = Account(Partition())
    wallet = wallet_for(account, feature, {})
    met = Meter("calls", 0, None, 0)
    assert split(feature, met, wallet, 2, {}) == Split(0, 2, 20, "USD", paid=True)
    assert split(feature, met, wallet, 3, {}) is None
    assert split(replace(feature, overdraft=0), met, wallet, 1, {}) is None


def test_an_overdraft_stays_with_the_plan_and_is_not_the_wallets() -> None:
    """A refund could take it otherwise, and so could the next plan."""
    assert Wallet("USD", balance=-20).spendable == 0
