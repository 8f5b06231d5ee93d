"""Usage of a metered item: reported, gathered by the pending invoice of the term that ended, billed when it closes."""

from typing import Any

import pytest
from chargebee import InvalidRequestError

from local.chargebee import usages
from tests.local.chargebee.world import DAY, Vendor

FREE = 10_000


def _subscribe(world: Vendor, card: str = "ok") -> Any:
    world.customer("org_1", card)
    items: list[dict[str, Any]] = [{"item_price_id": "growth", "quantity": 1}, {"item_price_id": "api-calls"}]
    return world.sdk.Subscription.create_with_items("org_1", {"id": "sub_1", "subscription_items": items}).subscription


def _report(world: Vendor, quantity: str, date: int, **params: Any) -> Any:
    asked = {"item_price_id": "api-calls", "quantity": quantity, "usage_date": date}
    return world.sdk.Usage.create("sub_1", asked | params).usage


def _pending(world: Vendor) -> Any:
    (entry,) = world.sdk.Invoice.list({"status": {"is": "pending"}}).list
    return entry.invoice


def _to_renewal(world: Vendor, subscription: Any) -> None:
    world.advance(subscription.current_term_end - world.now() + 1)


def test_the_metered_item_price_is_in_the_catalog(world: Vendor) -> None:
    price = world.sdk.ItemPrice.retrieve("api-calls").item_price
    item = world.sdk.Item.retrieve(price.item_id).item
    assert (price.price, price.free_quantity, item.metered, item.usage_calculation) == (
        2,
        FREE,
        True,
        "sum_of_usages",
    )


def test_a_term_is_billed_by_use_when_it_has_ended_and_the_next_one_in_advance(world: Vendor) -> None:
    subscription = _subscribe(world)
    start = subscription.current_term_start
    assert subscription.create_pending_invoices is True and subscription.subscription_items[1].quantity is None
    assert world.sdk.Invoice.retrieve("1").invoice.total == 4900
    first = _report(world, str(FREE), start + DAY, id="day-1", note="sealed")
    _report(world, "50", start + 2 * DAY)
    assert (first.id, first.quantity, first.subscription_id, first.note) == ("day-1", "10000", "sub_1", "sealed")
    _to_renewal(world, subscription)
    assert world.event_types()[-2:] == ["subscription_renewed", "pending_invoice_created"]
    assert world.events()[-1]["content"]["invoice"]["status"] == "pending"
    pending = _pending(world)
    assert pending.id.startswith("draft_inv_")
    assert [(line.entity_id, line.quantity, line.amount, line.metered) for line in pending.line_items] == [
        ("growth", 1, 4900, False),
        ("api-calls", FREE + 50, 100, True),
    ]
    assert (pending.line_items[1].date_from, pending.line_items[1].date_to) == (start, subscription.current_term_end)
    assert world.subscription().due_invoices_count == 0
    closed = world.sdk.Invoice.close(pending.id, {"invoice_note": "Thank you"}).invoice
    assert (closed.id, closed.status, closed.total) == ("2", "paid", 5000)
    assert world.event_types()[-2:] == ["invoice_generated", "payment_succeeded"]
    billed = world.sdk.Usage.retrieve("sub_1", {"id": "day-1"}).usage
    assert (billed.invoice_id, billed.line_item_id) == ("2", closed.line_items[1].id)
    with pytest.raises(InvalidRequestError, match="not found"):
        world.sdk.Invoice.close(pending.id)
    with pytest.raises(InvalidRequestError) as again:
        world.sdk.Invoice.close("2")
    assert again.value.http_status_code == 409


@pytest.mark.parametrize(
    ("model", "amount", "tiers"),
    [
        ("tiered", 2 * 100 + 3 * 50 + 2, [(1, 2, 2, 100), (3, 5, 3, 50), (6, None, 1, 1)]),
        ("volume", 6 * 1 + 3, [(6, None, 6, 1)]),
    ],
)
def test_a_price_by_tiers_is_rounded_once_and_shows_its_tiers_beside_the_line(
    world: Vendor, model: str, amount: int, tiers: list[tuple[int, int | None, int, int]]
) -> None:
    """The last tier is 1.5 cents."""
    ends = [{"starting_unit": 1, "ending_unit": 2, "price": 100}, {"starting_unit": 3, "ending_unit": 5, "price": 50}]
    priced = [*ends, {"starting_unit": 6, "price": 1, "price_in_decimal": "0.015"}]
    price = {"pricing_model": model, "tiers": priced, "free_quantity": 10}
    shown = world.control("PUT", "/item_prices/api-calls", price)["item_price"]
    assert (shown["tiers"], shown["pricing_model"]) == (priced, model)
    subscription = _subscribe(world)
    assert subscription.subscription_items[1].unit_price is None
    world.control("PUT", "/item_prices/api-calls", {"tiers": [{"starting_unit": 1, "price": 900}]})
    _report(world, "16", subscription.current_term_start)
    _to_renewal(world, subscription)
    invoice = _pending(world)
    line = invoice.line_items[1]
    assert (line.quantity, line.amount, line.pricing_model) == (16, amount, model)
    found = invoice.line_item_tiers
    assert {each.line_item_id for each in found} == {line.id}
    assert [(each.starting_unit, each.ending_unit, each.quantity_used, each.unit_amount) for each in found] == tiers


