"""How the rules of automatic top-ups look as DynamoDB items."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from billing.metering.domain.top_up_rule import TopUpRule
from billing.subscriptions.table.rows import Attributes, decode, encode, known_fields


def rule_key(organization_id: str, currency: str) -> Attributes:
    """Sorts before the wallets, in the same query."""
    return encode({"pk": f"ORG#{organization_id}", "sk": f"TOPUP#{currency}"})


def rule_item(organization_id: str, rule: TopUpRule) -> Attributes:
    """The whole rule."""
    return rule_key(organization_id, rule.currency) | encode(asdict(rule))


def read_rule(item: Mapping[str, Any]) -> TopUpRule:
    """The inverse of `rule_item`."""
    return TopUpRule(**known_fields(TopUpRule, decode(item)))
