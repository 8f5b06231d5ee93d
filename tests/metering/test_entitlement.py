from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from billing.core.clock import Period, Term
from billing.core.errors import InvalidRequest, UnknownFeature
from billing.core.money import Money
from billing.core.time_zone import time_zone
from billing.metering.domain.entitled import Entitled, Source, union
from billing.metering.domain.entitlement import Account, Refusal, counted_feature, entitled, lacking, meter_of
from billing.metering.domain.meter import Meter
from billing.metering.domain.wallet import Wallet
from billing.metering.services.read_entitlements import estimate_use, read_entitlements
from billing.metering.services.record_usage import record_usage
from billing.plans.feature import Counted, Overage, Reset, Switch, UnitPrice
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.access import Policy
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Status
from tests.model.metering import (
    CATALOG,
    DAY,
    ENDLESS,
    FREE,
    HOUR,
    LARGE,
    ORG,
    PAYING,
    SOFT,
    START,
    calls,
    metering,
    on_plan,
)
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

POLICY = Policy(past_due_grace=3 * DAY)


def plan_of(partition: OrganizationState, now: int = START + DAY) -> str | None:
    sources = entitled(Account(partition), CATALOG, POLICY, now).sources
    return sources[0].plan_id if sources else None


def the_source(partition: OrganizationState) -> Source:
    """Where everything comes from that an organization with one subscription, or none, has."""
    [source] = entitled(Account(partition), CATALOG, POLICY, START).sources
    return source


def both(*plans: str) -> OrganizationState:
    """An organization with a subscription to each of the plans, each a day newer than the one before it."""
    rows = [
        row
        for place, name in enumerate(plans)
        for row in on_plan(
            name, **dict.fromkeys(("created_at", "started_at", "term_start"), START + place * DAY)
        ).subscriptions
    ]
    return OrganizationState(Organization(ORG), tuple(rows))


def test_the_subscription_that_gives_access_decides() -> None:
    assert plan_of(on_plan(LARGE)) == LARGE


@pytest.mark.parametrize("partition", [OrganizationState(), OrganizationState(Organization(ORG)), on_plan(FREE)])
def test_whoever_has_no_subscription_has_the_default_plan(partition: OrganizationState) -> None:
    assert plan_of(partition) == FREE
    assert plan_of(partition, now=0) == FREE


@pytest.mark.parametrize(
    ("paid", "wallet", "currency"), [("EUR", "GBP", "EUR"), (None, "GBP", "GBP"), (None, "CHF", "USD")]
)
def test_the_subscriptions_currency_chooses_a_price_and_without_one_the_wallets(
    paid: str | None, wallet: str, currency: str
) -> None:
    prices = tuple(UnitPrice(Money(10, each)) for each in ("USD", "EUR", "GBP"))
    features = {"calls": Counted("calls", 1, prices=prices)}
    plans = {name: Plan(name, name, default=name == FREE, features=features) for name in (FREE, LARGE)}
    partition = on_plan(LARGE, currency=paid) if paid else OrganizationState()
    account = Account(partition, wallets={wallet: Wallet(wallet)})
    calls = entitled(account, Catalog(plans, {}), POLICY, START).features["calls"]
    assert isinstance(calls, Counted)
    assert calls.price({}) == Money(10, currency)


def test_who_pays_for_a_plan_that_nobody_described_has_not_the_default_plan_instead() -> None:
    found = entitled(Account(on_plan("large-2023")), CATALOG, POLICY, START)
    assert ([source.plan_id for source in found.sources], dict(found.features)) == (["large-2023"], {})
    assert found.unknown == {"large-2023"}
    assert lacking(found) is Refusal.PLAN_UNKNOWN


def test_what_is_described_counts_beside_what_is_not() -> None:
    found = entitled(Account(both("large-2023", LARGE)), CATALOG, POLICY, START + 2 * DAY)
    assert found.features == entitled(Account(on_plan(LARGE)), CATALOG, POLICY, START).features
    assert found.unknown == {"large-2023"}


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.PAUSED, Status.FUTURE, Status.DELETED])
def test_what_gives_no_access_falls_back_to_the_default_plan(status: Status) -> None:
    assert plan_of(on_plan(LARGE, status=status)) == FREE


def test_a_deleted_organization_is_granted_nothing() -> None:
    deleted = OrganizationState(Organization(ORG, deleted_at=START))
    assert entitled(Account(deleted), CATALOG, POLICY, START + DAY) == Entitled()


