"""What is done to the rows of older versions, in the order in which it is done: this list only ever grows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zlib import crc32

type Item = Mapping[str, Any]
"""A row in DynamoDB's own typed form."""

type Changes = Mapping[str, Any]
"""Attributes to set, in the same form; None removes one. Empty for a row that is as it shall be."""


def _nothing(item: Item) -> Changes:
    return {}


def _nobody(item: Item) -> Item | None:
    return None


@dataclass(frozen=True)
class Migration:
    """One change of the rows whose sort key begins with `rows`, or of what stands beside them.

    `changes` gives nothing for a row that it has changed already. `companion` is the row that belongs beside one, and
    is put where there is none; whatever is there stays. Whatever is deployed while it runs must read a row of before
    as well as one of after (docs/how-to/change-the-table.md).
    """

    name: str
    rows: str
    changes: Callable[[Item], Changes] = _nothing
    companion: Callable[[Item], Item | None] = _nobody


def copied(former: str, name: str) -> Callable[[Item], Changes]:
    """The attribute under its new name too. The former one is left to the next write, which drops it."""
    return lambda item: {name: item[former]} if former in item and name not in item else {}


def holder(subscription: Item) -> Item | None:
    """Who holds the subscription; None for one that its organization was left by."""
    if subscription.get("status") == {"S": "transferred"}:
        return None
    organization_id = subscription["pk"]["S"].removeprefix("ORG#")
    subscription_id = subscription["sk"]["S"].removeprefix("SUB#")
    key = {"pk": {"S": f"SUBSCRIPTION#{subscription_id}"}, "sk": {"S": "SUBSCRIPTION"}}
    return key | {"organization_id": {"S": organization_id}}


def spread(organization: Item) -> Changes:
    """Out of the one partition that all organizations were listed in, into one of sixteen."""
    if organization.get("listed") != {"S": "ORGANIZATIONS"}:
        return {}
    shard = crc32(organization["id"]["S"].encode()) % 16
    return {name: {"S": f"{shard}#{organization[name]['S']}"} for name in ("listed", "listed_plan")}


def held(subscription: Item) -> Changes:
    """A live one stands in the index by plan, beside its organization."""
    lines = [line["M"] for line in subscription.get("items", {"L": []})["L"]]
    plan = next((line["item_price_id"]["S"] for line in lines if line["item_type"] == {"S": "plan"}), None)
    if plan is None or "listed_plan" in subscription or subscription["status"]["S"] in _OVER:
        return {}
    shard = crc32(subscription["pk"]["S"].removeprefix("ORG#").encode()) % 16
    return {"listed_plan": {"S": f"{shard}#PLAN#{plan}"}}


_OVER = ("cancelled", "transferred", "deleted")

MIGRATIONS = (
    Migration("top-up rules name their threshold's unit", "TOPUP#", copied("threshold", "threshold_micros")),
    Migration("subscriptions say who holds them", "SUB#", companion=holder),
    Migration("organizations are listed in sixteen partitions", "ORG", spread),
    Migration("live subscriptions are listed by their plan", "SUB#", held),
)
