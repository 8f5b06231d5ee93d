"""Which alarms of the template would ring, if CloudWatch were here to watch what the functions count."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from local.operations.target import Target

# A namespace that the functions count in, and the queues' own; the others are AWS's to measure.
COUNTED = "Billing"
QUEUES = "AWS/SQS"
DEPTH = "ApproximateNumberOfMessagesVisible"

type State = Literal["ringing", "quiet", "not measured here"]


@dataclass(frozen=True, slots=True)
class Alarm:
    """It rings above the threshold in each of so many periods (in seconds)."""

    name: str
    namespace: str
    metric: str
    queue: str
    statistic: str
    threshold: float
    periods: int
    period: int
    description: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric; `at` is UTC seconds."""

    at: int
    metric: str
    value: float


def state_of(alarm: Alarm, samples: Sequence[Sample], depths: Mapping[str, int], now: int) -> State:
    """`depths` are the messages in each queue, by the queue's name."""
    if alarm.namespace == QUEUES and alarm.metric == DEPTH:
        return "ringing" if depths.get(alarm.queue, 0) > alarm.threshold else "quiet"
    if alarm.namespace != COUNTED:
        return "not measured here"
    breached = {ago for ago, value in _by_period(alarm, samples, now) if value > alarm.threshold}
    return "ringing" if breached >= set(range(alarm.periods)) else "quiet"


def _by_period(alarm: Alarm, samples: Sequence[Sample], now: int) -> Iterator[tuple[int, float]]:
    """The alarm's statistic of each period, by how many periods ago that was."""
    wanted = ((now - each.at) // alarm.period for each in samples if each.metric == alarm.metric)
    values = [each.value for each in samples if each.metric == alarm.metric]
    pairs = sorted(zip(wanted, values, strict=True))
    for ago, group in groupby(pairs, key=lambda pair: pair[0]):
        of_period = [value for _, value in group]
        yield ago, max(of_period) if alarm.statistic == "Maximum" else sum(of_period)


def read_alarms(target: Target) -> list[Alarm]:
    pages = target.client("cloudwatch").get_paginator("describe_alarms").paginate()
    return [_alarm(each) for page in pages for each in page["MetricAlarms"]]


def _alarm(described: Mapping[str, Any]) -> Alarm:
    dimensions = {each["Name"]: each["Value"] for each in described.get("Dimensions", [])}
    return Alarm(
        name=_logical(described["AlarmName"]),
        namespace=described["Namespace"] if described["ComparisonOperator"] == "GreaterThanThreshold" else "",
        metric=described["MetricName"],
        queue=dimensions.get("QueueName", ""),
        statistic=described.get("Statistic", ""),
        threshold=described["Threshold"],
        periods=described["EvaluationPeriods"],
        period=described["Period"],
        description=described.get("AlarmDescription", ""),
    )


def _logical(physical: str) -> str:
    """The name in the template, without the stack's and what CloudFormation adds."""
    return physical.rpartition("-")[0].rpartition("-")[2].removesuffix("Alarm")


def read_samples(target: Target, since: int) -> list[Sample]:
    """What the functions counted since then (UTC seconds), in the embedded metric format."""
    query = {"logGroupName": target.output("LogGroup"), "startTime": since * 1_000, "filterPattern": '"_aws"'}
    pages = target.client("logs").get_paginator("filter_log_events").paginate(**query)
    return [sample for page in pages for event in page["events"] for sample in samples_of(event["message"])]


def samples_of(line: str) -> Iterator[Sample]:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""
    try:
        counted = json.loads(line)
        at = counted["_aws"]["Timestamp"] // 1_000
    except (ValueError, KeyError, TypeError):
        return
    for directive in counted["_aws"]["CloudWatchMetrics"]:
        for metric in directive["Metrics"]:
            values = counted[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                yield Sample(at, metric["Name"], value)