def test_a_scheduled_end_falls_back_on_its_date_and_an_unpaid_invoice_after_its_grace() -> None:
    ending = on_plan(LARGE, status=Status.NON_RENEWING, cancelled_at=START + 5 * DAY)
    assert (plan_of(ending, START + 5 * DAY - 1), plan_of(ending, START + 5 * DAY)) == (LARGE, FREE)
    unpaid = on_plan(LARGE, due_invoices=1, due_since=START)
    assert (plan_of(unpaid, START + 3 * DAY - 1), plan_of(unpaid, START + 3 * DAY)) == (LARGE, FREE)


def test_of_several_subscriptions_the_newest_that_gives_access_names_the_plan() -> None:
    [old], [new] = on_plan(LARGE).subscriptions, on_plan(PAYING, created_at=START + 1).subscriptions
    [paused] = on_plan("odd", created_at=START + 2, status=Status.PAUSED).subscriptions
    assert plan_of(OrganizationState(Organization(ORG), (old, new, paused))) == PAYING


@pytest.mark.parametrize("plans", [("odd", LARGE), (LARGE, "odd")])
def test_the_features_of_every_subscription_add_up(plans: tuple[str, str]) -> None:
    found = entitled(Account(both(*plans)), CATALOG, POLICY, START + 2 * DAY)
    assert dict(found.features) == {**CATALOG.plans["odd"].features, **CATALOG.plans[LARGE].features}


@pytest.mark.parametrize(
    ("plans", "origin"),
    [
        ((LARGE, PAYING), "sub_large"),
        ((PAYING, LARGE), "sub_large"),
        ((LARGE, ENDLESS), "sub_endless"),
        ((ENDLESS, LARGE), "sub_endless"),
        ((PAYING, SOFT), "sub_paying"),
        ((SOFT, PAYING), "sub_soft"),
    ],
)
def test_the_larger_limit_wins_and_of_equal_ones_the_older_subscription(plans: tuple[str, str], origin: str) -> None:
    found = entitled(Account(both(*plans)), CATALOG, POLICY, START + 2 * DAY)
    assert found.origins["calls"].subscription_id == origin


def test_what_is_on_is_more_than_any_count_of_it() -> None:
    on, counted = (
        Source(Plan(name, name), {"exports": each})
        for name, each in (("on", Switch("exports")), ("counted", Counted("exports", limit=None)))
    )
    assert union([on, counted]).features == union([counted, on]).features == {"exports": Switch("exports")}


def test_a_paused_subscription_gives_nothing_beside_one_that_runs() -> None:
    paused = on_plan(ENDLESS, status=Status.PAUSED).subscriptions
    beside = OrganizationState(Organization(ORG), (*on_plan(LARGE).subscriptions, *paused))
    alone = entitled(Account(on_plan(LARGE)), CATALOG, POLICY, START)
    assert entitled(Account(beside), CATALOG, POLICY, START) == alone


def test_news_that_is_overdue_of_any_subscription_is_asked_for() -> None:
    late = START + 30 * DAY + 2 * 3_600
    fresh, overdue = on_plan(LARGE, term_end=START + 60 * DAY).subscriptions, on_plan(PAYING).subscriptions
    found = [
        entitled(Account(OrganizationState(Organization(ORG), rows)), CATALOG, POLICY, late)
        for rows in (fresh, fresh + overdue)
    ]
    assert [each.unverified for each in found] == [False, True]


@pytest.mark.parametrize("ended", [PAYING, "odd"])
def test_a_subscription_that_ends_beside_the_larger_one_changes_no_meter(ended: str) -> None:
    beside, alone = both(LARGE, ended), both(LARGE)
    found = []
    for partition in (beside, alone):
        account = Account(partition).with_meter(replace(USED, subscription_id="sub_large"))
        granted = entitled(Account(partition), CATALOG, POLICY, START + 2 * DAY)
        feature = counted_feature(granted, "calls", CATALOG)
        assert feature is not None
        found.append(meter_of(account, granted, feature, START + 2 * DAY))
    assert found[0] == found[1] == replace(USED, subscription_id="sub_large")


def test_what_was_used_stays_used_when_the_larger_subscription_ends() -> None:
    account = Account(both(PAYING)).with_meter(replace(USED, subscription_id="sub_large"))
    granted = entitled(account, CATALOG, POLICY, START + 2 * DAY)
    feature = counted_feature(granted, "calls", CATALOG)
    assert feature is not None
    assert meter_of(account, granted, feature, START + 2 * DAY).remaining == 10 - 20 - 3


