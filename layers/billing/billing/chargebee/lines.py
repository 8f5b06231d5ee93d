"""The lines of a subscription as Chargebee takes them back."""

import json
from collections.abc import Mapping
from typing import Any

from billing.plans.selection import Selection
from billing.subscriptions.domain.change import PASSED_ON, Lines, When
from billing.subscriptions.domain.subscription import Item

_TIERS = "item_tiers"
_TRIAL_END = "trial_end"


def lines_body(lines: Lines, now: int) -> dict[str, Any]:
    """`subscription_items`, the plan first, and the tiers that go with them. `now` is UTC seconds.

    The price that a line has is sent with it: whether Chargebee keeps what was agreed when it is not told is nowhere
    documented.
    """
    tiers = [tier for item in lines.items for tier in _tiers(item)]
    body: dict[str, Any] = {"subscription_items": [_line(item, now) for item in lines.items]}
    return {**body, _TIERS: tiers} if tiers else body


def selection_body(selection: Selection) -> dict[str, Any]:
    """What is bought anew: the plan first, as Chargebee wants it; the seats are the plan's and no add-on's."""
    plan = {"item_price_id": selection.item_price_id, "quantity": selection.seats}
    addons = ({"item_price_id": each, "quantity": quantity} for each, quantity in selection.addons)
    coupons = {"coupon_ids": list(selection.coupons)} if selection.coupons else {}
    return {"subscription_items": [plan, *addons], **coupons}


def trial(ends_at: int | None) -> dict[str, int]:
    """What is not sent would be the plan's own trial."""
    return {"trial_end": 0 if ends_at is None else ends_at}


def change_body(lines: Lines, when: When, now: int) -> dict[str, Any]:
    """The lines, whether they are all, what is redeemed with them, and when; https://apidocs.chargebee.com/docs/api/hosted_pages."""
    later = {"change_option": "end_of_term"} if when is When.TERM_END else {}
    coupons = {"coupon_ids": list(lines.coupons)} if lines.coupons else {}
    return {**lines_body(lines, now), "replace_items_list": lines.complete, **coupons, **later}


def _line(item: Item, now: int) -> dict[str, Any]:
    sent = {
        "item_price_id": item.item_price_id,
        **_number("quantity", item.quantity, item.quantity_in_decimal),
        **_number("unit_price", item.unit_price, item.unit_price_in_decimal),
        **{name: value for name, value in item.agreed if name in PASSED_ON and name != _TIERS},
    }
    trial_end = sent.get(_TRIAL_END)
    if isinstance(trial_end, int) and trial_end <= now:  # Chargebee takes none that is over
        del sent[_TRIAL_END]
    return sent


def _number(name: str, whole: int | None, decimal: str | None) -> Mapping[str, Any]:
    """The more exact of the two, where there is any."""
    if decimal is not None:
        return {f"{name}_in_decimal": decimal}
    return {} if whole is None else {name: whole}


def _tiers(item: Item) -> list[dict[str, Any]]:
    text = dict(item.agreed).get(_TIERS)
    return [{"item_price_id": item.item_price_id, **tier} for tier in json.loads(text)] if isinstance(text, str) else []
