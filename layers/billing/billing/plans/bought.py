"""What one subscription gives: its plan for its seats, and what its add-ons raise or bring."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from billing.core.quantity import one
from billing.plans.feature import Counted, Feature
from billing.plans.plan import Addon, Plan, added


def features_of(
    plan: Plan, seats: int | None, addons: Iterable[tuple[Addon, int]] = (), currencies: Collection[str] = ()
) -> dict[str, Feature]:
    """The features, with limits for all seats together, raised by so many of each add-on.

    A plan that is not counted in seats counts as one. What the plan and an add-on both have is the plan's, with both
    limits together; it does not matter in which order add-ons were bought. Unlimited stays unlimited. Prices are in
    one currency: of those that can be paid in, or else of the plan's own price, the first that a feature has prices in.
    """
    bought = sorted((each for each in addons if each[1] > 0), key=lambda each: each[0].item_price_id)
    found = {name: _for_seats(feature, 1 if seats is None else seats) for name, feature in plan.features.items()}
    for addon, quantity in bought:
        for name, brought in addon.features.items():
            found[name] = _joined(found.get(name), brought, quantity)
    for name, more in added(bought).items():
        if name in found:
            found[name] = _raised(found[name], _steps(found[name], more))
    own = () if plan.price is None else (plan.price.currency,)
    return {
        name: each.priced_in(currencies or own) if isinstance(each, Counted) else each for name, each in found.items()
    }


def _for_seats(feature: Feature, seats: int) -> Feature:
    if not isinstance(feature, Counted) or not feature.per_seat or feature.limit is None:
        return feature
    return replace(feature, limit=feature.limit * seats, per_seat=False)


def _joined(own: Feature | None, brought: Feature, quantity: int) -> Feature:
    if not isinstance(brought, Counted):
        return brought if own is None else own
    units = None if brought.limit is None else brought.limit * quantity
    if own is None:
        return replace(brought, limit=units)
    if units is None and isinstance(own, Counted):
        return replace(own, limit=None)
    return _raised(own, units or 0)


def _raised(feature: Feature, more: int) -> Feature:
    if not isinstance(feature, Counted) or feature.limit is None:
        return feature
    return replace(feature, limit=feature.limit + more)


def _steps(feature: Feature, units: int) -> int:
    return units * one(feature.decimals) if isinstance(feature, Counted) else units