def test_periods_are_counted_from_when_the_subscription_began() -> None:
    started, created = (the_source(on_plan(LARGE, started_at=each)) for each in (START + 5, None))
    assert {each: started.anchor(each) for each in Reset} == dict.fromkeys(Reset, START + 5)
    assert {each: created.anchor(each) for each in Reset} == dict.fromkeys(Reset, START)


def test_without_a_subscription_periods_are_the_calendars_and_weeks_begin_on_monday() -> None:
    nobody = the_source(OrganizationState())
    begins = {
        each: datetime.fromtimestamp(nobody.period(Counted("calls", limit=None, reset=each), START).start, UTC)
        for each in (Reset.DAY, Reset.WEEK, Reset.MONTH, Reset.YEAR)
    }
    assert begins == {
        Reset.DAY: datetime(2026, 9, 21, tzinfo=UTC),
        Reset.WEEK: datetime(2026, 9, 21, tzinfo=UTC),
        Reset.MONTH: datetime(2026, 9, 1, tzinfo=UTC),
        Reset.YEAR: datetime(2026, 1, 1, tzinfo=UTC),
    }
    assert begins[Reset.WEEK].strftime("%A") == "Monday"


def test_the_term_is_the_paid_one_or_the_trial() -> None:
    assert the_source(on_plan("odd")).term == Term(START, START + 30 * DAY)
    trial = on_plan("odd", status=Status.IN_TRIAL, trial_start=START, trial_end=START + 14 * DAY, term_start=None)
    assert the_source(trial).term == Term(START, START + 14 * DAY)
    assert the_source(on_plan("odd", term_end=None)).term is None


@pytest.mark.parametrize("term", [(START, START + 30 * DAY), (START + 30 * DAY, START + 60 * DAY)])
def test_a_feature_that_resets_with_the_term_follows_the_cached_one(term: tuple[int, int]) -> None:
    account = Account(on_plan("odd", term_start=term[0], term_end=term[1]))
    granted = entitled(account, CATALOG, POLICY, START)
    feature = counted_feature(granted, "exports", CATALOG)
    assert feature is not None
    assert granted.source(feature).period(feature, START + 31 * DAY) == Period(*term)
    assert meter_of(account, granted, feature, START + 31 * DAY).start == term[0]


def test_what_an_invoice_would_pay_for_has_no_price_in_a_trial_and_what_the_wallet_pays_for_has() -> None:
    cent: dict[str, Any] = {"limit": 0, "prices": (UnitPrice(Money(10_000, "USD")),)}
    features = {
        "calls": Counted("calls", overage=Overage.ALLOW, item_price_id="calls-usd", **cent),
        "own": Counted("own", overage=Overage.ALLOW, **cent),
        "exports": Counted("exports", overage=Overage.WALLET, item_price_id="exports-usd", **cent),
    }
    catalog = Catalog({"pro": Plan("pro", "Pro", features=features)}, {})
    trial_end = START + 14 * DAY
    trial: dict[str, Any] = {"trial_start": START, "trial_end": trial_end, "billing_months": 1}
    trying = on_plan("pro", status=Status.IN_TRIAL, term_start=None, **trial)
    paying = on_plan("pro", term_start=trial_end, term_end=trial_end + 31 * DAY, **trial)
    store, time = MemoryUsage({ORG: trying}), Time(START + DAY)
    here = metering(store, time, catalog)
    [used] = record_usage(ORG, [calls("e1", 4, occurred_at=time.now)], here)
    assert used.usage
    assert (used.usage.split.amount, [*read_entitlements(ORG, here).costs]) == (None, ["own"])
    assert estimate_use(ORG, "exports", 1, {}, here).allowed is False
    store.grant(ORG, paying)
    time.now = trial_end + HOUR
    late, own = record_usage(ORG, [calls("e2", 3, occurred_at=START + DAY), calls("e3", 2, occurred_at=time.now)], here)
    amounts = [each.usage.split.amount for each in (late, own) if each.usage]
    assert amounts == [None, Money(20_000, "USD")]


def test_a_months_allowance_ends_with_the_trial_and_starts_over_with_the_paid_term() -> None:
    trial_end = START + 14 * DAY
    trial = {"trial_start": START, "trial_end": trial_end, "billing_months": 1}
    trying = on_plan(LARGE, status=Status.IN_TRIAL, term_start=None, term_end=None, **trial)
    paying = on_plan(LARGE, term_start=trial_end, term_end=trial_end + 31 * DAY, **trial)
    feature = CATALOG.plans[LARGE].features["calls"]
    assert isinstance(feature, Counted)
    ends = [the_source(each).period(feature, START + DAY).end for each in (trying, on_plan(LARGE))]
    assert ends == [trial_end, START + 30 * DAY]
    assert the_source(paying).period(feature, trial_end) == Period(trial_end, trial_end + 31 * DAY)


