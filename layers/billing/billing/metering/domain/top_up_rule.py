"""Automatic top-ups of a wallet: one at a time, within the month's cap, and stopped after repeated failures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from billing.core.clock import HOUR, month_of
from billing.core.money import to_micros
from billing.metering.domain.wallet import Lot, Wallet

COOLDOWN = HOUR
"""Seconds between the beginnings of two top-ups."""

MAX_FAILURES = 3
"""After so many failures in a row the rule turns itself off."""


@dataclass(frozen=True, slots=True)
class TopUpRule:
    """One wallet's rule.

    `pending` is the key of the top-up of `pending_amount_minor` under way: the lease, which only its end gives back.
    `spent_minor` counts what was begun in `month` (UTC, `2026-11`). `not_before` is UTC seconds, and so is `next_look`,
    the rule's one timer: when it is to be looked at again by itself, 0 for never.
    """

    currency: str
    threshold_micros: int
    amount_minor: int
    monthly_cap_minor: int
    enabled: bool = True
    version: int = 0
    number: int = 0
    pending: str | None = None
    pending_amount_minor: int = 0
    month: str = ""
    spent_minor: int = 0
    failures: int = 0
    not_before: int = 0
    next_look: int = 0

    def spent_minor_in_month_of(self, moment: int) -> int:
        """What was topped up in the UTC month of a moment in UTC seconds, in minor units."""
        return self.spent_minor if self.month == month_of(moment) else 0


@dataclass(frozen=True, slots=True)
class TopUpSettings:
    """What an admin sets."""

    currency: str
    threshold_minor: int
    amount_minor: int
    monthly_cap_minor: int
    enabled: bool


def set_rule(rule: TopUpRule | None, settings: TopUpSettings) -> TopUpRule:
    """The rule with new settings and no failures. What was spent, and a top-up under way, stay."""
    threshold = to_micros(settings.threshold_minor, settings.currency)
    if rule is None:
        return TopUpRule(
            settings.currency, threshold, settings.amount_minor, settings.monthly_cap_minor, settings.enabled, version=1
        )
    return replace(
        rule,
        threshold_micros=threshold,
        amount_minor=settings.amount_minor,
        monthly_cap_minor=settings.monthly_cap_minor,
        enabled=settings.enabled,
        failures=0,
        version=rule.version + 1,
    )


def wanted(rule: TopUpRule, wallet: Wallet) -> bool:
    """Whether the wallet is low and the rule would fill it."""
    return rule.enabled and wallet.balance <= rule.threshold_micros


def due_at(rule: TopUpRule, now: int) -> int:
    """When the next top-up may begin (UTC seconds): after the cooldown, and in a month that has room under the cap."""
    if rule.spent_minor_in_month_of(now) + rule.amount_minor > rule.monthly_cap_minor:
        return max(rule.not_before, _next_month(now))
    return rule.not_before


def begin(rule: TopUpRule, now: int) -> TopUpRule:
    """Take the lease, and the amount out of the month's room. While it is taken the timer is due."""
    number = rule.number + 1
    return replace(
        rule,
        number=number,
        pending=f"{rule.currency}-{number}",
        pending_amount_minor=rule.amount_minor,
        month=month_of(now),
        spent_minor=rule.spent_minor_in_month_of(now) + rule.amount_minor,
        not_before=now + COOLDOWN,
        next_look=now,
        version=rule.version + 1,
    )


def succeed(rule: TopUpRule) -> TopUpRule:
    """The money came. When the next top-up may begin, the wallet is looked at again: it may still be low."""
    return replace(rule, pending=None, failures=0, next_look=rule.not_before, version=rule.version + 1)


def fail(rule: TopUpRule) -> TopUpRule:
    """The top-up failed: its amount is given back to the month's cap. The third failure in a row turns the rule off."""
    failures = rule.failures + 1
    return replace(
        rule,
        pending=None,
        spent_minor=max(0, rule.spent_minor - rule.pending_amount_minor),
        failures=failures,
        enabled=rule.enabled and failures < MAX_FAILURES,
        next_look=rule.not_before,
        version=rule.version + 1,
    )


def look_at(rule: TopUpRule, moment: int) -> TopUpRule:
    """Set its timer to `moment` (UTC seconds), 0 for none: the very same rule when that is when it is."""
    return rule if rule.next_look == moment else replace(rule, next_look=moment, version=rule.version + 1)


def next_expiry(rule: TopUpRule, lots: Iterable[Lot], now: int) -> int:
    """When the next of these lots expires after `now` (UTC seconds): nobody may write to the wallet then, so that the
    rule has to look by itself. 0 for never, and for a rule that is off.
    """
    times = [lot.expires_at for lot in lots if lot.expires_at is not None and lot.expires_at > now]
    return min(times, default=0) if rule.enabled else 0


def watching(rule: TopUpRule, before: Wallet, after: Wallet, now: int) -> TopUpRule:
    """The rule with its timer for the lots that have come into its wallet, unless it looks before they expire."""
    known = {lot.id for lot in before.lots}
    expiry = next_expiry(rule, (lot for lot in after.lots if lot.id not in known), now)
    return rule if expiry == 0 or 0 < rule.next_look <= expiry else look_at(rule, expiry)


def _next_month(now: int) -> int:
    today = datetime.fromtimestamp(now, UTC)
    year, month = divmod(today.year * 12 + today.month, 12)
    return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp())
