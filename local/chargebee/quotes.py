"""What a hosted page offers. Making the quote is also the check of the page's parameters, at opening and at payment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.chargebee import changes, customers, discounts, dues, metering, purchases
from local.chargebee.change_commands import change_is_later, coupons_after, items_after
from local.chargebee.errors import missing, wrong_value
from local.chargebee.new_subscription import check_new, check_trial_end
from local.chargebee.site import Site
from local.chargebee.store import Resource
from local.chargebee.subscriptions import LIVE, find, require_status


@dataclass(frozen=True)
class QuoteLine:
    name: str
    quantity: int | None
    amount: int
    every: str = ""


@dataclass(frozen=True)
class Quote:
    """Amounts are minor units; `trial_end` is UTC seconds."""

    title: str
    lines: tuple[QuoteLine, ...]
    due_now: int
    currency: str
    trial_end: int | None = None

    @property
    def needs_card(self) -> bool:
        """Whether the page can be completed without a card: only a trial can."""
        return self.due_now > 0 or self.trial_end is None


def _lines(site: Site, items: list[Resource]) -> tuple[QuoteLine, ...]:
    prices = [site.catalog.item_prices[item["item_price_id"]] for item in items]
    return tuple(
        QuoteLine(_name(site, price), item.get("quantity"), item["amount"], price.get("period_unit", ""))
        for item, price in zip(items, prices, strict=True)
    )


def _off(site: Site, coupons: list[Resource], lines: list[Resource]) -> tuple[QuoteLine, ...]:
    return tuple(
        QuoteLine(each.coupon["name"], None, -each.amount) for each in discounts.discounts(site, coupons, lines)
    )


def _name(site: Site, price: Resource) -> str:
    return f"{price['name']}, billed by use" if metering.is_metered(site, price["id"]) else str(price["name"])


def _check_first(site: Site, params: dict[str, Any]) -> None:
    """https://apidocs.chargebee.com/docs/api/hosted_pages/create-checkout-to-update-a-subscription: "The first item
    price in the list (parameter `subscription_items[item_price_id][0]`) must be an `item_price` of `item_type` `plan`."
    """
    rows: list[Resource] = params.get("subscription_items") or [{}]
    first = site.catalog.item_prices.get(rows[0].get("item_price_id", ""))
    if first is not None and first["item_type"] != "plan":
        raise wrong_value("subscription_items[item_price_id][0]", "must be a plan's item price")


def _new_subscription(site: Site, params: dict[str, Any]) -> Quote:
    _check_first(site, params)
    new = check_new(site, params.get("subscription") or {}, params, at="subscription")
    items = [*new.priced.recurring, *new.priced.charges]
    return Quote(
        "Start your subscription",
        _lines(site, items) + _off(site, new.coupons, new.lines_now(site)),
        new.due_now(site),
        new.priced.plan["currency_code"],
        new.trial_end,
    )


def _existing_subscription(site: Site, params: dict[str, Any]) -> Quote:
    if "subscription" not in params:
        raise missing("subscription[id]")
    _check_first(site, params)
    subscription = find(site, params["subscription"]["id"], "subscription[id]")
    reactivating = subscription["status"] == "cancelled" and bool(params.get("reactivate"))
    if not reactivating:
        require_status(subscription, LIVE, "check out a change of")
    priced = items_after(site, subscription, params)
    trial_end = check_trial_end(site, params["subscription"].get("trial_end"), "subscription[trial_end]")
    redeemed = coupons_after(site, subscription, priced, params)
    if change_is_later(params):
        due = 0
    elif reactivating:
        due = 0 if trial_end else priced.recurring_total
    else:
        reset = bool(params.get("force_term_reset"))
        due = changes.cost_now(site, subscription, priced, prorate=True, reset=reset)
    billed = changes.lines_of_change(site, due)
    due = discounts.net(site, redeemed, billed)
    lines = _lines(site, [*priced.recurring, *priced.charges]) + _off(site, redeemed, billed)
    in_trial = subscription.get("trial_end") if subscription["status"] == "in_trial" else None
    return Quote("Change your subscription", lines, due, subscription["currency_code"], trial_end or in_trial)


def _one_time(site: Site, params: dict[str, Any]) -> Quote:
    purchase = purchases.read(site, params)
    adhoc = tuple(QuoteLine(row["description"], None, row["amount"]) for row in purchase.adhoc)
    lines = _lines(site, purchase.items) + adhoc
    return Quote("Complete your purchase", lines, purchase.total, purchase.currency)


def _customer_of(site: Site, params: dict[str, Any]) -> Resource:
    if "customer" not in params:
        raise missing("customer[id]")
    return customers.find(site, params["customer"]["id"], "customer[id]")


def _new_card(site: Site, params: dict[str, Any]) -> Quote:
    customer = _customer_of(site, params)
    return Quote("Manage your payment methods", (), 0, customer["preferred_currency_code"])


def _unpaid(site: Site, params: dict[str, Any]) -> Quote:
    customer = _customer_of(site, params)
    currency = params.get("currency_code")
    owed = dues.unpaid_of(site, customer, currency)
    lines = tuple(QuoteLine(f"Invoice {invoice['id']}", None, invoice["amount_due"]) for invoice in owed)
    total = sum(line.amount for line in lines)
    return Quote("Pay your open invoices", lines, total, customer["preferred_currency_code"])


QUOTES: dict[str, Callable[[Site, dict[str, Any]], Quote]] = {
    "checkout_new": _new_subscription,
    "checkout_existing": _existing_subscription,
    "checkout_one_time": _one_time,
    "manage_payment_sources": _new_card,
    "collect_now": _unpaid,
}
