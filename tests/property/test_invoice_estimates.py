"""Whatever is used and corrected at whatever price, what is told to come is what Chargebee's invoice has."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.quantity import written
from billing.metering.domain.billing_day import BilledDay, BillingDay
from billing.metering.domain.usage import Correction, Usage
from billing.metering.services.correct_use import correct_use
from billing.metering.services.read_entitlements import read_entitlements
from billing.metering.services.record_usage import record_usage
from billing.plans.catalog import read_catalog
from local.chargebee.catalog import Catalog, set_item_price
from local.chargebee.metering import lines_of_usage
from local.chargebee.site import Site
from local.chargebee.store import Resource, Span
from local.launcher.goods import item_prices
from tests.model.metering import DAY, ORG, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

TERM = Span(START, START + 30 * DAY)
PRICED = "calls-USD"
"""The item price that bills the calls."""


@st.composite
def tiered_prices(draw: st.DrawFn) -> dict[str, Any]:
    """As the catalog says them, of a step; a volume price falls. Some steps cost less than a cent."""
    ends = sorted(draw(st.sets(st.integers(1, 30), max_size=3)))
    micros = draw(st.lists(st.integers(0, 30_000), min_size=len(ends) + 1, max_size=len(ends) + 1))
    mode = draw(st.sampled_from(["graduated", "volume"]))
    rising = sorted(micros, reverse=True) if mode == "volume" else micros
    ended = [{"up_to": end, "micros": each} for end, each in zip(ends, rising, strict=False)]
    return {"mode": mode, "currency": "USD", "tiers": [*ended, {"micros": rising[-1]}]}


uses = st.lists(st.tuples(st.integers(1, 25), st.integers(0, 9)), max_size=6)
corrections = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=3)


def with_decimals(price: dict[str, Any], limit: int, decimals: int) -> dict[str, Any]:
    """A feature whose every step is priced and limited so."""
    tiers = [
        {name: written(value, decimals) if name == "up_to" else value * 10**decimals for name, value in tier.items()}
        for tier in price["tiers"]
    ]
    told = {"reset": "term", "overage": "allow", "item_price_id": PRICED, "decimals": decimals}
    return {"limit": written(limit, decimals), "price": price | {"tiers": tiers}, **told}


@given(tiered_prices(), st.integers(0, 20), st.sampled_from([0, 0, 1, 3, 6]), uses, corrections)
@settings(max_examples=150)
def test_the_estimate_is_the_invoice(
    price: dict[str, Any], limit: int, decimals: int, used: list[tuple[int, int]], corrected: list[tuple[int, int]]
) -> None:
    feature = with_decimals(price, limit, decimals)
    catalog = read_catalog({"plan": [{"item_price_id": "pro", "name": "Pro", "features": {"calls": feature}}]})
    store = MemoryUsage({ORG: on_plan("pro")})
    here = metering(store, Time(START + 10 * DAY), catalog)
    events = [
        calls(f"e{n}", units, occurred_at=START + day * DAY, decimals=decimals) for n, (units, day) in enumerate(used)
    ]
    told = [result.usage.split.amount for result in record_usage(ORG, events, here) if result.usage]
    estimate = read_entitlements(ORG, here).costs["calls"]
    assert sum(amount.micros for amount in told if amount) == estimate.micros
    for number, (place, units) in enumerate(corrected):
        found = store.usages(ORG, [f"e{place}"]).get(f"e{place}")
        if found and found.split.quantity >= units:
            correct_use(
                ORG, Correction(f"k{number}", f"e{place}", units, "a bug", decimals=decimals), store, here.clock
            )
    estimate = read_entitlements(ORG, here).costs["calls"]
    assert estimate.rounded == invoiced([*item_prices(catalog)], list(store.uses.values()))


def invoiced(sold: list[dict[str, Any]], recorded: list[Usage]) -> int:
    """What the simulated site bills of what it is told, day by day, in minor units."""
    catalog = Catalog({}, {})
    for entry in sold:
        set_item_price(catalog, entry["id"], {name: value for name, value in entry.items() if name != "id"}, START)
    site = Site("http://chargebee", catalog, lambda event: None)
    days: dict[BillingDay, int] = {}
    for usage in recorded:
        assert usage.billing_day is not None
        days[usage.billing_day] = days.get(usage.billing_day, 0) + usage.invoiced
    for day, steps in days.items():
        site.store.usages[f"{day.usage_date}"] = _usage(day.usage_date, BilledDay(ORG, day, steps).units)
    subscription: Resource = {"id": "sub_pro", "subscription_items": [{"item_price_id": PRICED}]}
    return sum(line["amount"] for line in lines_of_usage(site, subscription, TERM))


def _usage(date: int, units: Decimal) -> Resource:
    return {"subscription_id": "sub_pro", "item_price_id": PRICED, "usage_date": date, "quantity": f"{units:f}"}
