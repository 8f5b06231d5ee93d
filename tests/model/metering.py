"""A catalog with one plan for every way that a feature can be limited, and metering over a table."""

from dataclasses import replace
from typing import Any

from billing.core.money import Money
from billing.metering.domain.usage import UsageEvent
from billing.metering.services.ports import Metering, UsageStore
from billing.plans.feature import Counted, Overage, Reset, Switch, UnitPrice
from billing.plans.plan import Catalog, Plan
from billing.plans.tiers import Mode, Tier, TieredPrice
from billing.subscriptions.domain.access import Policy
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Item, Status, Subscription
from tests.model.time import Time

ORG = "org_1"
HOUR, DAY = 3_600, 86_400
START = 1_790_000_000
"""2026-09-21, UTC seconds. Plans with a subscription count from here."""

MICROS = 10_000
"""What a call beyond the allowance costs."""

CENT = UnitPrice(Money(MICROS, "USD"))
OVERDRAFT = 50_000
FREE, LARGE, PAYING, OWING, SOFT, ENDLESS = "free", "large", "paying", "owing", "soft", "endless"
GRADUATED, VOLUME = "graduated", "volume"
PLANS = (FREE, LARGE, PAYING, OWING, SOFT, ENDLESS, GRADUATED, VOLUME)
STEPS = UnitPrice(TieredPrice("USD", (Tier(2 * MICROS, 4), Tier(MICROS, 9), Tier(3 * MICROS))))
BULK = UnitPrice(TieredPrice("USD", (Tier(2 * MICROS, 4), Tier(MICROS, 9), Tier(5)), Mode.VOLUME))


def _plan(name: str, feature: Counted, **fields: Any) -> Plan:
    return Plan(name, name.title(), features={feature.id: feature}, **fields)


CATALOG = Catalog(
    {
        plan.item_price_id: plan
        for plan in (
            _plan(FREE, Counted("calls", limit=10), default=True),
            _plan(LARGE, Counted("calls", limit=25)),
            _plan(PAYING, Counted("calls", limit=10, overage=Overage.WALLET, prices=(CENT,))),
            _plan(
                OWING, Counted("calls", limit=10, overage=Overage.WALLET, prices=(CENT,), overdraft_micros=OVERDRAFT)
            ),
            _plan(SOFT, Counted("calls", limit=10, overage=Overage.ALLOW, prices=(CENT,))),
            _plan(ENDLESS, Counted("calls", limit=None)),
            _plan(GRADUATED, Counted("calls", limit=10, overage=Overage.WALLET, prices=(STEPS,))),
            _plan(VOLUME, Counted("calls", limit=10, overage=Overage.ALLOW, prices=(BULK,))),
            Plan(
                "odd",
                "Odd",
                features={
                    "sso": Switch("sso"),
                    "exports": Counted("exports", limit=3, reset=Reset.TERM),
                    "seats": Counted("seats", limit=2, reset=Reset.NEVER),
                },
            ),
        )
    },
    {},
)
"""On the default plan and beyond it: 10 calls a month, denied, paid by the wallet, with five cents of
overdraft, allowed, or without end; and by tiers, of which the wallet pays the graduated."""


def on_plan(name: str, **fields: Any) -> OrganizationState:
    """An organization with one active subscription to the plan; `free` is none at all."""
    if name == FREE:
        return OrganizationState(Organization(ORG))
    values: dict[str, Any] = {
        "status": Status.ACTIVE,
        "items": (Item(name, "plan", 1),),
        "created_at": START,
        "started_at": START,
        "term_start": START,
        "term_end": START + 30 * DAY,
    }
    row = Subscription(**({"id": f"sub_{name}", "customer_id": ORG} | values | fields))
    return OrganizationState(Organization(ORG, live=frozenset({row.id} if row.live else ())), (row,))


def metering(store: UsageStore, time: Time | None = None, catalog: Catalog = CATALOG) -> Metering:
    clock = time or Time(START)
    return Metering(store, catalog, Policy(past_due_grace=0), lambda: clock.now)


def calls(event_id: str = "e1", quantity: int = 1, **fields: Any) -> UsageEvent:
    """A use of some calls."""
    return replace(UsageEvent(event_id, "calls", quantity, START), **fields)
