"""A consumer on the announcements' bus, as any team in the account could have one."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.end_to_end.aws import Queues
from tests.end_to_end.waiting import until
from tests.stack import Stack

type Json = dict[str, Any]


@dataclass(frozen=True)
class BusListener:
    """`heard` is what came since, of every organization."""

    queues: Queues
    name: str
    heard: list[Json]

    def details(self, organization_id: str, transitions: Sequence[str]) -> list[Json]:
        """Wait for these announcements of the organization; all that came of its subscriptions, in order of arrival."""
        until(lambda: self._of(organization_id), lambda found: len(found) >= len(transitions))
        found = self._of(organization_id)
        assert [each["detail-type"] for each in found] == list(transitions)
        return [each["detail"] for each in found]

    def _of(self, organization_id: str) -> list[Json]:
        self.heard.extend(json.loads(body) for body in self.queues.take(self.name))
        return [
            each
            for each in self.heard
            if each["detail"]["organizationId"] == organization_id
            and each["detail-type"].startswith(("customer.", "subscription."))
        ]


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
