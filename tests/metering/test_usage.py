from dataclasses import replace
from types import MappingProxyType

import pytest

from billing.metering.domain.billing_day import DAY
from billing.metering.domain.entitlement import Account, Grant
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Cost, Split, UsageEvent, billing_day, split, use
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Feature, Overage, UnitPrice
from billing.plans.plan import Plan
from billing.subscriptions.domain.organization import Partition
from billing.subscriptions.domain.subscription import Status, Subscription

LARGE = UnitPrice(300, "USD", MappingProxyType({"model": "large"}))
ANY = UnitPrice(100, "USD")
NOW = 1_790_000_000
EVENT = UsageEvent("e1", "calls", 4, NOW)
METER = Meter("calls", 0, None, 10, used=8)


def feature(overage: Overage, *prices: UnitPrice, limit: int | None = 10) -> Feature:
    return Feature("calls", limit=limit, overage=overage, prices=prices)


def met(of: Feature, wallet: Wallet | None = None, quantity: int = 5, model: str = "small") -> Split | None:
    return split(of, METER, wallet, quantity, {"model": model})


def test_within_the_allowance_nothing_is_charged() -> None:
    for overage in Overage:
        assert met(feature(overage, ANY), quantity=2) == Split(2)


def test_a_hard_limit_takes_no_part_of_what_does_not_fit() -> None:
    assert met(feature(Overage.DENY, ANY), Wallet("USD", 10**9)) is None


def test_a_soft_limit_is_only_counted_and_worth_its_price_if_it_has_one() -> None:
    assert met(feature(Overage.ALLOW)) == Split(2, 3)
    assert met(feature(Overage.ALLOW, ANY), Wallet("USD", 10**9)) == Split(2, 3, 300, "USD", paid=False)


@pytest.mark.parametrize(("balance", "enough"), [(300, True), (299, False), (0, False), (-1, False)])
def test_the_wallet_pays_all_that_lies_beyond_or_nothing(balance: int, enough: bool) -> None:
    expected = Split(2, 3, 300, "USD", paid=True) if enough else None
    assert met(feature(Overage.WALLET, ANY), Wallet("USD", balance)) == expected


def test_without_a_wallet_or_a_price_nothing_is_bought() -> None:
    assert met(feature(Overage.WALLET, ANY)) is None
    assert met(feature(Overage.WALLET), Wallet("USD", 10**9)) is None
    assert met(feature(Overage.WALLET, LARGE), Wallet("USD", 10**9)) is None


def test_dimensions_choose_the_first_price_that_fits_them() -> None:
    of = feature(Overage.WALLET, LARGE, ANY)
    wallet = Wallet("USD", 10**9)
    assert met(of, wallet, model="large") == Split(2, 3, 900, "USD", paid=True)
    assert met(of, wallet) == Split(2, 3, 300, "USD", paid=True)


def test_reserved_money_pays_for_nothing_else() -> None:
    assert met(feature(Overage.WALLET, ANY), Wallet("USD", balance=0, held=10**9)) is None


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENT, quantity=5),
        replace(EVENT, feature="seats"),
        replace(EVENT, occurred_at=NOW + 1),
        replace(EVENT, dimensions={"model": "large"}),
        replace(EVENT, costs=(Cost("0", "openai", 1, "USD"),)),
    ],
)
def test_every_part_of_an_event_is_in_its_digest(other: UsageEvent) -> None:
    assert other.digest != EVENT.digest


def test_the_digest_knows_no_order_of_dimensions_and_no_late_costs() -> None:
    one, other = (
        replace(EVENT, dimensions=dict(each)) for each in ([("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")])
    )
    assert one.digest == other.digest
    assert replace(EVENT, costs=(Cost("k", "openai", 1, "USD"),), known_digest=EVENT.digest).digest == EVENT.digest


def test_a_use_is_the_account_after_it_its_record_and_the_wallets_line() -> None:
    of = feature(Overage.WALLET, ANY)
    granted = Grant(Plan("growth", "Growth", features={"calls": of}), None)
    wallet = Wallet("USD", balance=1_000, version=2)
    step = use(Account(Partition(), {}, {"USD": wallet}), granted, of, replace(EVENT, quantity=12), NOW)
    assert step is not None
    [meter] = step.account.meters.values()
    assert (meter.used, meter.remaining) == (12, -2)
    assert step.account.wallet("USD").balance == 800
    assert (step.usage.plan, step.usage.subscription_id, step.usage.recorded_at) == ("growth", None, NOW)
    assert step.entry is not None
    assert (step.entry.id, step.entry.micros, step.entry.balance) == ("usage:e1", -200, 800)


def test_a_refused_use_leaves_no_account_behind() -> None:
    of = feature(Overage.DENY)
    granted = Grant(Plan("free", "Free", features={"calls": of}), None)
    assert use(Account(Partition()), granted, of, replace(EVENT, quantity=11), NOW) is None


@pytest.mark.parametrize("late", [0, 7 * 3_600])
def test_while_the_news_of_a_renewal_is_late_uses_are_billed_in_the_next_term(late: int) -> None:
    end = NOW - NOW % DAY
    row = Subscription("sub_1", "org_1", Status.ACTIVE, started_at=0, term_start=end - 30 * DAY, term_end=end)
    granted = Grant(Plan("metered", "Metered"), row)
    of = replace(feature(Overage.ALLOW), item_price_id="calls-usd")
    before, after = (billing_day(granted, of, moment, moment) for moment in (end - 60, end + late))
    assert before is not None and after is not None
    assert (before.term_end, after.term_start) == (end, end)
    assert before.usage_date < end <= after.usage_date
    assert not after.closed(end + late)
