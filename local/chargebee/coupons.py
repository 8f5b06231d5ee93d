"""Coupons: what the site's staff makes and withdraws, and what may be redeemed.

https://apidocs.chargebee.com/docs/api/coupons. Amounts are minor units of the coupon's currency, moments UTC seconds.
"""

from typing import Any

from local.chargebee.call import Call, Operation
from local.chargebee.errors import duplicate, missing, not_found, not_simulated, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_KEPT = frozenset(
    {"id", "name", "invoice_name", "discount_type", "discount_percentage", "discount_amount", "currency_code"}
    | {"apply_on", "duration_type", "period", "period_unit", "valid_from", "valid_till", "max_redemptions"}
    | {"item_constraints"}
)
_VALUES = {"percentage": "discount_percentage", "fixed_amount": "discount_amount"}


def create_for_items(site: Site, call: Call) -> Resource:
    given = {name: value for name, value in call.params.items() if value is not None}
    if given["id"] in site.store.coupons:
        raise duplicate("coupon", given["id"])
    kind = given.get("discount_type", "percentage")
    if kind not in _VALUES:
        raise not_simulated("coupons of a quantity")
    if _VALUES[kind] not in given:
        raise missing(_VALUES[kind])
    coupon: Resource = {
        "discount_type": kind,
        "duration_type": "forever",
        "apply_discount_on": "not_applicable",
        "redemptions": 0,
        "created_at": site.now(),
        "deleted": False,
        **given,
        "object": "coupon",
    }
    site.touch(coupon)
    site.store.coupons[coupon["id"]] = coupon
    site.record("coupon_created", {"coupon": shown(site, coupon)}, call.source)
    return {"coupon": shown(site, coupon)}


def shown(site: Site, coupon: Resource) -> Resource:
    return coupon | {"status": _status(site, coupon)}


def _status(site: Site, coupon: Resource) -> str:
    if coupon["deleted"]:
        return "deleted"
    if "archived_at" in coupon:
        return "archived"
    if coupon.get("valid_from", 0) > site.now():
        return "future"
    return "expired" if site.now() >= coupon.get("valid_till", site.now() + 1) else "active"


def find(site: Site, coupon_id: str, param: str = "coupon_id") -> Resource:
    coupon = site.store.coupons.get(coupon_id)
    if coupon is None or coupon["deleted"]:
        raise not_found("coupon", coupon_id, param)
    return coupon


def retrieve(site: Site, call: Call) -> Resource:
    return {"coupon": shown(site, find(site, call.id))}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda each: {"coupon": shown(site, each)}, sortable=frozenset({"created_at"}))
    return list_resources(site.store.coupons.values(), call.params, listing)


def delete(site: Site, call: Call) -> Resource:
    """Whoever has it keeps it."""
    coupon = find(site, call.id)
    coupon["deleted"] = True
    site.touch(coupon)
    site.record("coupon_deleted", {"coupon": shown(site, coupon)}, call.source)
    return {"coupon": shown(site, coupon)}


def archive(site: Site, coupon_id: str, source: str) -> Resource:
    """The dashboard alone does this."""
    coupon = find(site, coupon_id)
    coupon["archived_at"] = site.now()
    site.touch(coupon)
    site.record("coupon_updated", {"coupon": shown(site, coupon)}, source)
    return shown(site, coupon)


def require_redeemable(site: Site, coupon_ids: list[str], items: list[Resource], currency: str) -> None:
    """Every one of them may be applied to these items now."""
    for index, coupon_id in enumerate(coupon_ids):
        param = f"coupon_ids[{index}]"
        coupon = find(site, coupon_id, param)
        if (status := _status(site, coupon)) != "active":
            raise wrong_value(param, f"the coupon {coupon_id} is {status}")
        if coupon["redemptions"] >= coupon.get("max_redemptions", coupon["redemptions"] + 1):
            raise wrong_value(param, f"the coupon {coupon_id} has been redeemed as often as it may be")
        if coupon["discount_type"] == "fixed_amount" and coupon.get("currency_code", currency) != currency:
            raise wrong_value(param, f"the coupon {coupon_id} is in another currency")
        lines = [(each["item_type"], each["item_price_id"]) for each in items]
        if not any(covers(coupon, *each) for each in lines):
            raise wrong_value(param, f"the coupon {coupon_id} does not apply to these items")


def covers(coupon: Resource, item_type: str, item_price_id: str) -> bool:
    """Whether the coupon takes something off such a line."""
    if coupon["apply_on"] == "invoice_amount":
        return True
    of_type = [each for each in coupon.get("item_constraints", ()) if each["item_type"] == item_type]
    return any(
        each["constraint"] == "all" or (each["constraint"] == "specific" and item_price_id in each["item_price_ids"])
        for each in of_type
    )


def after(subscription: Resource, params: dict[str, Any]) -> list[Resource]:
    """The coupons on the subscription once those that the request names are redeemed."""
    named = params.get("coupon_ids") or []
    held = subscription.get("coupons", [])
    kept = [each for each in held if not params.get("replace_coupon_list") or each["coupon_id"] in named]
    known = {each["coupon_id"] for each in kept}
    return [*kept, *(applied(each) for each in named if each not in known)]


def applied(coupon_id: str) -> Resource:
    return {"coupon_id": coupon_id, "applied_count": 0, "object": "coupon"}


def put_on(site: Site, subscription: Resource, coupons: list[Resource]) -> None:
    """Redeem those that the subscription does not have yet."""
    held = {each["coupon_id"] for each in subscription.get("coupons", ())}
    for each in coupons:
        if each["coupon_id"] not in held:
            coupon = site.store.coupons[each["coupon_id"]]
            coupon["redemptions"] += 1
            site.touch(coupon)
    subscription.pop("coupons", None)
    if coupons:
        subscription["coupons"] = coupons


OPERATIONS = (
    Operation("POST", "/coupons/create_for_items", "coupon.create_for_items", create_for_items, _KEPT),
    Operation("GET", "/coupons", "coupon.list", list_all),
    Operation("GET", "/coupons/{id}", "coupon.retrieve", retrieve),
    Operation("POST", "/coupons/{id}/delete", "coupon.delete", delete),
)
