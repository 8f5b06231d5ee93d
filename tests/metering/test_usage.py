from dataclasses import replace

import pytest

from billing.core.clock import DAY
from billing.core.money import Money
from billing.metering.domain.entitled import Source, union
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Cost, UsageEvent
from billing.metering.domain.use import UseResult, billing_day, use
from billing.metering.domain.wallet import Wallet
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Plan
from billing.subscriptions.domain.organization import OrganizationState
from billing.subscriptions.domain.subscription import Status, Subscription

NOW = 1_790_000_000
EVENT = UsageEvent("e1", "calls", 4, NOW)
PRICE = UnitPrice(Money(100, "USD"))


def feature(overage: Overage, *prices: UnitPrice) -> Counted:
    return Counted("calls", limit=10, overage=overage, prices=prices)


@pytest.mark.parametrize(
    "other",
    [
        replace(EVENT, quantity=5),
        replace(EVENT, feature="seats"),
        replace(EVENT, occurred_at=NOW + 1),
        replace(EVENT, dimensions={"model": "large"}),
        replace(EVENT, costs=(Cost("0", "openai", Money(1, "USD")),)),
    ],
)
def test_every_part_of_an_event_is_in_its_digest(other: UsageEvent) -> None:
    assert other.digest != EVENT.digest


def test_the_digest_knows_no_order_of_dimensions_and_no_late_costs() -> None:
    one, other = (
        replace(EVENT, dimensions=dict(each)) for each in ([("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")])
    )
    assert one.digest == other.digest
    assert (
        replace(EVENT, costs=(Cost("k", "openai", Money(1, "USD")),), known_digest=EVENT.digest).digest == EVENT.digest
    )


def test_a_use_is_the_account_after_it_its_record_and_the_wallets_line() -> None:
    of = feature(Overage.WALLET, PRICE)
    granted = union([Source(Plan("growth", "Growth"), {"calls": of})])
    wallet = Wallet("USD", balance=1_000, version=2)
    step = use(Account(OrganizationState(), {}, {"USD": wallet}), granted, of, replace(EVENT, quantity=12), NOW)
    assert isinstance(step, UseResult)
    [meter] = step.account.meters.values()
    assert (meter.used, meter.remaining) == (12, -2)
    assert step.account.wallet("USD").balance == 800
    assert (step.usage.plan_id, step.usage.subscription_id, step.usage.recorded_at) == ("growth", None, NOW)
    assert step.line is not None
    assert (step.line.id, step.line.amount, step.line.balance) == ("usage:e1", Money(-200, "USD"), 800)


def test_a_refused_use_leaves_no_account_behind() -> None:
    of = feature(Overage.DENY)
    granted = union([Source(Plan("free", "Free"), {"calls": of})])
    met = use(Account(OrganizationState()), granted, of, replace(EVENT, quantity=11), NOW)
    assert isinstance(met, Meter)
    assert (met.limit, met.used) == (10, 0)


@pytest.mark.parametrize("late", [0, 7 * 3_600])
def test_while_the_news_of_a_renewal_is_late_uses_are_billed_in_the_next_term(late: int) -> None:
    end = NOW - NOW % DAY
    row = Subscription("sub_1", "org_1", Status.ACTIVE, started_at=0, term_start=end - 30 * DAY, term_end=end)
    source = Source(Plan("metered", "Metered"), {}, row)
    of = replace(feature(Overage.ALLOW), item_price_id="calls-usd")
    before, after = (billing_day(source, of, moment, moment) for moment in (end - 60, end + late))
    assert before is not None and after is not None
    assert (before.term_end, after.term_start) == (end, end)
    assert before.usage_date < end <= after.usage_date
    assert not after.closed(end + late)