def test_a_subscription_keeps_its_tiers_and_takes_them_again_with_a_whole_list(world: Vendor) -> None:
    tiers = [{"starting_unit": 1, "ending_unit": 2, "price": 100}, {"starting_unit": 3, "price": 50}]
    world.control("PUT", "/item_prices/api-calls", {"pricing_model": "tiered", "tiers": tiers})
    begun = _subscribe(world).raw_data["item_tiers"]
    own = [{"item_price_id": "api-calls", **tier} for tier in tiers]
    assert begun == [{**tier, "index": 1, "object": "item_tier"} for tier in own]
    world.control("PUT", "/item_prices/api-calls", {"tiers": [{"starting_unit": 1, "price": 900}]})

    growth: dict[str, Any] = {"item_price_id": "growth", "quantity": 3}
    whole: Any = {"subscription_items": [growth, {"item_price_id": "api-calls"}], "replace_items_list": True}
    changed = world.sdk.Subscription.update_for_items("sub_1", {**whole, "item_tiers": own}).subscription
    assert changed.raw_data["item_tiers"] == begun
    with pytest.raises(InvalidRequestError, match="item_tiers"):
        world.sdk.Subscription.update_for_items("sub_1", {**whole, "item_tiers": own[:1]})
    alone: Any = {"subscription_items": [growth], "replace_items_list": True}
    assert "item_tiers" not in world.sdk.Subscription.update_for_items("sub_1", alone).subscription.raw_data


def test_a_site_with_decimals_bills_fractions_of_a_unit(world: Vendor) -> None:
    world.control("PUT", "/settings", {"multi_decimal": "on"})
    world.control("PUT", "/item_prices/api-calls", {"free_quantity": 0, "free_quantity_in_decimal": "0.5"})
    subscription = _subscribe(world)
    assert _report(world, "1.250", subscription.current_term_start).quantity == "1.250"
    with pytest.raises(InvalidRequestError):
        _report(world, "0.000", subscription.current_term_start + 1)
    _to_renewal(world, subscription)
    line = _pending(world).line_items[1]
    assert (line.quantity_in_decimal, line.amount, line.amount_in_decimal) == ("1.250", 2, "0.01500")


def test_what_is_attached_to_a_plan_comes_with_it_and_can_be_used(world: Vendor) -> None:
    """https://apidocs.chargebee.com/docs/api/attached_items: an add-on that is attached as mandatory."""
    world.control("PUT", "/item_prices/growth", {"attached": ["api-calls"]})
    assert "attached" not in world.sdk.ItemPrice.retrieve("growth").item_price.raw_data
    world.customer("org_1")
    world.pay(world.open_checkout(subscription={"id": "sub_1"}).id)
    bought = world.subscription()
    assert [each.item_price_id for each in bought.subscription_items] == ["growth", "api-calls"]
    _report(world, "5", bought.current_term_start)

    more: Any = {"subscription_items": [{"item_price_id": "growth", "quantity": 3}]}
    for replaced in (False, True):
        changed = world.sdk.Subscription.update_for_items("sub_1", more | {"replace_items_list": replaced}).subscription
        assert {each.item_price_id: each.quantity for each in changed.subscription_items} == {
            "growth": 3,
            "api-calls": None,
        }
    yearly: Any = {"subscription_items": [{"item_price_id": "growth-yearly"}, {"item_price_id": "api-calls"}]}
    changed = world.sdk.Subscription.update_for_items("sub_1", yearly | {"replace_items_list": True}).subscription
    assert [each.item_price_id for each in changed.subscription_items] == ["growth-yearly", "api-calls"]
    other: Any = {"subscription_items": [{"item_price_id": "starter"}], "replace_items_list": True}
    changed = world.sdk.Subscription.update_for_items("sub_1", other).subscription
    assert [each.item_price_id for each in changed.subscription_items] == ["starter"]