def test_without_a_subscription_periods_turn_at_midnight_of_the_site() -> None:
    zone = time_zone("America/Los_Angeles")
    [nobody] = entitled(Account(OrganizationState()), CATALOG, POLICY, START, zone).sources
    begins = [
        datetime.fromtimestamp(nobody.period(Counted("calls", limit=None, reset=each), START).start, zone)
        for each in (Reset.DAY, Reset.WEEK, Reset.MONTH, Reset.YEAR)
    ]
    assert [each.strftime("%Y-%m-%d %H:%M") for each in begins] == [
        "2026-09-21 00:00",
        "2026-09-21 00:00",
        "2026-09-01 00:00",
        "2026-01-01 00:00",
    ]


def test_a_feature_is_granted_lacking_or_unknown() -> None:
    granted = entitled(Account(on_plan("odd")), CATALOG, POLICY, START)
    assert counted_feature(granted, "exports", CATALOG) == CATALOG.plans["odd"].features["exports"]
    assert counted_feature(granted, "calls", CATALOG) is None
    with pytest.raises(UnknownFeature):
        counted_feature(granted, "cals", CATALOG)
    with pytest.raises(InvalidRequest):
        counted_feature(granted, "sso", CATALOG)


def test_a_wallet_is_empty_until_the_first_credit() -> None:
    assert Account(OrganizationState()).wallet("USD") == Wallet("USD")


AGAIN = {"created_at": START + 5 * DAY, "started_at": START + 5 * DAY, "term_start": START + 5 * DAY}
USED = Meter(
    "calls", START, START + 30 * DAY, 25, used=20, held=3, version=4, subscription_id="sub_before", reset=Reset.MONTH
)


def metered(meter: Meter, name: str = LARGE, now: int = START + 6 * DAY, **fields: Any) -> Meter:
    """The meter of a subscription that began five days after the one that `meter` is of."""
    account = Account(on_plan(name, **AGAIN | {"term_end": START + 35 * DAY} | fields)).with_meter(meter)
    feature = CATALOG.plans[name].features["calls"]
    assert isinstance(feature, Counted)
    return meter_of(account, entitled(account, CATALOG, POLICY, now), feature, now)


@pytest.mark.parametrize(("name", "limit", "remaining"), [(LARGE, 25, 2), (PAYING, 10, -13)])
def test_cancelling_and_buying_again_goes_on_with_the_period_that_runs(name: str, limit: int, remaining: int) -> None:
    found = metered(USED, name)
    assert found == replace(USED, limit=limit)
    assert found.remaining == remaining


def test_when_the_earlier_period_is_over_the_new_subscriptions_own_begins_with_its_whole_allowance() -> None:
    assert metered(USED, now=START + 30 * DAY - 1) == USED
    own = metered(USED, now=START + 30 * DAY)
    whole = (START + 5 * DAY, START + 35 * DAY, 25, "sub_large")
    assert (own.start, own.end, own.remaining, own.subscription_id) == whole


@pytest.mark.parametrize(
    "other",
    [
        {"subscription_id": None},
        {"subscription_id": "sub_large"},
        {"feature": "exports"},
        {"start": START + 7 * DAY},
        {"end": START + 6 * DAY},
        {"reset": Reset.YEAR},
        {"reset": None},
    ],
    ids=[
        "the default plan's",
        "its own",
        "another feature's",
        "to come",
        "over",
        "that starts over at other times",
        "of before",
    ],
)
def test_a_period_of_its_own_begins_beside_any_other(other: dict[str, Any]) -> None:
    assert metered(replace(USED, **other)).remaining == 25


def test_what_is_used_up_for_good_stays_so_in_another_subscription() -> None:
    later = START + 400 * DAY
    feature = CATALOG.plans["odd"].features["seats"]
    assert isinstance(feature, Counted)
    spent = Meter("seats", START, None, 2, used=2, subscription_id="sub_before", reset=Reset.NEVER)
    account = Account(on_plan("odd", **AGAIN | {"term_end": later + DAY})).with_meter(spent)
    assert meter_of(account, entitled(account, CATALOG, POLICY, later), feature, later) == spent


def test_the_default_plan_after_a_subscription_has_its_own_allowance() -> None:
    feature = CATALOG.plans[FREE].features["calls"]
    assert isinstance(feature, Counted)
    account = Account(on_plan(FREE)).with_meter(USED)
    assert meter_of(account, entitled(account, CATALOG, POLICY, START + DAY), feature, START + DAY).used == 0
