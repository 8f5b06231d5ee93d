from dataclasses import replace

import pytest

from billing.core.money import Money
from billing.metering.domain.entitled import Entitled, Source, union
from billing.metering.domain.entitlement import Account, meter_of
from billing.metering.domain.hold import Hold, HoldState, Reservation
from billing.metering.domain.hold_decision import HoldResult, make_hold, release_hold, settle_hold
from billing.metering.domain.usage import Split
from billing.metering.domain.use import billing_day
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Plan
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Status, Subscription

NOW = 1_790_000_000
DAY = 86_400
PAYING = Counted("calls", limit=10, overage=Overage.WALLET, prices=(UnitPrice(Money(100, "USD")),))
HARD, SOFT = replace(PAYING, overage=Overage.DENY), replace(PAYING, overage=Overage.ALLOW)


def wish(quantity: int, **dimensions: str) -> Reservation:
    return Reservation("h1", "calls", quantity, 60, dimensions)


def granted(feature: Counted | None) -> Entitled:
    """A plan with the feature, or one that lacks it."""
    return union([Source(Plan("plan", "Plan"), {feature.id: feature} if feature else {})])


def holding(feature: Counted, quantity: int, balance: int = 0) -> HoldResult:
    account = Account(OrganizationState(), {}, {"USD": Wallet("USD", balance)} if balance else {})
    step = make_hold(account, granted(feature), feature, wish(quantity), NOW)
    assert step is not None
    return step


def settled(step: HoldResult, actual: int, feature: Counted | None) -> HoldResult:
    return settle_hold(step.account, granted(feature), step.hold, actual, NOW + 30)


def state(step: HoldResult) -> tuple[int, int, int]:
    """Used, held, and what the wallet has and holds."""
    [meter] = step.account.meters.values()
    wallet = step.account.wallet("USD")
    return meter.used, meter.held, wallet.balance + wallet.held


def test_a_reservation_is_whole_or_none() -> None:
    assert make_hold(Account(OrganizationState()), granted(HARD), HARD, wish(11), NOW) is None
    assert make_hold(Account(OrganizationState()), granted(PAYING), PAYING, wish(11), NOW) is None
    step = holding(PAYING, 12, balance=250)
    assert step.hold == Hold(
        "h1", "calls", 12, Split(10, 2, Money(100, "USD"), paid=True), step.hold.period_start, "plan", None, NOW + 60
    )
    assert step.account.wallet("USD") == Wallet("USD", balance=50, held=200)


def test_a_release_undoes_the_reservation() -> None:
    step = holding(PAYING, 12, balance=250)
    freed = release_hold(step.account, step.hold)
    assert (freed.hold.state, state(freed), freed.usage, freed.line) == (HoldState.RELEASED, (0, 0, 250), None, None)
    assert freed.account.wallet("USD").held == 0


@pytest.mark.parametrize("now", [PAYING, HARD, SOFT, None], ids=["same plan", "hard", "soft", "no such feature"])
@pytest.mark.parametrize("actual", [0, 3, 10, 12])
def test_what_was_reserved_is_charged_at_its_own_price_whatever_the_plan_says_now(
    actual: int, now: Counted | None
) -> None:
    done = settled(holding(PAYING, 12, balance=250), actual, replace(now, limit=1) if now else None)
    paid = max(0, actual - 10) * 100
    assert (done.hold.actual, done.hold.shortfall) == (actual, 0)
    assert state(done) == (actual, 0, 250 - paid)
    assert (done.line.amount.micros if done.line else 0) == -paid


@pytest.mark.parametrize(
    ("now", "charged", "worth"),
    [(PAYING, 14, 400), (HARD, 12, 200), (SOFT, 14, 400), (None, 12, 200)],
    ids=["same plan", "hard", "soft", "no such feature"],
)
def test_beyond_the_reservation_the_plan_of_now_decides(now: Counted | None, charged: int, worth: int) -> None:
    done = settled(holding(PAYING, 12, balance=450), 15, now)
    assert (done.hold.actual, done.hold.shortfall) == (charged, 15 - charged)
    assert done.usage is not None
    assert done.usage.split == Split(10, charged - 10, Money(100, "USD"), paid=True)
    assert done.usage.split.amount == Money(worth, "USD")