def test_late_usage_goes_to_the_pending_invoice_and_to_none_after_it_is_closed(world: Vendor) -> None:
    subscription = _subscribe(world)
    in_ended_term = subscription.current_term_end - DAY
    _to_renewal(world, subscription)
    pending = _pending(world)
    assert len(pending.line_items) == 1
    late = _report(world, "10001", in_ended_term)
    assert world.event_types()[-1] == "pending_invoice_updated"
    line = _pending(world).line_items[1]
    assert (line.quantity, line.amount) == (10001, 2)
    _report(world, "10001", in_ended_term, dedupe_option="update_existing")
    _report(world, "3", world.now())
    assert [(entry.id, entry.quantity) for entry in _pending(world).line_items[1:]] == [(line.id, 10001)]
    closed = world.sdk.Invoice.close(pending.id).invoice
    stored = _report(world, "7", in_ended_term + 60)
    assert stored.invoice_id is None
    _to_renewal(world, world.subscription())
    assert [entry.quantity for entry in _pending(world).line_items if entry.metered] == [3]
    assert world.sdk.Usage.retrieve("sub_1", {"id": stored.id}).usage.invoice_id is None
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Usage.delete("sub_1", {"id": late.id})
    assert refusal.value.http_status_code == 409
    assert closed.line_items[1].quantity == 10001


def test_a_pending_invoice_closes_by_itself_in_two_days_or_in_the_time_set(world: Vendor) -> None:
    subscription = _subscribe(world)
    _to_renewal(world, subscription)
    world.advance(2 * DAY)
    closed = next(e for e in world.events()[::-1] if e["event_type"] == "invoice_generated")
    assert closed["occurred_at"] == subscription.current_term_end + 2 * DAY
    assert (closed["source"], closed["content"]["invoice"]["status"]) == ("scheduled_job", "paid")
    world.control("PUT", "/metered_billing", {"auto_close_seconds": 3600})
    _to_renewal(world, world.subscription())
    assert _pending(world).status == "pending"
    world.advance(3600)
    assert world.sdk.Invoice.list({"status": {"is": "pending"}}).list == []


def test_a_closed_invoice_that_is_not_paid_is_due(world: Vendor) -> None:
    subscription = _subscribe(world)
    world.control("POST", "/customers/org_1/card", {"card": "3ds"})
    _to_renewal(world, subscription)
    assert world.sdk.Invoice.close(_pending(world).id).invoice.status == "payment_due"
    assert world.event_types()[-1] == "payment_failed"
    assert (world.subscription().due_invoices_count, world.subscription().total_dues) == (1, 4900)


def test_a_cancellation_bills_the_usage_until_then_and_nothing_where_there_was_none(world: Vendor) -> None:
    subscription = _subscribe(world)
    world.advance(3 * DAY)
    world.sdk.Subscription.cancel_for_items("sub_1", {"cancel_option": "immediately"})
    assert world.event_types()[-2:] == ["subscription_cancelled", "pending_invoice_created"]
    with pytest.raises(InvalidRequestError, match="line items"):
        world.sdk.Invoice.close(_pending(world).id)
    _report(world, "10100", subscription.current_term_start + DAY)
    assert _pending(world).total == 200
    world.sdk.Usage.delete("sub_1", {"id": world.sdk.Usage.list({}).list[0].usage.id})
    world.advance(2 * DAY)
    assert world.event_types()[-1] == "invoice_deleted"
    assert world.sdk.Invoice.list({"status": {"is": "pending"}}).list == []


def test_what_is_used_in_a_trial_is_stored_and_never_billed(world: Vendor) -> None:
    world.customer("org_1", "ok")
    items: list[dict[str, Any]] = [{"item_price_id": "growth", "quantity": 1}, {"item_price_id": "api-calls"}]
    asked = {"id": "sub_1", "subscription_items": items, "trial_end": world.now() + 5 * DAY}
    world.sdk.Subscription.create_with_items("org_1", asked)
    _report(world, "99999", world.now() + DAY)
    world.advance(6 * DAY)
    _to_renewal(world, world.subscription())
    assert [line.entity_id for line in _pending(world).line_items] == ["growth"]


def test_a_new_term_before_its_time_bills_the_usage_of_the_old_one(world: Vendor) -> None:
    subscription = _subscribe(world)
    _report(world, "10001", subscription.current_term_start)
    world.advance(10 * DAY)
    change = {"subscription_items": [{"item_price_id": "scale", "quantity": 1}], "force_term_reset": True}
    answer = world.sdk.Subscription.update_for_items("sub_1", change)
    assert answer.invoice.status == "pending"
    assert [line.amount for line in answer.invoice.line_items] == [9900, 2]


