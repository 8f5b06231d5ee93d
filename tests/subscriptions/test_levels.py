"""How long a level that was read holds, and when Chargebee is asked again."""

from dataclasses import replace

import pytest

from billing.plans.catalog import read_catalog
from billing.plans.feature import Counted
from billing.plans.plan import Catalog
from billing.subscriptions.domain.levels import READ_ANEW, doubtful, with_levels
from billing.subscriptions.domain.subscription import Level, Levels, Subscription
from tests.subscriptions.examples import NOW, a_subscription

CATALOG = read_catalog(
    {
        "entitlements": "chargebee",
        "plan": [{"item_price_id": "growth", "name": "Growth", "features": {"calls": {"limit": 10}, "sso": True}}],
    }
)
OWN = read_catalog({"plan": [{"item_price_id": "growth", "name": "Growth", "features": {"sso": True}}]})
FOUND = (Level("calls", "50"), Level("sso", "true"))


def row(*found: Level, **fields: bool | int) -> Subscription:
    return a_subscription(levels=Levels(**{"read_at": NOW, "found": found or FOUND, **fields}))  # type: ignore[arg-type]


def calls(row: Subscription, now: int = NOW, catalog: Catalog = CATALOG) -> int | None:
    plan = catalog.plans["growth"]
    feature = with_levels(row, plan, plan.features, catalog, now).get("calls")
    return feature.limit if isinstance(feature, Counted) else None


def test_a_level_that_was_read_holds_and_one_that_was_not_is_the_plans_own() -> None:
    assert calls(row()) == 50
    assert calls(row(Level("sso", "true"))) == 10
    assert calls(a_subscription()) == 10


@pytest.mark.parametrize(
    "doubted", [row(outdated=True), row(Level("calls", "50", NOW), Level("sso", "true")), row(Level("sso", "true"))]
)
def test_what_may_be_of_before_gives_no_more_than_the_plan_and_is_asked_again(doubted: Subscription) -> None:
    assert calls(doubted) == 10
    assert doubtful(doubted, CATALOG, NOW)


def test_a_level_is_read_once_more_after_a_day_and_holds_until_then_and_beyond() -> None:
    assert not doubtful(row(), CATALOG, NOW + READ_ANEW - 1)
    assert doubtful(row(), CATALOG, NOW + READ_ANEW)
    assert calls(row(), NOW + READ_ANEW) == 50


def test_nothing_is_doubtful_where_nothing_is_left_to_chargebee() -> None:
    assert not doubtful(a_subscription(), OWN, NOW)
    assert not doubtful(replace(row(), levels=Levels(NOW, ())), OWN, NOW)
