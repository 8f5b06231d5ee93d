"""How meters, wallets, uses, holds and rollups look as DynamoDB items."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from billing.metering.domain.billing_day import BillingDay
from billing.metering.domain.hold import Hold, HoldState
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Cost, Split, Usage, UsageEvent
from billing.metering.domain.wallet import Entry, Wallet
from billing.metering.services.ports import Day
from billing.subscriptions.table.rows import DAY, Attributes, decode, encode

USE_LIFETIME = 400 * DAY
"""Far longer than a use may be old: an id counts once for ever."""

METER_LIFETIME = 35 * DAY
"""Seconds after a period's end for which its meter can still be looked at."""

NO_SUBSCRIPTION = "-"


def meter_key(organization_id: str, feature: str, start: int) -> Attributes:
    """Sorts before the organization's own item, so that one query reads both."""
    return encode({"pk": f"ORG#{organization_id}", "sk": f"METER#{feature}#{start}"})


def wallet_key(organization_id: str, currency: str) -> Attributes:
    """Sorts behind the subscriptions, in the same query."""
    return encode({"pk": f"ORG#{organization_id}", "sk": f"WALLET#{currency}"})


def use_key(organization_id: str, event_id: str) -> Attributes:
    """The record of a use, and the proof that its id was used."""
    return encode({"pk": f"USE#{organization_id}#{event_id}", "sk": "USE"})


def hold_key(organization_id: str, hold_id: str) -> Attributes:
    """One hold."""
    return encode({"pk": f"HOLD#{organization_id}#{hold_id}", "sk": "HOLD"})


def credit_key(organization_id: str, entry_id: str) -> Attributes:
    """The proof that a credit or debit was posted."""
    return encode({"pk": f"CREDIT#{organization_id}#{entry_id}", "sk": "CREDIT"})


def ledger_key(organization_id: str, currency: str, version: int, number: int) -> Attributes:
    """Sorts in the order of posting."""
    return encode({"pk": f"LEDGER#{organization_id}#{currency}", "sk": f"{version:012d}#{number:03d}"})


def day_key(organization_id: str, usage: Usage) -> Attributes:
    """One day's rollup of a feature under a subscription."""
    row = f"{day_of(usage.event.occurred_at)}#{usage.event.feature}#{usage.subscription_id or NO_SUBSCRIPTION}"
    return encode({"pk": f"DAY#{organization_id}", "sk": row})


def day_of(moment: int) -> str:
    """The UTC date of a moment in UTC seconds."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def meter_item(organization_id: str, meter: Meter) -> Attributes:
    """The whole meter; it expires some time after its period, and never while something of it is reserved."""
    expires_at = None if meter.end is None or meter.held else meter.end + METER_LIFETIME
    return meter_key(organization_id, meter.feature, meter.start) | encode({**asdict(meter), "expires_at": expires_at})


def read_meter(item: Mapping[str, Any]) -> Meter:
    """The inverse of `meter_item`."""
    values = decode(item)
    names = ("feature", "start", "end", "limit", "used", "held", "version")
    return Meter(**{"end": None, "limit": None, **{name: values[name] for name in names if name in values}})


def wallet_item(organization_id: str, wallet: Wallet) -> Attributes:
    """The whole wallet."""
    return wallet_key(organization_id, wallet.currency) | encode(asdict(wallet))


def read_wallet(item: Mapping[str, Any]) -> Wallet:
    """The inverse of `wallet_item`."""
    values = decode(item)
    return Wallet(**{name: values[name] for name in ("currency", "balance", "held", "version")})


def use_item(organization_id: str, usage: Usage) -> Attributes:
    """The use as it was billed; its costs are a map by id, so that late ones can be added."""
    event = usage.event
    values = {
        "id": event.id,
        "feature": event.feature,
        "quantity": event.quantity,
        "occurred_at": event.occurred_at,
        "dimensions": dict(event.dimensions),
        "digest": event.digest,
        "costs": {cost.id: asdict(cost) for cost in event.costs},
        "split": {name: value for name, value in asdict(usage.split).items() if value is not None},
        "period_start": usage.period_start,
        "plan": usage.plan,
        "subscription_id": usage.subscription_id,
        "recorded_at": usage.recorded_at,
        "expires_at": usage.recorded_at + USE_LIFETIME,
    }
    return use_key(organization_id, event.id) | encode(values)


def read_use(item: Mapping[str, Any]) -> Usage:
    """The inverse of `use_item`."""
    values = decode(item)
    event = UsageEvent(
        values["id"],
        values["feature"],
        values["quantity"],
        values["occurred_at"],
        values["dimensions"],
        tuple(Cost(**cost) for cost in values["costs"].values()),
        values["digest"],
    )
    return Usage(
        event,
        Split(**values["split"]),
        values["period_start"],
        values["plan"],
        values.get("subscription_id"),
        values["recorded_at"],
    )


def hold_item(organization_id: str, hold: Hold) -> Attributes:
    """The whole hold."""
    split = {name: value for name, value in asdict(hold.split).items() if value is not None}
    values = {each.name: getattr(hold, each.name) for each in fields(hold)} | {
        "state": str(hold.state),
        "split": split,
        "dimensions": dict(hold.dimensions),
        "billing_day": asdict(hold.billing_day) if hold.billing_day else None,
        "expires": hold.expires_at,
        "expires_at": hold.expires_at + USE_LIFETIME,
    }
    return hold_key(organization_id, hold.id) | encode(values)


def read_hold(item: Mapping[str, Any]) -> Hold:
    """The inverse of `hold_item`."""
    values = decode(item)
    return Hold(
        values["id"],
        values["feature"],
        values["quantity"],
        Split(**values["split"]),
        values["period_start"],
        values["plan"],
        values.get("subscription_id"),
        values["expires"],
        values.get("dimensions", {}),
        BillingDay(**values["billing_day"]) if "billing_day" in values else None,
        HoldState(values["state"]),
        values.get("actual"),
        values["shortfall"],
    )


def entry_values(entry: Entry) -> Attributes:
    """One ledger line, without its key."""
    return encode(asdict(entry))


def read_entry(item: Mapping[str, Any]) -> Entry:
    """The inverse of `entry_values`."""
    values = decode(item)
    return Entry(**{name: values[name] for name in ("id", "kind", "micros", "currency", "balance", "at", "reason")})


def day_additions(usage: Usage) -> dict[str, int]:
    """What one use adds to its day: quantities, revenue and costs by currency."""
    added = {"quantity": usage.event.quantity, "events": 1, "costed": int(bool(usage.event.costs))}
    if usage.split.micros and usage.split.currency:
        added[f"revenue#{usage.split.currency}"] = usage.split.micros
    return added | cost_additions(usage.event.costs)


def cost_additions(costs: tuple[Cost, ...]) -> dict[str, int]:
    """What costs add to a day, by currency: a day's row stays small, however many vendors there are."""
    added: dict[str, int] = {}
    for cost in costs:
        name = f"cost#{cost.currency}"
        added[name] = added.get(name, 0) + cost.micros
    return added


def read_day(item: Mapping[str, Any]) -> Day:
    """One rollup."""
    values = decode(item)
    date, feature, subscription_id = values["sk"].split("#", 2)
    return Day(
        date,
        feature,
        subscription_id,
        values.get("quantity", 0),
        values.get("events", 0),
        values.get("costed", 0),
        {name.removeprefix("revenue#"): value for name, value in values.items() if name.startswith("revenue#")},
        {name.removeprefix("cost#"): value for name, value in values.items() if name.startswith("cost#")},
    )
