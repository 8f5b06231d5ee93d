"""The plan catalog: what the team sells, with the limits and the trial that each plan carries.

Prices here are for display; Chargebee's item prices are what is charged. Trials and limits are decided here and
never by a caller.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from billing.core.clock import DAY, Lifetime
from billing.core.errors import InvalidSeats, UnknownFeature, UnknownPlan
from billing.plans.feature import Counted, Feature, LevelSource


@dataclass(frozen=True, slots=True)
class Price:
    """`amount` is in minor units of `currency` (ISO 4217), per `period`; `per_seat` multiplies it."""

    amount: int
    currency: str
    period: str
    per_seat: bool = False


class Sale(StrEnum):
    """Whether it can be bought. Whoever has what is not sold any more keeps all of it."""

    SOLD = "sold"
    PRIVATE = "private"
    """To the organizations that the plan names."""
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Plan:
    """One item price of a plan: a plan with several prices is several of these, which differ in the price alone.

    A limit is an integer, or None for unlimited; checkout enforces the one on `seats`. `grace_days` is for how long
    access goes on after an invoice fell due, None for as long as the deployment says. `own_id` is the plan's own name,
    None where it is called by its one item price. `line` is the product that the plan belongs to, None for the one
    that there is. `organizations` are those that a private plan is offered to. Seats are sold from `min_seats` on, in
    multiples of `seat_step`; where seats follow an organization's members, those of the plan do if `follow_members`.
    """

    item_price_id: str
    name: str
    limits: Mapping[str, int | None] = field(default_factory=lambda: MappingProxyType({}))
    trial_days: int = 0
    price: Price | None = None
    default: bool = False
    features: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    grace_days: int | None = None
    own_id: str | None = None
    line: str | None = None
    sale: Sale = Sale.SOLD
    organizations: frozenset[str] = frozenset()
    min_seats: int = 1
    seat_step: int = 1
    follow_members: bool = True

    @property
    def id(self) -> str:
        """The plan's own name, the same for all of its prices."""
        return self.own_id or self.item_price_id

    def limits_with(self, addons: Iterable[tuple["Addon", int]]) -> dict[str, int | None]:
        """The plan's own limits, raised by so many of each add-on. None is unlimited."""
        more = added(addons)
        return {name: None if own is None else own + more.get(name, 0) for name, own in self.limits.items()}

    def seats_for(self, wanted: int) -> int:
        """The fewest seats that are sold for so many."""
        return -(-max(wanted, self.min_seats) // self.seat_step) * self.seat_step

    def sold_to(self, organization_id: str) -> bool:
        """Whether the organization may buy it: never the default plan, which everybody has."""
        offered = self.sale is Sale.SOLD or (self.sale is Sale.PRIVATE and organization_id in self.organizations)
        return offered and not self.default


@dataclass(frozen=True, slots=True)
class Addon:
    """One item price of an add-on that may be bought beside a plan.

    Each one that is bought adds to the `limits` that the plan has, of the plan itself or of its features, and brings
    `features`. `own_id` is as a plan's.
    """

    item_price_id: str
    name: str
    max_quantity: int = 1
    own_id: str | None = None
    limits: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    features: Mapping[str, Feature] = field(default_factory=lambda: MappingProxyType({}))
    price: Price | None = None
    sale: Sale = Sale.SOLD

    @property
    def id(self) -> str:
        """The add-on's own name, the same for all of its prices."""
        return self.own_id or self.item_price_id


@dataclass(frozen=True, slots=True)
class OneTimeItem:
    """One charge item price that is bought once. `amount` (minor units) is for display: Chargebee's is charged."""

    item_price_id: str
    name: str
    amount: int
    currency: str
    max_quantity: int = 1


@dataclass(frozen=True, slots=True)
class Catalog:
    """What is sold, was sold or is everybody's, by item price id, in display order.

    `buyer` is the organization that asks what it may buy; to nobody in particular, private plans are not for sale.
    What a wallet is topped up with can be spent for the `top_up_lifetime`, None for ever.
    `levels` is None where the catalog alone says what a plan gives.
    """

    plans: Mapping[str, Plan]
    addons: Mapping[str, Addon]
    charges: Mapping[str, OneTimeItem] = field(default_factory=lambda: MappingProxyType({}))
    buyer: str = ""
    top_up_lifetime: Lifetime | None = None
    levels: LevelSource | None = None

    @property
    def subscribable(self) -> tuple[Plan | Addon, ...]:
        """What is subscribed to: plans, then add-ons, each once for each of its prices."""
        return (*self.plans.values(), *self.addons.values())

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
        """Raises UnknownPlan for what the buyer may not have: a plan retired, private to others, or the default one."""
        plan = self.plan(item_price_id)
        if plan.default:
            raise UnknownPlan(f"{plan.name} is what everybody has without a subscription; there is nothing to buy.")
        if not plan.sold_to(self.buyer):
            raise UnknownPlan(f"There is no plan {item_price_id!r}.")
        return plan

    def grace(self, item_price_id: str) -> int | None:
        """For how many seconds access goes on after an invoice fell due, None where the plan does not say."""
        plan = self.plans.get(item_price_id)
        return None if plan is None or plan.grace_days is None else plan.grace_days * DAY

    def addon(self, item_price_id: str, quantity: int) -> Addon:
        """Raises UnknownPlan when the catalog sells no such add-on, InvalidSeats for a quantity out of range."""
        if (addon := self.addons.get(item_price_id)) is None or addon.sale is Sale.RETIRED:
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
        """Raises UnknownFeature when no plan and no add-on has the feature."""
        if not any(feature_id in sold.features for sold in self.subscribable):
            raise UnknownFeature(f"No plan has a feature {feature_id!r}.")

    def counted(self, feature_id: str) -> Counted | None:
        """A feature as one plan or add-on counts it: in the same decimals as any other."""
        found = (sold.features.get(feature_id) for sold in self.subscribable)
        return next((each for each in found if isinstance(each, Counted)), None)

    def priced(self, name: str) -> tuple[str, ...]:
        """The item prices of the plan or add-on of that name, none for a name that the catalog does not know.

        An item price is a name too, of itself alone.
        """
        own = tuple(each.item_price_id for each in self.subscribable if each.id == name)
        return own or ((name,) if name in self.plans or name in self.addons else ())

    def of_row(self, key: str) -> tuple[Plan, ...]:
        """The plans that a row of the table stands for: of that name, or of that item price."""
        named = tuple(plan for plan in self.plans.values() if plan.own_id == key)
        return named or ((self.plans[key],) if key in self.plans else ())

    def bought_addons(self, quantities: Iterable[tuple[str, int]]) -> tuple[tuple[Addon, int], ...]:
        """The add-ons among item prices and their quantities: what else there is, the catalog does not know."""
        return tuple((self.addons[each], quantity) for each, quantity in quantities if each in self.addons)

    def with_plans(self, overrides: Iterable[Plan]) -> "Catalog":
        """The same catalog with some plans replaced or added; a plan with a name of its own with all of its prices."""
        listed = {plan.item_price_id: plan for plan in overrides}
        replaced = {plan.own_id for plan in listed.values()} - {None}
        kept = {each: plan for each, plan in self.plans.items() if each in listed or plan.id not in replaced}
        return replace(self, plans={**kept, **listed})

    def offered_to(self, organization_id: str) -> "Catalog":
        """The same catalog, with that buyer."""
        return replace(self, buyer=organization_id)


def added(addons: Iterable[tuple[Addon, int]]) -> Mapping[str, int]:
    """By how much so many of each add-on raise each limit together."""
    more: dict[str, int] = {}
    for addon, quantity in addons:
        for name, each in addon.limits.items():
            more[name] = more.get(name, 0) + each * quantity
    return more
