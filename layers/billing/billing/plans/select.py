"""What is wanted, checked against what is sold."""

from collections.abc import Collection, Iterable, Mapping

from billing.core.errors import InvalidSeats
from billing.plans.plan import Addon, Catalog, Plan
from billing.plans.selection import Selection


def select(
    catalog: Catalog, item_price_id: str, seats: int, addons: Mapping[str, int], coupons: Collection[str] = ()
) -> Selection:
    """Check what is wanted against the catalog before anything is done about it. Coupons are in no catalog.

    Raises UnknownPlan for an item price that is not sold, InvalidSeats for seats or quantities out of range.
    """
    plan = catalog.plan_for_sale(item_price_id)
    for addon_id, quantity in addons.items():
        catalog.addon(addon_id, quantity)
    check_seats(plan, seats, catalog.bought_addons(addons.items()))
    return Selection(plan.item_price_id, seats, tuple(sorted(addons.items())), tuple(sorted(coupons)))


def check_seats(plan: Plan, seats: int, addons: Iterable[tuple[Addon, int]] = ()) -> None:
    """Raises InvalidSeats unless the plan is sold with so many: from its minimum, in its steps, to its limit, which
    add-ons raise."""
    if seats < plan.min_seats:
        raise InvalidSeats(f"{plan.name} takes {plan.min_seats} or more seats, not {seats}.")
    if seats % plan.seat_step:
        raise InvalidSeats(f"{plan.name} is sold in steps of {plan.seat_step} seats, not with {seats}.")
    most = plan.limits_with(addons).get("seats")
    if most is not None and seats > most:
        raise InvalidSeats(f"{plan.name} has at most {most} seats, not {seats}.")
