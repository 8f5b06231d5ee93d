from dataclasses import replace
from typing import Any

import pytest

from billing.core.clock import DAY
from billing.core.money import Money
from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.entitled import Source
from billing.metering.domain.entitlement import Account
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Cost, Split, Usage, UsageEvent
from billing.metering.domain.use import Basis, UseResult, billing_day, use
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
    basis = Basis(Source(Plan("growth", "Growth"), {"calls": of}), of, Meter("calls", NOW, None, 10))
    wallet = Wallet("USD", balance=1_000, version=2)
    step = use(Account(OrganizationState(), {}, {"USD": wallet}), basis, replace(EVENT, quantity=12), NOW)
    assert isinstance(step, UseResult)
    [meter] = step.account.meters.values()
    assert (meter.used, meter.remaining) == (12, -2)
    assert step.account.wallet("USD").balance == 800
    assert (step.usage.plan_id, step.usage.subscription_id, step.usage.recorded_at) == ("growth", None, NOW)
    assert step.line is not None
    assert (step.line.id, step.line.amount, step.line.balance) == ("usage:e1", Money(-200, "USD"), 800)


def test_a_refused_use_leaves_no_account_behind() -> None:
    of = feature(Overage.DENY)
    meter = Meter("calls", NOW, None, 10)
    basis = Basis(Source(Plan("free", "Free"), {"calls": of}), of, meter)
    assert use(Account(OrganizationState()), basis, replace(EVENT, quantity=11), NOW) == meter


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


@pytest.mark.parametrize(
    ("ago", "late"),
    [(3 * 3_600, False), (2 * DAY, True)],
    ids=["while its day is open", "when its day is closed"],
)
def test_what_happened_before_the_end_of_a_subscription_is_billed_in_its_last_term(ago: int, late: bool) -> None:
    midnight = NOW - NOW % DAY
    end = midnight + 3_600
    now = end + ago
    row = Subscription(
        "sub_1", "org_1", Status.CANCELLED, started_at=0, term_start=end - 30 * DAY, term_end=end, cancelled_at=end
    )
    of = replace(feature(Overage.ALLOW), item_price_id="calls-usd")
    found = billing_day(Source(Plan("metered", "Metered"), {}, row), of, end - 60, now)
    assert found is not None
    assert (found.day, found.late) == ((now - now % DAY) if late else midnight, late)
    assert (found.term_start, found.term_end) == (end - 30 * DAY, end)
    assert found.term_start <= found.usage_date < end
    assert not found.closed(now)


@pytest.mark.parametrize("status", [Status.IN_TRIAL, Status.ACTIVE, Status.CANCELLED])
def test_what_happened_in_a_trial_is_not_billed_however_late_it_comes(status: Status) -> None:
    end = NOW - 3_600
    terms: dict[str, Any] = {
        "trial_start": end - 14 * DAY,
        "trial_end": end,
        "term_start": end,
        "term_end": end + 30 * DAY,
    }
    row = Subscription("sub_1", "org_1", status, started_at=end - 14 * DAY, **terms)
    source, of = Source(Plan("metered", "Metered"), {}, row), replace(feature(Overage.ALLOW), item_price_id="calls-usd")
    days = [billing_day(source, of, moment, NOW) for moment in (end - 14 * DAY, end - 1, end)]
    assert days[:2] == [None, None]
    assert days[2] is not None


def test_a_use_whose_day_is_sealed_moves_on_until_a_day_is_open() -> None:
    today = NOW - NOW % DAY
    sealed = BillingDay(today - DAY, "sub_1", "calls", 0, NOW + DAY, "calls-usd")
    usage = Usage(EVENT, Split(4), 0, "metered", "sub_1", NOW, sealed)
    assert usage.moved_on(0) == usage
    days = [usage.moved_on(times).billing_day for times in (1, 2)]
    assert days == [replace(sealed, day=today, late=True), replace(sealed, day=today + DAY, late=True)]
    assert replace(usage, billing_day=None).moved_on(1).billing_day is None
