"""The plan catalog: what the team sells, with the limits and the trial that each plan carries.

Prices here are for display; Chargebee's item prices are what is charged. Trials and limits are decided here and
never by a caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from billing.core.clock import DAY
from billing.core.errors import InvalidSeats, UnknownFeature, UnknownPlan
from billing.plans.feature import Feature
from billing.plans.selection import Selection


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is in minor units of `currency` (ISO 4217), per `period`; `per_seat` multiplies it."""

    amount: int
    currency: str
    period: str
    per_seat: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan item price. A limit is an integer, or None for unlimited; checkout enforces the one on `seats`.

    `grace_days` is for how long access goes on after an invoice fell due, None for as long as the deployment says.
    """

    item_price_id: str
    name: str
    limits: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    trial_days: int = 0
    price: Price | None = None
    default: bool = False
    features: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    grace_days: int | None = None

    @property
    def seat_limit(self) -> int | None:
        """The most seats that can be bought, None for any number."""
        return self.limits.get("seats")


@dataclass(frozen=True, slots=True)
class Addon:
    """One add-on item price that may be bought beside a plan."""

    item_price_id: str
    name: str
    max_quantity: int = 1


@dataclass(frozen=True, slots=True)
class OneTimeItem:
    """One charge item price that is bought once. `amount` (minor units) is for display: Chargebee's is charged."""

    item_price_id: str
    name: str
    amount: int
    currency: str
    max_quantity: int = 1


@dataclass(frozen=True, slots=True)
class RefusedPlan:
    """A row of the table that is no plan, and why."""

    item_price_id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Catalog:
    """What can be bought, by item price id, in display order."""

    plans: Mapping[str, Plan]
    addons: Mapping[str, Addon]
    charges: Mapping[str, OneTimeItem] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def default(self) -> Plan | None:
        """The free plan of whoever has no subscription."""
        return next((plan for plan in self.plans.values() if plan.default), None)

    def plan(self, item_price_id: str) -> Plan:
        """Raises UnknownPlan when the catalog does not sell it as a plan."""
        if (plan := self.plans.get(item_price_id)) is None:
            raise UnknownPlan(f"There is no plan {item_price_id!r}.")
        return plan

    def plan_for_sale(self, item_price_id: str) -> Plan:
        """Raises UnknownPlan for the default plan too: it is what everybody has."""
        plan = self.plan(item_price_id)
        if plan.default:
            raise UnknownPlan(f"{plan.name} is what everybody has without a subscription; there is nothing to buy.")
        return plan

    def grace(self, item_price_id: str) -> int | None:
        """For how many seconds access goes on after an invoice fell due, None where the plan does not say."""
        plan = self.plans.get(item_price_id)
        return None if plan is None or plan.grace_days is None else plan.grace_days * DAY

    def addon(self, item_price_id: str, quantity: int) -> Addon:
        """Raises UnknownPlan when the catalog sells no such add-on, InvalidSeats for a quantity out of range."""
        if (addon := self.addons.get(item_price_id)) is None:
            raise UnknownPlan(f"There is no add-on {item_price_id!r}.")
        if not 1 <= quantity <= addon.max_quantity:
            raise InvalidSeats(f"{addon.name} can be bought at most {addon.max_quantity} at once, not {quantity}.")
        return addon

    def charge_item(self, item_price_id: str, quantity: int) -> OneTimeItem:
        """Raises UnknownPlan when the catalog does not sell it once, InvalidSeats for a quantity out of range."""
        if (item := self.charges.get(item_price_id)) is None:
            raise UnknownPlan(f"There is no charge item {item_price_id!r}.")
        if not 1 <= quantity <= item.max_quantity:
            raise InvalidSeats(f"{item.name} can be bought at most {item.max_quantity} at once, not {quantity}.")
        return item

    def check_feature(self, feature_id: str) -> None:
        """Raises UnknownFeature when no plan has the feature."""
        if not any(feature_id in plan.features for plan in self.plans.values()):
            raise UnknownFeature(f"No plan has a feature {feature_id!r}.")

    def with_plans(self, overrides: Iterable[Plan]) -> "Catalog":
        """The same catalog with some plans replaced or added."""
        plans = {**self.plans, **{plan.item_price_id: plan for plan in overrides}}
        return Catalog(plans, self.addons, self.charges)


def select(catalog: Catalog, item_price_id: str, seats: int, addons: Mapping[str, int]) -> Selection:
    """Check what is wanted against the catalog before anything is done about it.

    Raises UnknownPlan for an item price that is not sold, InvalidSeats for seats or quantities out of range.
    """
    plan = catalog.plan_for_sale(item_price_id)
    check_seats(plan, seats)
    for addon_id, quantity in addons.items():
        catalog.addon(addon_id, quantity)
    return Selection(plan.item_price_id, seats, tuple(sorted(addons.items())))


def check_seats(plan: Plan, seats: int) -> None:
    """Raises InvalidSeats unless `seats` is from 1 to the plan's limit."""
    if seats < 1:
        raise InvalidSeats(f"A subscription has at least 1 seat, not {seats}.")
    if plan.seat_limit is not None and seats > plan.seat_limit:
        raise InvalidSeats(f"{plan.name} has at most {plan.seat_limit} seats, not {seats}.")
