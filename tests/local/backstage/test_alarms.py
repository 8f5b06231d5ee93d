"""Which alarms would ring."""

import json
from dataclasses import replace

import pytest

from local.backstage.alarms import Alarm, Sample, samples_of, state_of

NOW = 1_800_000_000
DRIFT = Alarm("Drift", "Billing", "drift_repaired", "", "Sum", 0, 1, 300, "The cache differed.")
DEAD = Alarm("EventsDeadLetters", "AWS/SQS", "ApproximateNumberOfMessagesVisible", "dead", "Maximum", 0, 1, 60, "")


def counted(*ages: int, value: float = 1) -> list[Sample]:
    return [Sample(NOW - age, "drift_repaired", value) for age in ages]


@pytest.mark.parametrize(
    ("alarm", "ages", "state"),
    [
        (DRIFT, (10,), "ringing"),
        (DRIFT, (310,), "quiet"),
        (DRIFT, (), "quiet"),
        (replace(DRIFT, threshold=2), (10, 20), "quiet"),
        (replace(DRIFT, threshold=2), (10, 20, 30), "ringing"),
        (replace(DRIFT, periods=2), (10, 20), "quiet"),
        (replace(DRIFT, periods=2), (10, 310), "ringing"),
        (replace(DRIFT, metric="another"), (10,), "quiet"),
        (replace(DRIFT, namespace="AWS/Lambda"), (10,), "not measured here"),
    ],
)
def test_an_alarm_rings_above_its_threshold_in_each_of_its_periods(
    alarm: Alarm, ages: tuple[int, ...], state: str
) -> None:
    assert state_of(alarm, counted(*ages), {}, NOW) == state


def test_an_age_is_as_high_as_its_highest_and_is_not_added_up() -> None:
    age = replace(DRIFT, statistic="Maximum", threshold=100)
    assert state_of(age, counted(10, 20, value=60), {}, NOW) == "quiet"
    assert state_of(age, counted(10, value=101), {}, NOW) == "ringing"


def test_a_queue_s_alarm_looks_at_the_queue() -> None:
    assert state_of(DEAD, [], {"dead": 1, "other": 5}, NOW) == "ringing"
    assert state_of(DEAD, [], {"dead": 0, "other": 5}, NOW) == "quiet"


def test_samples_are_read_from_the_embedded_metric_format_and_from_nothing_else() -> None:
    directive = {"Namespace": "Billing", "Metrics": [{"Name": "drift_repaired"}, {"Name": "age"}]}
    line = {
        "_aws": {"Timestamp": NOW * 1_000, "CloudWatchMetrics": [directive]},
        "drift_repaired": [1.0, 1.0],
        "age": 7,
    }
    assert list(samples_of(json.dumps(line))) == [
        Sample(NOW, "drift_repaired", 1.0),
        Sample(NOW, "drift_repaired", 1.0),
        Sample(NOW, "age", 7),
    ]
    assert [*samples_of("START RequestId"), *samples_of('{"message": "done"}'), *samples_of("[]")] == []
