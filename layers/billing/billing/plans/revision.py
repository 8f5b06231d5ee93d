"""What another catalog would change, plan by plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from billing.core.quantity import one, written
from billing.plans.catalog_fields import refuse
from billing.plans.catalog_plans import SEATS
from billing.plans.feature import Counted, Feature, LevelSource, Overage, Rate
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


def check_decimals(before: Catalog, after: Catalog) -> None:
    """Raises InvalidCatalog where a feature gets other decimals: what was used is counted in the former ones."""
    for sold in after.subscribable:
        for name, feature in sold.features.items():
            known = before.counted(name)
            if known and isinstance(feature, Counted) and known.decimals != feature.decimals:
                refuse(
                    f"feature {name!r} has {known.decimals} decimals and would have {feature.decimals}; what was used "
                    "of it would become something else, so give it another name"
                )


def _facts(catalog: Catalog) -> Mapping[tuple[str, str], str]:
    """What each plan says, as text, and top-ups. A plan's item prices say the same but for the price."""
    plans, lifetime = catalog.plans.values(), catalog.top_up_lifetime
    facts = {(plan.id, what): fact for plan in plans for what, fact in _of_plan(plan, catalog.levels)}
    return facts | {("top_up", "expires_after"): str(lifetime)} if lifetime else facts


def _of_plan(plan: Plan, levels: LevelSource | None) -> Iterator[tuple[str, str]]:
    yield "name", plan.name
    yield from ((f"limits.{name}", _limit(units)) for name, units in plan.limits.items())
    yield from ((f"features.{name}", _feature(each) + _told(name, levels)) for name, each in plan.features.items())
    yield "trial_days", str(plan.trial_days)
    if plan.grace_days is not None:
        yield "grace_days", str(plan.grace_days)
    yield from ((name, str(least)) for name in SEATS if (least := getattr(plan, name)) > 1)
    if not plan.follow_members:
        yield "follow_members", "false"
    if plan.line is not None:
        yield "line", plan.line
    if plan.default:
        yield "default", "true"
    if plan.organizations:
        yield "organizations", ", ".join(sorted(plan.organizations))
    yield f"price {plan.item_price_id}", f"{_price(plan.price)}, {plan.sale}"


def _limit(units: int | str | None) -> str:
    return "unlimited" if units is None else str(units)


def _price(price: Price | None) -> str:
    if price is None:
        return "not shown"
    return f"{price.amount} {price.currency} a {price.period}{' for each seat' if price.per_seat else ''}"


def _feature(feature: Feature) -> str:
    if not isinstance(feature, Counted):
        return "on"
    limit = None if feature.limit is None else written(feature.limit, feature.decimals)
    places = f" with {feature.decimals} decimals" if feature.decimals else ""
    counted = f"{_limit(limit)}{places}{' for each seat' if feature.per_seat else ''}, reset {feature.reset}"
    beyond = "" if feature.overage is Overage.DENY else f", then {feature.overage}"
    prices = [f"{_rate(each.amount, feature.decimals)}{_when(each.when)}" for each in feature.prices]
    billed = f", billed as {feature.item_price_id}" if feature.item_price_id else ""
    rollover = f", rolls over up to {written(feature.rollover, feature.decimals)}" if feature.rollover else ""
    overdraft = f", overdraft {feature.overdraft_micros}" if feature.overdraft_micros else ""
    alerts = f", alerts at {', '.join(map(str, feature.alerts))} %" if feature.alerts else ""
    return f"{counted}{rollover}{beyond}{f' at {" or ".join(prices)}' if prices else ''}{overdraft}{billed}{alerts}"


def _told(feature_id: str, levels: LevelSource | None) -> str:
    known = levels and levels.id_of(feature_id)
    return f", or as Chargebee says of {known}" if known else ""


def _rate(rate: Rate, decimals: int) -> str:
    if not isinstance(rate, TieredPrice):
        return f"{rate.micros * one(decimals)} micros {rate.currency}"
    ends = ["" if tier.up_to is None else f" up to {written(tier.up_to, decimals)}" for tier in rate.tiers]
    tiers = [f"{tier.micros * one(decimals)}{end}" for tier, end in zip(rate.tiers, ends, strict=True)]
    return f"{rate.mode} {', '.join(tiers)} micros {rate.currency}"


def _when(dimensions: Mapping[str, str]) -> str:
    return "".join(f" for {name} {value}" for name, value in dimensions.items())
