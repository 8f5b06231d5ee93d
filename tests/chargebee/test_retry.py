from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from billing.chargebee.calls import PacedRetry, Retry
from billing.core.chargebee_errors import (
    ChargebeeBusy,
    ChargebeeDuplicate,
    ChargebeeKeyReused,
    ChargebeeMisconfigured,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeRefused,
    ChargebeeRejectedKey,
    ChargebeeTimeout,
    ChargebeeUnavailable,
)
from tests.chargebee.moment import Moment


def scripted(moment: Moment, *outcomes: Exception | str, seconds: float = 0) -> Callable[[], str]:
    """A call that takes `seconds` and ends in one outcome after the other."""
    remaining = list(outcomes)

    def call() -> str:
        moment.now += seconds
        outcome = remaining.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return call


def retry(moment: Moment) -> Retry:
    return Retry(sleep=moment.sleep, clock=moment.monotonic)


@pytest.mark.parametrize("error", [ChargebeeUnavailable("down"), ChargebeeTimeout("slow"), ChargebeeRateLimited("", 1)])
def test_what_passes_is_waited_out(error: Exception) -> None:
    moment = Moment()
    assert retry(moment)(scripted(moment, error, "answer")) == "answer"
    assert len(moment.slept) == 1


def test_the_third_failure_is_the_callers() -> None:
    moment, errors = Moment(), [ChargebeeUnavailable(str(number)) for number in range(4)]
    with pytest.raises(ChargebeeUnavailable, match="2"):
        retry(moment)(scripted(moment, *errors))
    assert len(moment.slept) == 2


@pytest.mark.parametrize(
    "error",
    [
        ChargebeeNotFound(""),
        ChargebeeDuplicate(""),
        ChargebeeRefused("", "code"),
        ChargebeeMisconfigured("", "code"),
        ChargebeeRejectedKey(""),
        ChargebeeKeyReused(""),
        ValueError(),
    ],
)
def test_what_repeating_cannot_change_is_not_repeated(error: Exception) -> None:
    moment = Moment()
    with pytest.raises(type(error)):
        retry(moment)(scripted(moment, error, "answer"))
    assert moment.slept == []


def test_a_rate_limit_is_waited_out_for_exactly_as_long_as_chargebee_asks() -> None:
    moment = Moment()
    retry(moment)(scripted(moment, ChargebeeRateLimited("", 2), "answer"))
    assert moment.slept == [2.0]


def test_whoever_was_in_the_way_of_another_does_not_come_back_at_the_same_moment() -> None:
    pauses = []
    for _ in range(200):
        moment = Moment()
        retry(moment)(scripted(moment, ChargebeeBusy("", 1), ChargebeeBusy("", 1), "answer"))
        pauses.append(moment.slept)
    assert len({first for first, _ in pauses}) > 100
    assert all(0.5 <= first <= 1 <= second <= 2 for first, second in pauses)


@pytest.mark.parametrize("retry_after", [5, 60])
def test_a_rate_limit_beyond_the_budget_is_the_callers_at_once(retry_after: int) -> None:
    moment = Moment()
    with pytest.raises(ChargebeeRateLimited) as caught:
        retry(moment)(scripted(moment, ChargebeeRateLimited("", retry_after), "answer"))
    assert (caught.value.retry_after, moment.slept) == (retry_after, [])


def test_no_attempt_begins_after_the_budget() -> None:
    moment = Moment()
    with pytest.raises(ChargebeeTimeout):
        retry(moment)(scripted(moment, ChargebeeTimeout(""), "answer", seconds=8))
    assert moment.slept == []


def test_pauses_are_jittered_and_grow() -> None:
    first, second = [], []
    for _ in range(200):
        moment = Moment()
        retry(moment)(scripted(moment, ChargebeeUnavailable(""), ChargebeeUnavailable(""), "answer"))
        first.append(moment.slept[0])
        second.append(moment.slept[1])
    assert len(set(first)) > 100
    assert min(first + second) >= 0
    assert max(first) <= 0.2 < max(second) <= 0.4


def test_paced_calls_of_several_threads_wait_for_their_turns() -> None:
    slept: list[float] = []
    paced = PacedRetry(Retry(sleep=slept.append, clock=lambda: 100.0), interval=2.0)
    with ThreadPoolExecutor(4) as beside:
        list(beside.map(lambda _: paced(lambda: "answered"), range(4)))
    assert sorted(slept) == [2, 4, 6]


def test_paced_calls_begin_no_closer_than_their_interval() -> None:
    moment = Moment()
    paced, begun = PacedRetry(retry(moment), interval=2.0), []

    def call(seconds: float) -> None:
        begun.append(moment.now)
        moment.now += seconds

    first = moment.now
    for seconds in (0, 0.5, 7, 0):
        paced(partial(call, seconds))
    assert [each - first for each in begun] == [0, 2, 4, 11]
