"""How meters, wallets, uses, holds, rules and rollups look as DynamoDB items."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from billing.core.clock import DAY
from billing.metering.domain.grant import REMEMBERED, Grant
from billing.metering.domain.hold import Hold
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Cost, Usage, UsageEvent
from billing.metering.domain.wallet import LedgerLine, Wallet
from billing.metering.table.splits import SPLIT_FORM
from billing.table.codec import Attributes, Codec, Form, decode, encode, key

USE_LIFETIME = 400 * DAY
"""Far longer than a use may be old: an id counts once for ever."""

METER_LIFETIME = 36 * DAY
"""Seconds after a period's end for which its meter is there: longer than a use of it may come late."""

GRANT_LIFETIME = REMEMBERED
"""Seconds after its end for which a grant is read."""

DUE_RULE = "TOPUP"
"""The partition of the index `due` that holds the timers of rules for top-ups."""

COST = Codec(Cost, beside=frozenset({"amount"}))
METER = Codec(Meter, apart=frozenset({"beside"}))
WALLET = Codec(Wallet)
GRANT = Codec(Grant)
LINE = Codec(LedgerLine, beside=frozenset({"amount"}))

RULE = Codec(
    TopUpRule,
    renamed={"threshold": "threshold_micros"},
    attributes={f"{name}_minor": name for name in ("amount", "monthly_cap", "spent", "pending_amount")},
)
"""Until `make migrate` has been run on every table, at which `threshold` ends (docs/how-to/change-the-table.md)."""

EVENT = Codec(
    UsageEvent,
    forms={
        "costs": Form(
            lambda costs: {cost.id: COST.values(cost) for cost in costs},
            lambda costs: tuple(COST.read(cost) for cost in costs.values()),
        )
    },
    apart=frozenset({"known_digest", "idempotency"}),
)
"""Its costs are a map by id, so that late ones can be added; its digest is stored under that name, and how it was sent
is not."""

USE = Codec(Usage, SPLIT_FORM, attributes={"plan_id": "plan"}, apart=frozenset({"event"}))
"""The event's attributes stand beside the use's own."""

HOLD = Codec(Hold, SPLIT_FORM, attributes={"plan_id": "plan"}, apart=frozenset({"expires_at"}))
"""When it expires is called `expires`, for `expires_at` is when the row goes."""


def meter_key(organization_id: str, feature: str, start: int) -> Attributes:
    """Sorts before the organization's own item, so that one query reads both."""
    return key(f"ORG#{organization_id}", f"METER#{feature}#{start}")


def grant_key(organization_id: str, grant_id: str) -> Attributes:
    """Sorts before the meters, in the same query."""
    return key(f"ORG#{organization_id}", f"GRANT#{grant_id}")


def grants_key(organization_id: str) -> Attributes:
    """The row that counts the writes of all grants; it sorts between them and the meters."""
    return key(f"ORG#{organization_id}", "GRANTS")


def grant_version_key(organization_id: str, grant_id: str, version: int) -> Attributes:
    """One version of a grant, kept for ever: who made it, when and why."""
    return key(f"GRANT#{organization_id}#{grant_id}", f"{version:012d}")


def alerts_key(organization_id: str) -> Attributes:
    """The organization's own alerts; it sorts before everything else that the same query reads."""
    return key(f"ORG#{organization_id}", "ALERTS")


def wallet_key(organization_id: str, currency: str) -> Attributes:
    """Sorts behind the subscriptions, in the same query."""
    return key(f"ORG#{organization_id}", f"WALLET#{currency}")


def rule_key(organization_id: str, currency: str) -> Attributes:
    """Sorts before the wallets, in the same query."""
    return key(f"ORG#{organization_id}", f"TOPUP#{currency}")


def use_key(organization_id: str, event_id: str) -> Attributes:
    """The record of a use, and the proof that its id was used."""
    return key(f"USE#{organization_id}#{event_id}", "USE")


def hold_key(organization_id: str, hold_id: str) -> Attributes:
    """One hold."""
    return key(f"HOLD#{organization_id}#{hold_id}", "HOLD")


