"""Reads what each part of a running local stack wrote down about one organization."""

import json
import urllib.request
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from boto3.dynamodb.types import TypeDeserializer

from local.backstage.journal import Journal
from local.backstage.rows import Announcement, Call, Delivery, Sources
from local.operations.target import Target
from local.shared_clock import SharedClock

ANSWER_SECONDS = 10
# The simulator takes every key; ours looks around without being a part of what happened.
BACKSTAGE_KEY = "backstage"
BATCH_OF_KEYS = 100
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the simulators are on this machine

type Json = dict[str, Any]


class StreamReader(Protocol):
    """Delivers a stream's changes to a function."""

    name: str

    def wait_until_read(self, moment: float) -> bool:
        """Whether all that was written before a moment (of the monotonic clock) is delivered, at last or by now."""
        ...


@dataclass(frozen=True, slots=True)
class RunningStack:
    """A running local stack; a vendor's address is None when a real one stands in for its simulator.

    `workers` is where the emulator keeps the directories of its workers; `pumps` read the table's streams. `clock` is
    the one by which its functions go.
    """

    target: Target
    journal: Journal
    workers: Path
    chargebee: str | None
    scalekit: str | None
    clock: SharedClock
    pumps: Sequence[StreamReader] = ()

    @property
    def table(self) -> str:
        return self.target.output("TableName")


def ask(method: str, url: str, body: object = None) -> Any:
    """What a simulator answers. Raises OSError when it does not, or refuses."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)
    with DIRECT.open(request, timeout=ANSWER_SECONDS) as answer:
        return json.load(answer)


def known_ids(stack: RunningStack, organization_id: str) -> frozenset[str]:
    """What the organization is called: by us, and where it was mapped, by Chargebee."""
    key = {"pk": {"S": f"ORG#{organization_id}"}, "sk": {"S": "ORG"}}
    item = stack.target.client("dynamodb").get_item(TableName=stack.table, Key=key).get("Item", {})
    return frozenset(filter(None, (organization_id, plain(item).get("customer_id"))))


def read(stack: RunningStack, ids: Collection[str], organization_id: str, since: int) -> Sources:
    """All that was written down since then (UTC seconds) of the organization that is known by these ids."""
    announcements = _announcements(stack, organization_id)
    deliveries = [*_of_chargebee(stack.chargebee, ids, since), *_of_scalekit(stack.scalekit, since)]
    return Sources(
        lines=stack.journal.lines(since),
        calls=_calls(stack.chargebee, since),
        deliveries=deliveries,
        announcements=[each for each in announcements if each.written_at >= since * 1_000],
        outcomes=_outcomes(stack, deliveries),
    )


def plain(item: Mapping[str, Any]) -> Json:
    """An item of DynamoDB's as JSON has it."""
    read: Json = _without_decimals({name: TypeDeserializer().deserialize(value) for name, value in item.items()})
    return read


def _without_decimals(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case dict():
            return {name: _without_decimals(each) for name, each in value.items()}
        case list() | set():
            return [_without_decimals(each) for each in value]
    return value


def _announcements(stack: RunningStack, organization_id: str) -> list[Announcement]:
    query = {
        "TableName": stack.table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": f"OUTBOX#{organization_id}"}},
    }
    pages = stack.target.client("dynamodb").get_paginator("query").paginate(**query)
    rows = [plain(item) for page in pages for item in page["Items"]]
    return [
        Announcement(row["key"], row["transition"], row.get("event_id", ""), row["at"] * 1_000, row) for row in rows
    ]


def _outcomes(stack: RunningStack, deliveries: Iterable[Delivery]) -> dict[str, Json]:
    """The event log's rows of what was delivered, by the event's id."""
    keys = {(each.vendor.lower(), each.event_id) for each in deliveries}
    found: dict[str, Json] = {}
    for some in batched(sorted(keys), BATCH_OF_KEYS, strict=False):
        rows = _rows(stack, [f"EVENT#{source}#{event_id}" for source, event_id in some])
        found |= {row["pk"].split("#", 2)[2]: row for row in rows}
    return found


def _rows(stack: RunningStack, partitions: Sequence[str]) -> list[Json]:
    keys = [{"pk": {"S": each}, "sk": {"S": "EVENT"}} for each in partitions]
    answer = stack.target.client("dynamodb").batch_get_item(RequestItems={stack.table: {"Keys": keys}})
    return [plain(item) for item in answer["Responses"].get(stack.table, [])]


def _calls(chargebee: str | None, since: int) -> list[Call]:
    if chargebee is None:
        return []
    calls = ask("GET", f"{chargebee}/_sim/requests?since={since * 1_000}")["requests"]
    others = (each for each in calls if (each["api_key"], each["method"]) != (BACKSTAGE_KEY, "GET"))
    return [Call(each["at"], each["method"], each["path"], each.get("status", 0), _shown(each)) for each in others]


def _shown(call: Json) -> Json:
    """Without what says nothing of the call, or is secret."""
    key = call["headers"].get("chargebee-idempotency-key")
    by = {"by": BACKSTAGE_KEY} if call["api_key"] == BACKSTAGE_KEY else {}
    return {"params": call["params"], **({"idempotency key": key} if key else {}), **by}


def _of_chargebee(chargebee: str | None, ids: Collection[str], since: int) -> list[Delivery]:
    if chargebee is None:
        return []
    wanted = urlencode({"since": since * 1_000, "about": list(ids)}, doseq=True)
    attempts = ask("GET", f"{chargebee}/_sim/webhooks?{wanted}")["deliveries"]
    return [_attempt(each["event"], each["at"], each["answer"]) for each in attempts]


def _attempt(event: Json, at: int, answer: str) -> Delivery:
    return Delivery(at, "Chargebee", event["id"], event["event_type"], answer, event)


def _of_scalekit(scalekit: str | None, since: int) -> list[Delivery]:
    if scalekit is None:
        return []
    return [
        Delivery(at, "Scalekit", each["id"], each["type"], answer, each["body"])
        for each in ask("GET", f"{scalekit}/_sim/webhooks")
        for at, answer in zip(each["times"], each["answers"] or [each["status"]], strict=False)
        if at >= since * 1_000
    ]
