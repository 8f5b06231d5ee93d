"""A consumer on the announcements' bus, as any team in the account could have one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.local_stack import Stack
from tests.stack.aws import Queues
from tests.stack.waiting import until

type Json = dict[str, Any]

MONEY = frozenset({"payment", "paymentMethod", "entitlement", "wallet"})
"""What an announcement is about that is not about a customer or its subscription."""


@dataclass(frozen=True)
class BusListener:
    """`heard` is what came since, of every organization."""

    queues: Queues
    name: str
    heard: list[Json]

    def details(self, organization_id: str, transitions: Sequence[str]) -> list[Json]:
        """Wait for these announcements of the organization; all that came of its subscriptions, in order of arrival."""
        until(lambda: self._lives(organization_id), lambda found: len(found) >= len(transitions))
        found = self._lives(organization_id)
        assert [each["detail-type"] for each in found] == list(transitions)
        return [each["detail"] for each in found]

    def news(self, organization_id: str, *transitions: str) -> list[Json]:
        """Wait for all that is told of money, cards and allowances, each once: by the names' alphabet."""
        until(lambda: self._news(organization_id), lambda found: len(found) >= len(transitions))
        found = sorted(self._news(organization_id), key=lambda each: str(each["detail-type"]))
        heard = [each["detail-type"] for each in found]
        assert heard == sorted(transitions), heard
        assert len({each["detail"]["key"] for each in found}) == len(found)
        return [each["detail"] for each in found]

    def _lives(self, organization_id: str) -> list[Json]:
        return [each for each in self._of(organization_id) if not MONEY & each["detail"].keys()]

    def _news(self, organization_id: str) -> list[Json]:
        return [each for each in self._of(organization_id) if MONEY & each["detail"].keys()]

    def _of(self, organization_id: str) -> list[Json]:
        self.heard.extend(json.loads(body) for body in self.queues.take(self.name))
        return [each for each in self.heard if each["detail"]["organizationId"] == organization_id]


@contextmanager
def listening(stack: Stack, name: str) -> Iterator[BusListener]:
    """A rule for everything on the bus, and a queue of that name behind it; both are gone afterwards."""
    sqs, events = stack.client("sqs"), stack.client("events")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = stack.outputs["BusName"]
    events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"source": [{"prefix": ""}]}))
    events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
    try:
        yield BusListener(Queues(sqs, {name: url}), name, [])
    finally:
        events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
        events.delete_rule(Name=name, EventBusName=bus)
        sqs.delete_queue(QueueUrl=url)
