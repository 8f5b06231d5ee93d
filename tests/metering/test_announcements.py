"""What a change of meters and wallets is told as: once, when it is crossed."""

import pytest

from billing.core.money import Money
from billing.metering.domain.announcements import AccountChange
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.subscriptions.domain.organization import OrganizationState
from tests.subscriptions.examples import NOW, ORG


def told(before: Account, after: Account, *entries: LedgerLine) -> list[str]:
    return [str(each.transition) for each in AccountChange(ORG, before, after, entries, NOW).announcements]


def metered(used: int, limit: int | None = 10) -> Account:
    return Account(OrganizationState(), {("calls", 0): Meter("calls", 0, None, limit, used)})


def holding(dollars: int, rule: TopUpRule | None = None) -> Account:
    wallets = {"USD": Wallet("USD", dollars * 1_000_000)}
    return Account(OrganizationState(), {}, wallets, {"USD": rule} if rule else {})


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (metered(9), metered(10), ["entitlement.exhausted"]),
        (metered(8), metered(9), []),
        (metered(10), metered(11), []),
        (Account(OrganizationState()), metered(10), ["entitlement.exhausted"]),
        (Account(OrganizationState()), metered(0, limit=0), []),
        (metered(9, None), metered(10, None), []),
    ],
)
def test_an_allowance_is_told_used_up_when_the_last_unit_goes(
    before: Account, after: Account, expected: list[str]
) -> None:
    assert told(before, after) == expected


RULE = TopUpRule("USD", 5_000_000, 2_000, 5_000)


@pytest.mark.parametrize(
    ("before", "after", "rule", "expected"),
    [
        (1, 0, None, ["wallet.low"]),
        (2, 1, None, []),
        (0, -1, None, []),
        (6, 5, RULE, ["wallet.low"]),
        (5, 4, RULE, []),
        (4, 6, RULE, []),
    ],
)
def test_a_wallet_is_told_low_when_it_falls_to_its_threshold(
    before: int, after: int, rule: TopUpRule | None, expected: list[str]
) -> None:
    assert told(holding(before, rule), holding(after, rule)) == expected


def test_a_credit_is_told_and_a_debit_is_not() -> None:
    credit = LedgerLine("invoice:1", "top_up", Money(1_000_000, "USD"), 2_000_000, NOW)
    debit = LedgerLine("usage:1", "usage", Money(-1_000_000, "USD"), 1_000_000, NOW)
    assert told(holding(1), holding(2), credit) == ["wallet.credited"]
    assert told(holding(2), holding(1), debit) == []
