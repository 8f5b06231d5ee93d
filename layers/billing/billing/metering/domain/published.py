"""Balances and wallets as they are published: the one shape of the HTTP API, the bus and the hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict

from billing.core.money import to_minor
from billing.core.quantity import written
from billing.metering.domain.grant import Gift

if TYPE_CHECKING:
    from billing.core.money import Money
    from billing.metering.domain.grant import Grant
    from billing.metering.domain.meter import Meter
    from billing.metering.domain.top_up_rule import TopUpRule
    from billing.metering.domain.wallet import LedgerLine, SpendingCap, Wallet


class PublishedBalance(TypedDict):
    """A counted feature in its period, in units: whole numbers, or text with all of its decimals where it has some."""

    balance: int | str | None
    """What is left, null where there is no limit."""
    limit: int | str | None
    usage: int | str
    held: int | str
    """What holds reserve."""
    unlimited: bool
    nextResetAt: int | None
    """UTC seconds, null for a balance that never starts over."""
    rolledOver: NotRequired[int | str]
    """Of the limit, what rolled over from the period before: it is used first, and gone at `nextResetAt`. Of a feature
    that rolls over."""


class PublishedCost(TypedDict):
    """What a period's invoice comes to, as it stands."""

    amount: int
    """Minor units of `currency`, rounded as Chargebee rounds a line: once, and half a unit up."""
    amountMicros: int
    """Millionths of `currency`, exact."""
    currency: str
    """ISO 4217."""


class PublishedEntitlement(TypedDict):
    """What an organization is granted of one feature."""

    balance: PublishedBalance | None
    """Null for a feature that is only on or off."""
    cost: NotRequired[PublishedCost]
    """Of the units beyond the limit, where an invoice pays for them at a price that no dimension decides."""


class PublishedAmount(TypedDict):
    """An amount of money, twice."""

    amount: int
    """Minor units of `currency`, rounded down."""
    amountMicros: int
    """Millionths of `currency`, exact."""
    currency: str
    """ISO 4217."""


class PublishedLedgerEntry(PublishedAmount):
    """One line of a wallet's ledger, positive for a credit."""

    id: str
    kind: str
    at: int
    """UTC seconds."""
    reason: str
    balanceAfterMicros: int
    """What can be spent and what is held, after this line."""


class PublishedWallet(TypedDict):
    """Prepaid money in one currency."""

    currency: str
    """ISO 4217."""
    balance: int
    """What can be spent: minor units, rounded down."""
    balanceMicros: int
    """The same, exact."""
    heldMicros: int
    """What holds reserve."""


class PublishedSpendingCap(TypedDict):
    """The most that uses beyond the allowances may cost in a month (UTC). Amounts are minor units of `currency`."""

    currency: str
    """ISO 4217."""
    amount: int | None
    """Null for any amount."""
    spentThisMonth: int
    """Since a cap was first set, rounded down."""
    held: int
    """What holds may come to, rounded down."""


class PublishedAutoTopUp(TypedDict):
    """The rule that fills a wallet up by itself. Amounts are minor units of `currency`."""

    currency: str
    """ISO 4217."""
    enabled: bool
    """After three failures in a row it no longer is."""
    threshold: int
    """The balance at which the wallet is filled up."""
    amount: int
    monthlyCap: int
    spentThisMonth: int
    failures: int
    """In a row."""
    pending: bool
    """A top-up is under way."""


class PublishedGrant(TypedDict):
    """What somebody gives an organization beside its plans: units, a limit, or a feature that is on or off."""

    id: str
    feature: str
    units: int | str | None
    """So many more, once: in the period in which the grant begins."""
    limit: int | str | None
    """The least limit of every period; it may be `unlimited`."""
    startsAt: int
    """UTC seconds."""
    endsAt: int | None
    """UTC seconds, null for a grant without an end."""
    by: str
    """Who gave it, changed it last or, where it is `deleted`, took it away."""
    reason: str
    """Why they did."""
    at: int
    """When they did, in UTC seconds."""
    version: int
    deleted: bool


def published_balance(meter: Meter) -> PublishedBalance:
    """One balance."""
    balance: PublishedBalance = {
        "balance": None if meter.remaining is None else written(meter.remaining, meter.decimals),
        "limit": None if meter.limit is None else written(meter.limit, meter.decimals),
        "usage": written(meter.used, meter.decimals),
        "held": written(meter.held, meter.decimals),
        "unlimited": meter.limit is None,
        "nextResetAt": meter.end,
    }
    return {**balance, "rolledOver": written(meter.rolled, meter.decimals)} if meter.rolled else balance


def published_cost(money: Money) -> PublishedCost:
    """An invoice's line."""
    return {"amount": money.rounded, "amountMicros": money.micros, "currency": money.currency}


def published_wallet(wallet: Wallet) -> PublishedWallet:
    """One currency's wallet."""
    return {
        "currency": wallet.currency,
        "balance": to_minor(wallet.balance, wallet.currency),
        "balanceMicros": wallet.balance,
        "heldMicros": wallet.held,
    }


def published_spending_cap(currency: str, cap: SpendingCap, now: int) -> PublishedSpendingCap:
    """One currency's cap at `now` (UTC seconds), which says what this month is."""
    return {
        "currency": currency,
        "amount": None if cap.limit is None else to_minor(cap.limit, currency),
        "spentThisMonth": to_minor(cap.spent_in_month_of(now), currency),
        "held": to_minor(cap.held, currency),
    }


def published_ledger_entry(line: LedgerLine) -> PublishedLedgerEntry:
    """One line of the ledger."""
    return {
        "id": line.id,
        "kind": line.kind,
        "at": line.at,
        "reason": line.reason,
        **published_amount(line.amount),
        "balanceAfterMicros": line.balance,
    }


def published_auto_top_up(rule: TopUpRule, now: int) -> PublishedAutoTopUp:
    """One wallet's rule at `now` (UTC seconds), which says what this month is."""
    return {
        "currency": rule.currency,
        "enabled": rule.enabled,
        "threshold": to_minor(rule.threshold_micros, rule.currency),
        "amount": rule.amount_minor,
        "monthlyCap": rule.monthly_cap_minor,
        "spentThisMonth": rule.spent_minor_in_month_of(now),
        "failures": rule.failures,
        "pending": rule.pending is not None,
    }


def published_grant(grant: Grant) -> PublishedGrant:
    """One version of a grant."""
    amount = None if grant.amount is None else written(grant.amount, grant.decimals)
    return {
        "id": grant.id,
        "feature": grant.feature,
        "units": amount if grant.gift is Gift.UNITS else None,
        "limit": ("unlimited" if amount is None else amount) if grant.gift is Gift.LIMIT else None,
        "startsAt": grant.starts_at,
        "endsAt": grant.ends_at,
        "by": grant.by,
        "reason": grant.reason,
        "at": grant.at,
        "version": grant.version,
        "deleted": grant.deleted,
    }


def published_amount(money: Money) -> PublishedAmount:
    """An amount, rounded and exact."""
    return {"amount": money.minor, "amountMicros": money.micros, "currency": money.currency}