def test_beyond_a_reservation_within_the_allowance_the_terms_are_the_plans() -> None:
    step = holding(HARD, 4)
    assert settled(step, 13, HARD).hold.shortfall == 3
    soft = settled(step, 13, SOFT).usage
    assert soft is not None
    assert soft.split == Split(10, 3, Money(100, "USD"), paid=False)
    rich = replace(step, account=step.account.with_wallet(Wallet("USD", 250)))
    bought = settled(rich, 13, PAYING)
    assert (bought.hold.actual, bought.hold.shortfall, state(bought)) == (12, 1, (12, 0, 50))


def test_a_reservation_has_the_price_of_its_dimensions_and_so_has_its_settlement() -> None:
    large = UnitPrice(Money(700, "USD"), when={"model": "large"})
    feature = replace(PAYING, limit=0, prices=(large, *PAYING.prices))
    account = Account(OrganizationState(), {}, {"USD": Wallet("USD", 3_000)})
    step = make_hold(account, granted(feature), feature, wish(2, model="large"), NOW)
    assert step is not None
    assert step.hold.split == Split(0, 2, Money(700, "USD"), paid=True)
    done = settled(step, 3, feature)
    assert done.usage is not None
    assert (done.usage.split.amount, dict(done.usage.event.dimensions)) == (Money(2_100, "USD"), {"model": "large"})
    within = replace(feature, limit=2)
    step = make_hold(account, granted(within), within, wish(2, model="large"), NOW)
    assert step is not None
    beyond = settled(step, 3, within).usage
    assert beyond is not None
    assert beyond.split == Split(2, 1, Money(700, "USD"), paid=True)


@pytest.mark.parametrize("now", [None, HARD], ids=["no such feature", "no longer metered"])
def test_what_was_held_on_a_metered_plan_is_invoiced_though_that_has_ended(now: Counted | None) -> None:
    metered = replace(SOFT, item_price_id="calls-usd")
    row = Subscription("sub_1", "org_1", Status.ACTIVE, started_at=NOW, term_start=NOW, term_end=NOW + 30 * DAY)
    paying = union([Source(Plan("metered", "Metered"), {"calls": metered}, row)])
    step = make_hold(Account(OrganizationState()), paying, metered, wish(4), NOW)
    assert step is not None
    while_it_lasts, ended = (
        settle_hold(step.account, granted_then, step.hold, 3, NOW + DAY).usage
        for granted_then in (paying, granted(now))
    )
    assert while_it_lasts is not None
    assert ended is not None
    assert while_it_lasts.billing_day == billing_day(paying.source(metered), metered, NOW + DAY, NOW + DAY)
    assert ended.billing_day == billing_day(paying.source(metered), metered, NOW, NOW)
    assert (ended.invoiced, ended.subscription_id) == (3, "sub_1")


def test_what_costs_nothing_is_never_short_of_money() -> None:
    free = replace(PAYING, prices=(UnitPrice(Money(0, "USD")),))
    assert settled(holding(free, 4), 99, free).hold.shortfall == 0


def test_a_larger_plan_in_the_same_period_has_more_room() -> None:
    assert settled(holding(HARD, 4), 13, replace(HARD, limit=25)).hold.shortfall == 0
    assert settled(holding(HARD, 4), 10**6, replace(HARD, limit=None)).hold.shortfall == 0


def test_a_settlement_of_nothing_leaves_no_use() -> None:
    done = settled(holding(HARD, 4), 0, HARD)
    assert (done.hold.state, done.usage, done.line, state(done)) == (HoldState.SETTLED, None, None, (0, 0, 0))


def test_others_see_what_is_held() -> None:
    step = holding(HARD, 4)
    assert meter_of(step.account, granted(HARD), HARD, NOW).remaining == 6
