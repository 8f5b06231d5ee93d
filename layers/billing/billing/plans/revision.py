"""What another catalog would change, plan by plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from billing.plans.feature import Counted, Feature, Overage, Rate
from billing.plans.plan import Catalog, Plan, Price
from billing.plans.tiers import TieredPrice


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One thing about a plan. `what` is called as in the catalog file; None is what is not said before or after."""

    plan: str
    what: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        return f"{self.plan}: {self.what}: {self.before or '-'} -> {self.after or '-'}"


def compared(before: Catalog, after: Catalog) -> tuple[PlanChange, ...]:
    """Everything that differs, in the order of the plans before; new plans come last."""
    old, new = _facts(before), _facts(after)
    return tuple(
        PlanChange(plan, what, old.get((plan, what)), new.get((plan, what)))
        for plan, what in dict.fromkeys((*old, *new))
        if old.get((plan, what)) != new.get((plan, what))
    )


def _facts(catalog: Catalog) -> Mapping[tuple[str, str], str]:
    """What each plan says, as text. A plan's item prices say the same but for the price."""
    return {(plan.id, what): fact for plan in catalog.plans.values() for what, fact in _of_plan(plan)}


def _of_plan(plan: Plan) -> Iterator[tuple[str, str]]:
    yield "name", plan.name
    yield from ((f"limits.{name}", _limit(units)) for name, units in plan.limits.items())
    yield from ((f"features.{name}", _feature(feature)) for name, feature in plan.features.items())
    yield "trial_days", str(plan.trial_days)
    if plan.grace_days is not None:
        yield "grace_days", str(plan.grace_days)
    if plan.line is not None:
        yield "line", plan.line
    if plan.default:
        yield "default", "true"
    if plan.organizations:
        yield "organizations", ", ".join(sorted(plan.organizations))
    yield f"price {plan.item_price_id}", f"{_price(plan.price)}, {plan.sale}"


def _limit(units: int | None) -> str:
    return "unlimited" if units is None else str(units)


def _price(price: Price | None) -> str:
    if price is None:
        return "not shown"
    return f"{price.amount} {price.currency} a {price.period}{' for each seat' if price.per_seat else ''}"


def _feature(feature: Feature) -> str:
    if not isinstance(feature, Counted):
        return "on"
    counted = f"{_limit(feature.limit)}{' for each seat' if feature.per_seat else ''}, reset {feature.reset}"
    beyond = "" if feature.overage is Overage.DENY else f", then {feature.overage}"
    prices = [f"{_rate(each.amount)}{_when(each.when)}" for each in feature.prices]
    billed = f", billed as {feature.item_price_id}" if feature.item_price_id else ""
    overdraft = f", overdraft {feature.overdraft_micros}" if feature.overdraft_micros else ""
    return f"{counted}{beyond}{f' at {" or ".join(prices)}' if prices else ''}{overdraft}{billed}"


def _rate(rate: Rate) -> str:
    if not isinstance(rate, TieredPrice):
        return f"{rate.micros} micros {rate.currency}"
    tiers = [f"{tier.micros}{'' if tier.up_to is None else f' up to {tier.up_to}'}" for tier in rate.tiers]
    return f"{rate.mode} {', '.join(tiers)} micros {rate.currency}"


def _when(dimensions: Mapping[str, str]) -> str:
    return "".join(f" for {name} {value}" for name, value in dimensions.items())
