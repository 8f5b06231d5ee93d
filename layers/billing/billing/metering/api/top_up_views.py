"""How the rule of an automatic top-up looks in the API."""

from typing import Any

from billing.core.money import to_minor
from billing.metering.domain.top_up_rule import TopUpRule, month_of


def rule_view(rule: TopUpRule, now: int) -> dict[str, Any]:
    """One wallet's auto top-up. After three failures in a row it is no longer enabled."""
    return {
        "currency": rule.currency,
        "enabled": rule.enabled,
        "threshold": to_minor(rule.threshold_micros, rule.currency),
        "amount": rule.amount,
        "monthlyCap": rule.monthly_cap,
        "spentThisMonth": rule.spent_in(month_of(now)),
        "failures": rule.failures,
        "pending": rule.pending is not None,
    }