def posting_key(organization_id: str, posting_id: str) -> Attributes:
    """The proof that a wallet posting was made."""
    return key(f"CREDIT#{organization_id}#{posting_id}", "CREDIT")


def ledger_key(organization_id: str, currency: str, version: int, number: int) -> Attributes:
    """Sorts in the order of posting."""
    return key(f"LEDGER#{organization_id}#{currency}", f"{version:012d}#{number:03d}")


def second_of(moment: int) -> str:
    """A moment in UTC seconds as text that sorts in the order of time."""
    return datetime.fromtimestamp(moment, UTC).isoformat()


def meter_item(organization_id: str, meter: Meter) -> Attributes:
    """The whole meter; it expires some time after its period, and never while something of it is reserved.

    Where units roll over, it is asked for in the period behind it, too.
    """
    lasting = meter.end - meter.start if meter.end is not None and meter.rollover else 0
    expires_at = None if meter.end is None or meter.held else meter.end + lasting + METER_LIFETIME
    values = {**METER.values(meter), "expires_at": expires_at}
    return meter_key(organization_id, meter.feature, meter.start) | encode(values)


def read_meter(item: Mapping[str, Any]) -> Meter:
    """The inverse of `meter_item`."""
    return METER.read(decode(item))


def grant_item(organization_id: str, grant: Grant) -> Attributes:
    """The whole grant; it goes some time after its end."""
    expires_at = None if grant.over_at is None else grant.over_at + GRANT_LIFETIME
    return grant_key(organization_id, grant.id) | encode({**GRANT.values(grant), "expires_at": expires_at})


def read_grant(item: Mapping[str, Any]) -> Grant:
    """The inverse of `grant_item`, and of a version's row."""
    return GRANT.read(decode(item))


def wallet_item(organization_id: str, wallet: Wallet) -> Attributes:
    """The whole wallet."""
    return wallet_key(organization_id, wallet.currency) | encode(WALLET.values(wallet))


def read_wallet(item: Mapping[str, Any]) -> Wallet:
    """The inverse of `wallet_item`."""
    return WALLET.read(decode(item))


def rule_item(organization_id: str, rule: TopUpRule) -> Attributes:
    """The whole rule of automatic top-ups; while its timer is set it is in the index of what is due."""
    timer = {"due": DUE_RULE, "due_on": second_of(rule.next_look)} if rule.next_look else {}
    return rule_key(organization_id, rule.currency) | encode(RULE.values(rule) | timer)


def read_rule(item: Mapping[str, Any]) -> TopUpRule:
    """The inverse of `rule_item`."""
    return RULE.read(decode(item))


def use_item(organization_id: str, usage: Usage) -> Attributes:
    """The use as it was billed."""
    values = {
        **EVENT.values(usage.event),
        **USE.values(usage),
        "digest": usage.event.digest,
        "expires_at": usage.recorded_at + USE_LIFETIME,
    }
    return use_key(organization_id, usage.event.id) | encode(values)


def read_use(item: Mapping[str, Any]) -> Usage:
    """The inverse of `use_item`."""
    values = decode(item)
    return USE.read(values, event=EVENT.read(values, known_digest=values.get("digest", "")))


def hold_item(organization_id: str, hold: Hold) -> Attributes:
    """The whole hold."""
    lifetime = {"expires": hold.expires_at, "expires_at": hold.expires_at + USE_LIFETIME}
    return hold_key(organization_id, hold.id) | encode({**HOLD.values(hold), **lifetime})


def read_hold(item: Mapping[str, Any]) -> Hold:
    """The inverse of `hold_item`."""
    values = decode(item)
    return HOLD.read(values, expires_at=values["expires"])


def line_values(line: LedgerLine) -> Attributes:
    """One ledger line, without its key."""
    return encode(LINE.values(line))


def read_line(item: Mapping[str, Any]) -> LedgerLine:
    """The inverse of `line_values`."""
    return LINE.read(decode(item))
