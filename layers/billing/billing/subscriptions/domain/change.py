"""What a subscription would become."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from billing.core.errors import ChangeNotSupported, ChangesScheduled, InvalidState, NothingToChange
from billing.plans.plan import Catalog, Plan, Sale, added
from billing.subscriptions.domain.subscription import LEFT_OUT, RUNNING, Item, Subscription

PASSED_ON = frozenset(
    {
        "billing_cycles",
        "trial_end",
        "service_period_days",
        "charge_on_event",
        "charge_once",
        "charge_on_option",
        "item_tiers",
    }
)
"""What is agreed for a line and can be said of it again when the whole list is given anew.

https://apidocs.chargebee.com/docs/api/hosted_pages/create-checkout-to-update-a-subscription
"""


class When(StrEnum):
    """When a change is made."""

    NOW = "now"
    TERM_END = "term_end"
    """When the paid term or the trial ends. Until then nothing changes."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines to set, the plan's first: no page takes others. `complete` says that they are all that the subscription
    shall have; else the others stay. `coupons` are redeemed with them; those that the subscription has stay.

    https://apidocs.chargebee.com/docs/api/hosted_pages/create-checkout-to-update-a-subscription
    """

    items: tuple[Item, ...]
    complete: bool = False
    coupons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an admin wants of a subscription; None keeps what it has.

    `addons` are all that it shall have of the add-ons that the catalog sells, by item price, with their quantities.
    `coupons` are redeemed beside those that it has.
    """

    item_price_id: str | None = None
    seats: int | None = None
    addons: Mapping[str, int] | None = None
    when: When = When.NOW
    coupons: tuple[str, ...] = ()


def changed(subscription: Subscription, catalog: Catalog, wanted: Wanted) -> Lines:
    """The subscription with another plan, other seats, other add-ons; what is not named stays, at its agreed price.

    So does every line that the catalog does not sell, such as a metered one or one that sales has added.
    Raises InvalidState, ChangeNotSupported, UnknownPlan, InvalidSeats, or NothingToChange.
    """
    current = subscription.plan
    if subscription.status not in RUNNING or current is None:
        raise InvalidState(f"A subscription that is {subscription.status} cannot be changed.")
    if wanted.when is When.TERM_END and subscription.cancel_at is not None:
        raise InvalidState("A subscription that is being cancelled has no next term.")
    plan = _plan(current, catalog, wanted)
    others = tuple(item for item in subscription.items or () if item != current)
    beside = others if wanted.addons is None else _beside(others, catalog, wanted.addons)
    touched = tuple(item for item in beside if item not in others)
    left = {item.item_price_id for item in (current, *others)} - {item.item_price_id for item in (plan, *beside)}
    held = {each.id for each in subscription.coupons}
    coupons = tuple(each for each in wanted.coupons if each not in held)
    if plan == current and not touched and not left and not coupons:
        raise NothingToChange("The subscription is like this already.")
    _check_currency(subscription, (plan, *touched), catalog)
    _check_seats(subscription, plan, beside, catalog)
    lines = Lines((plan, *beside), complete=True) if left else Lines((plan, *touched))
    _check_kept(subscription, lines)
    return replace(lines, coupons=coupons)


def _plan(current: Item, catalog: Catalog, wanted: Wanted) -> Item:
    """The plan's line, the very same one where neither plan nor seats change."""
    same = wanted.item_price_id in (None, current.item_price_id)
    if same and wanted.seats in (None, current.quantity):
        return current
    if same and not current.counted:
        raise ChangeNotSupported("This plan is not counted in seats.")
    line = current if same or wanted.item_price_id is None else _of_plan(wanted.item_price_id, current)
    line = line if wanted.seats is None else with_seats(line, wanted.seats)
    known = catalog.plan if same else catalog.plan_for_sale
    _check_line(catalog.plans.get(current.item_price_id), known(line.item_price_id))
    return line


def _check_line(current: Plan | None, plan: Plan) -> None:
    """A subscription stays in its line: of another one, one that is there already would be paid twice."""
    if current is not None and current.line != plan.line:
        raise ChangeNotSupported(
            f"{plan.name} is of another line than {current.name}: buy it beside this subscription."
        )


