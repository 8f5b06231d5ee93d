"""Item prices with a trial of their own, which a request has to take or to refuse."""

from typing import Any

import pytest

from tests.local.chargebee.world import DAY, Vendor

ITEMS = [{"item_price_id": "growth", "quantity": 1}]


def _with_trial(world: Vendor, period: int = 14, unit: str = "day") -> None:
    world.control("PUT", "/item_prices/growth", {"trial_period": period, "trial_period_unit": unit})
    world.customer("org_1", "ok")


def _create(world: Vendor, **params: Any) -> Any:
    asked = {"id": "sub_1", "subscription_items": ITEMS} | params
    return world.sdk.Subscription.create_with_items("org_1", asked).subscription


def test_an_item_price_shows_its_trial(world: Vendor) -> None:
    _with_trial(world)
    price = world.sdk.ItemPrice.retrieve("growth").item_price
    assert (price.trial_period, price.trial_period_unit) == (14, "day")


def test_the_plans_own_trial_applies_where_the_request_says_nothing(world: Vendor) -> None:
    _with_trial(world)
    made = _create(world)
    assert made.status == "in_trial" and made.trial_end == pytest.approx(world.now() + 14 * DAY, abs=5)


def test_no_trial_is_asked_for_with_zero(world: Vendor) -> None:
    _with_trial(world)
    assert _create(world, trial_end=0).status == "active"


def test_a_trial_end_overrides_the_plans_own(world: Vendor) -> None:
    _with_trial(world)
    moment = world.now() + 3 * DAY
    assert _create(world, trial_end=moment).trial_end == moment


def test_the_trial_of_a_later_start_begins_with_it(world: Vendor) -> None:
    _with_trial(world)
    start = world.now() + 5 * DAY
    assert _create(world, start_date=start).trial_end == start + 14 * DAY


@pytest.mark.parametrize(("asked", "status"), [({}, "in_trial"), ({"trial_end": 0}, "active")])
def test_a_page_gives_the_plans_trial_too_unless_it_was_opened_without(
    world: Vendor, asked: dict[str, int], status: str
) -> None:
    _with_trial(world, 1, "month")
    page = world.open_checkout(subscription={"id": "sub_1"} | asked)
    world.pay(page.id)
    assert world.subscription().status == status