@pytest.mark.parametrize("same", ["id", "usage_date"])
def test_a_second_record_is_refused_skipped_or_takes_the_firsts_place(world: Vendor, same: str) -> None:
    date = _subscribe(world).current_term_start
    _report(world, "5", date, id="u1")
    second = {"id": "u1"} if same == "id" else {"id": "u2"}
    date += 1 if same == "id" else 0
    with pytest.raises(InvalidRequestError) as refusal:
        _report(world, "6", date, **second)
    assert (refusal.value.api_error_code, refusal.value.param) == ("duplicate_entry", same)
    assert _report(world, "6", date, dedupe_option="skip", **second).quantity == "5"
    updated = _report(world, "6", date, dedupe_option="update_existing", **second)
    assert (updated.id, updated.quantity) == ("u1", "6")
    assert len(world.sdk.Usage.list({}).list) == 1


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"quantity": "1.5"}, "quantity"),
        ({"item_price_id": "growth"}, "item_price_id"),
        ({"item_price_id": "nope"}, "item_price_id"),
        ({"id": "u" * 101}, "id"),
    ],
)
def test_usage_that_cannot_be_is_refused(world: Vendor, params: dict[str, Any], param: str) -> None:
    date = _subscribe(world).current_term_start
    with pytest.raises(InvalidRequestError) as refusal:
        world.sdk.Usage.create("sub_1", {"item_price_id": "api-calls", "quantity": "1", "usage_date": date} | params)
    assert refusal.value.param == param


def test_usage_needs_the_item_on_the_subscription_now_or_earlier(world: Vendor) -> None:
    world.subscribe("sub_1")
    with pytest.raises(InvalidRequestError) as refusal:
        _report(world, "1", world.now())
    assert refusal.value.param == "item_price_id"
    for items in (["growth", "api-calls"], ["growth"]):
        rows = [{"item_price_id": item} for item in items]
        world.sdk.Subscription.update_for_items(
            "sub_1", {"subscription_items": rows, "replace_items_list": True, "prorate": False}
        )
    assert _report(world, "1", world.now()).quantity == "1"


def test_a_quantity_for_a_metered_item_is_refused(world: Vendor) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        world.open_checkout(
            subscription_items=[{"item_price_id": "growth"}, {"item_price_id": "api-calls", "quantity": 5}]
        )
    assert refusal.value.param == "subscription_items[quantity][1]"


def test_a_subscription_takes_a_limited_number_of_records(world: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usages.MAX_PER_SUBSCRIPTION == 5000
    monkeypatch.setattr(usages, "MAX_PER_SUBSCRIPTION", 1)
    date = _subscribe(world).current_term_start
    _report(world, "1", date, id="u1")
    assert "deleted" not in world.sdk.Usage.delete("sub_1", {"id": "u1"}).usage.raw_data
    with pytest.raises(InvalidRequestError) as refusal:
        _report(world, "1", date)
    assert refusal.value.api_error_code == "resource_limit_exceeded"


def test_usages_are_listed_by_filter_and_found_only_on_their_subscription(world: Vendor) -> None:
    date = _subscribe(world).current_term_start
    world.subscribe("sub_2")
    ids = [_report(world, "1", date + day * DAY).id for day in range(3)]
    asked = {
        "subscription_id": {"is": "sub_1"},
        "item_price_id": {"is": "api-calls"},
        "usage_date": {"between": [date + DAY, date + 2 * DAY]},
        "sort_by": {"asc": "usage_date"},
    }
    assert [entry.usage.id for entry in world.sdk.Usage.list(asked).list] == ids[1:]
    assert world.sdk.Usage.list({"subscription_id": {"is": "sub_2"}}).list == []
    with pytest.raises(InvalidRequestError, match="not found"):
        world.sdk.Usage.retrieve("sub_2", {"id": ids[0]})


def test_a_voided_invoice_lets_go_of_its_usage(world: Vendor) -> None:
    subscription = _subscribe(world)
    world.sdk.Customer.update("org_1", {"auto_collection": "off"})
    usage = _report(world, "10001", subscription.current_term_start)
    _to_renewal(world, subscription)
    closed = world.sdk.Invoice.close(_pending(world).id).invoice
    assert (closed.status, closed.amount_due) == ("payment_due", 4902)
    world.sdk.Invoice.void_invoice(closed.id)
    assert world.sdk.Usage.retrieve("sub_1", {"id": usage.id}).usage.invoice_id is None
    assert world.subscription().due_invoices_count == 0
