"""How far a prepaid wallet may go below zero."""

from dataclasses import replace

from billing.core.money import Money
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Split
from billing.metering.domain.use import meet, plan_terms
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.subscriptions.domain.organization import OrganizationState


def test_an_overdraft_is_the_plans_explicit_choice() -> None:
    feature = Counted(
        "calls", limit=0, overage=Overage.WALLET, prices=(UnitPrice(Money(10, "USD")),), overdraft_micros=25
    )
    meter, account = Meter("calls", 0, None, 0), Account(OrganizationState())
    assert meet(3, meter, account, plan_terms(feature, {}, 0)) == Split(0, 2, Money(10, "USD"), paid=True)
    assert meet(3, meter, account, plan_terms(replace(feature, overdraft_micros=0), {}, 0)) == Split(0)


def test_an_overdraft_stays_with_the_plan_and_is_not_the_wallets() -> None:
    """A refund could take it otherwise, and so could the next plan."""
    assert Wallet("USD", balance=-20).spendable == 0
