"""Chargebee's coupons, read into our own terms: https://apidocs.chargebee.com/docs/api/coupons."""

from billing.chargebee.fields import integer, json_object, required
from billing.chargebee.read_estimate import objects
from billing.subscriptions.domain.billing_event import JsonObject, text_or_none
from billing.subscriptions.domain.coupon import Coupon, Covered


def read_coupon(document: object) -> Coupon:
    """Read a `coupon` resource. Raises InvalidRequest for one without an id or a status."""
    source = json_object(document, "the coupon")
    fixed = source.get("discount_type") == "fixed_amount"
    whole = source.get("apply_on") == "invoice_amount"
    return Coupon(
        id=required(source, "id"),
        status="deleted" if source.get("deleted") is True else required(source, "status"),
        valid_from=integer(source.get("valid_from")),
        valid_till=integer(source.get("valid_till")),
        redemptions=integer(source.get("redemptions")) or 0,
        max_redemptions=integer(source.get("max_redemptions")),
        currency=text_or_none(source.get("currency_code")) if fixed else None,
        covered=None if whole else _covered(source),
    )


def _covered(source: JsonObject) -> tuple[Covered, ...] | None:
    """None where the coupon does not say: Chargebee then decides. So it does of what only criteria tell."""
    constraints = objects(source, "item_constraints")
    return tuple(_of_type(each) for each in constraints if each.get("constraint") != "none") if constraints else None


def _of_type(constraint: JsonObject) -> Covered:
    named = constraint.get("item_price_ids")
    specific = constraint.get("constraint") == "specific" and isinstance(named, list)
    return Covered(required(constraint, "item_type"), frozenset(map(str, named or ())) if specific else None)