def _check_currency(subscription: Subscription, lines: tuple[Item, ...], catalog: Catalog) -> None:
    """A subscription stays in its currency: item prices go together only "if their currencies are the same"
    (https://apidocs.chargebee.com/docs/api/subscriptions)."""
    for line in lines:
        sold = catalog.plans.get(line.item_price_id) or catalog.addons.get(line.item_price_id)
        price = sold.price if sold else None
        if price is not None and subscription.currency not in (None, price.currency):
            raise ChangeNotSupported(
                f"{line.item_price_id} is paid in {price.currency}, and this subscription in {subscription.currency}."
            )


def _check_seats(subscription: Subscription, plan: Item, beside: tuple[Item, ...], catalog: Catalog) -> None:
    """Seats within what plan and add-ons allow together. Seats that stay may be more than that, unless an add-on goes
    that raised them. Another plan without a number of seats is billed for one."""
    sold = catalog.plans.get(plan.item_price_id)
    addons = catalog.bought_addons(replace(subscription, items=beside).quantities)
    held = catalog.bought_addons(subscription.quantities)
    lowered = added(addons).get("seats", 0) < added(held).get("seats", 0)
    moved = subscription.plan is None or plan.item_price_id != subscription.plan.item_price_id
    seats = 1 if moved and plan.seats is None else plan.seats
    if sold is not None and seats is not None and (plan != subscription.plan or lowered):
        from billing.plans.select import check_seats  # noqa: PLC0415 - only where seats are asked for

        check_seats(sold, seats, addons)


def _beside(others: tuple[Item, ...], catalog: Catalog, addons: Mapping[str, int]) -> tuple[Item, ...]:
    """The lines beside the plan's: those that stay, in their order, and behind them the new ones."""
    kept = [item for item in others if item.item_price_id in addons or item.item_price_id not in catalog.addons]
    held = {item.item_price_id for item in kept}
    return (
        *(_counting(item, catalog, addons.get(item.item_price_id)) for item in kept),
        *(_new(each, catalog, addons[each]) for each in sorted(addons.keys() - held)),
    )


def _counting(item: Item, catalog: Catalog, quantity: int | None) -> Item:
    """The line in this quantity; one that is in it already is not checked again, and may be more than is sold now.

    Of an add-on that is not sold any more, fewer may be kept.
    """
    if quantity is None or quantity == item.quantity:
        return item
    known = catalog.addons.get(item.item_price_id)
    retired = known is not None and known.sale is Sale.RETIRED
    if not (retired and 1 <= quantity < (item.seats or 0)):
        catalog.addon(item.item_price_id, quantity)
    if item.counted:
        return with_seats(item, quantity)
    if quantity > 1:
        raise ChangeNotSupported("This add-on is billed by its use.")
    return item


def _new(item_price_id: str, catalog: Catalog, quantity: int) -> Item:
    return Item(catalog.addon(item_price_id, quantity).item_price_id, "addon", quantity)


def with_seats(line: Item, seats: int) -> Item:
    """The line with a quantity of its own, in decimals where it has any; the price stays."""
    decimals = None if line.quantity_in_decimal is None else str(seats)
    return replace(line, quantity=seats, quantity_in_decimal=decimals)


def check_scheduled(subscription: Subscription) -> None:
    """Raises ChangesScheduled when a change now would drop what is to come.

    https://apidocs.chargebee.com/docs/api/subscriptions/update-subscription-for-items: "Any existing scheduled change
    on the subscription is deleted", and a scheduled cancellation is taken back.
    """
    if subscription.has_scheduled_changes or subscription.cancel_at is not None:
        raise ChangesScheduled("A change or the end of this subscription is scheduled already; this would drop it.")


def _of_plan(item_price_id: str, current: Item) -> Item:
    """Another plan at its own price, for as many."""
    return Item(item_price_id, "plan", current.quantity, quantity_in_decimal=current.quantity_in_decimal)


def _check_kept(subscription: Subscription, lines: Lines) -> None:
    """Nothing that was agreed is lost: no tiers of a line that is sent, and nothing at all of a list that is set anew,
    as it is for another plan: where a site sells several in one subscription, one alone would be added. The terms that
    are left are agreed, but for none behind a scheduled end, which goes with what is scheduled."""
    agreed = {name for item in lines.items for name, _ in item.agreed}
    ends = subscription.remaining_cycles == 0 and subscription.cancel_at is not None
    counted = subscription.remaining_cycles is not None and not ends
    lost = lines.complete and (counted or agreed - PASSED_ON)
    if lost or LEFT_OUT in agreed:
        raise ChangeNotSupported("This subscription has terms of its own that this change would lose.")
