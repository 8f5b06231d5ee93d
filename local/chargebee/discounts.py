"""What a subscription's coupons take off the lines of an invoice. Amounts are minor units, moments UTC seconds.

https://apidocs.chargebee.com/docs/api/coupons: coupons of lines come before coupons of the whole invoice, and among
either fixed amounts before percentages.
"""

from dataclasses import dataclass
from itertools import accumulate, pairwise

from local.chargebee.billing_periods import moment_after
from local.chargebee.coupons import covers
from local.chargebee.site import Site
from local.chargebee.store import Resource


@dataclass(frozen=True)
class Discount:
    """What one coupon takes off each line, in their order."""

    coupon: Resource
    shares: tuple[int, ...]

    @property
    def amount(self) -> int:
        return sum(self.shares)

    @property
    def level(self) -> str:
        return "document_level_coupon" if self.coupon["apply_on"] == "invoice_amount" else "item_level_coupon"


def discounts(site: Site, coupons: list[Resource], lines: list[Resource]) -> list[Discount]:
    """Of the coupons that have not run out, those that take something off."""
    valid = [each["coupon_id"] for each in coupons if each.get("apply_till", site.now() + 1) > site.now()]
    known = [site.store.coupons[each] for each in valid]
    known.sort(key=lambda each: (each["apply_on"] == "invoice_amount", each["discount_type"] == "percentage"))
    left = [int(line["amount"]) for line in lines]
    found: list[Discount] = []
    for coupon in known:
        shares = _of_invoice(coupon, left) if coupon["apply_on"] == "invoice_amount" else _of_lines(coupon, lines, left)
        left = [amount - share for amount, share in zip(left, shares, strict=True)]
        found.append(Discount(coupon, tuple(shares)))
    return [each for each in found if each.amount]


def net(site: Site, coupons: list[Resource], lines: list[Resource]) -> int:
    """What the lines come to."""
    return int(sum(line["amount"] for line in lines)) - sum(each.amount for each in discounts(site, coupons, lines))


def sub_total(found: list[Discount], lines: list[Resource]) -> int:
    """https://apidocs.chargebee.com/docs/api/invoices: "the sum of all the line item amounts minus the sum of all line
    item discounts"; those of the whole invoice are "applied to the invoice `sub_total`"."""
    of_lines = sum(each.amount for each in found if each.level == "item_level_coupon")
    return int(sum(line["amount"] for line in lines)) - of_lines


def _taken(coupon: Resource, amount: int) -> int:
    if coupon["discount_type"] == "fixed_amount":
        return min(amount, int(coupon["discount_amount"]))
    taken: int = round(amount * coupon["discount_percentage"] / 100)
    return taken


def _of_lines(coupon: Resource, lines: list[Resource], left: list[int]) -> list[int]:
    return [
        _taken(coupon, amount)
        if covers(coupon, line["entity_type"].removesuffix("_item_price"), line.get("entity_id", ""))
        else 0
        for line, amount in zip(lines, left, strict=True)
    ]


def _of_invoice(coupon: Resource, left: list[int]) -> list[int]:
    """Shared by the lines as they come to the whole, so that the shares come to the discount exactly."""
    whole = sum(left)
    taken = _taken(coupon, whole)
    marks = [taken * each // whole if whole else 0 for each in accumulate(left, initial=0)]
    return [end - start for start, end in pairwise(marks)]


def written(found: list[Discount], lines: list[Resource]) -> Resource:
    """The discounts as a document shows them; its lines have ids."""
    for index, line in enumerate(lines):
        line["discount_amount"] = sum(each.shares[index] for each in found)
        of_line = (each.shares[index] for each in found if each.level == "item_level_coupon")
        line["item_level_discount_amount"] = sum(of_line)
    by_line = [(each, line, share) for each in found for line, share in zip(lines, each.shares, strict=True) if share]
    return {
        "discounts": [
            {
                "amount": each.amount,
                "description": each.coupon.get("invoice_name", each.coupon["name"]),
                "entity_type": each.level,
                "discount_type": each.coupon["discount_type"],
                "entity_id": each.coupon["id"],
                "object": "discount",
            }
            for each in found
        ],
        "line_item_discounts": [
            {
                "line_item_id": line["id"],
                "discount_type": each.level,
                "coupon_id": each.coupon["id"],
                "entity_id": each.coupon["id"],
                "discount_amount": share,
                "object": "line_item_discount",
            }
            for each, line, share in by_line
        ],
    }


def count(site: Site, subscription: Resource, used: set[str]) -> None:
    """An invoice is final: a coupon for once is gone, and one for a time runs from its first invoice."""
    kept: list[Resource] = []
    for entry in subscription.get("coupons", ()):
        coupon = site.store.coupons[entry["coupon_id"]]
        if coupon["id"] not in used:
            kept.append(entry)
        elif coupon["duration_type"] != "one_time":
            kept.append(_counted(site, coupon, entry))
    subscription.pop("coupons", None)
    if kept:
        subscription["coupons"] = kept


def _counted(site: Site, coupon: Resource, entry: Resource) -> Resource:
    counted = entry | {"applied_count": entry["applied_count"] + 1}
    if coupon["duration_type"] == "limited_period" and "apply_till" not in entry:
        counted["apply_till"] = moment_after(site.now(), coupon["period"], coupon["period_unit"], site.settings.zone)
    return counted
