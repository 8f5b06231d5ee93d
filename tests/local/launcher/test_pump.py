"""Delivery of a stream's records, against the rules that AWS documents for retries."""

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from local.launcher.pump import Mapping, Outcome, Record, deliver

MAPPING = Mapping(
    function="relay",
    stream="arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1",
    starting_position="TRIM_HORIZON",
    batch_size=10,
    patterns=(),
    retries=2,
    bisects=True,
    reports_item_failures=True,
    on_failure_queue="dead",
)


def batch(size: int) -> list[Record]:
    return [{"dynamodb": {"SequenceNumber": str(number)}} for number in range(size)]


def number(record: Record) -> int:
    return int(record["dynamodb"]["SequenceNumber"])


@dataclass
class FailingFunction:
    """A function that fails on some records: as a whole, or naming them."""

    poison: set[int]
    names_them: bool = True
    recovers_after: int | None = None
    invoked: list[list[int]] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    given_up: list[int] = field(default_factory=list)

    def invoke(self, records: list[Record]) -> Outcome:
        numbers = [number(record) for record in records]
        self.invoked.append(numbers)
        if self.recovers_after is not None and len(self.invoked) > self.recovers_after:
            self.poison = set()
        if not self.poison & set(numbers):
            self.delivered += numbers
            return Outcome(False, frozenset())
        if not self.names_them:
            return Outcome(True, frozenset())
        first = next(i for i, each in enumerate(numbers) if each in self.poison)
        self.delivered += numbers[:first]
        return Outcome(False, frozenset(str(each) for each in numbers[first:] if each in self.poison))

    def give_up(self, records: list[Record]) -> None:
        self.given_up += [number(record) for record in records]

    def pause(self, seconds: float) -> bool:
        return False


def test_a_good_batch_is_delivered_once() -> None:
    world = FailingFunction(poison=set())
    deliver(MAPPING, world, batch(3))
    assert world.invoked == [[0, 1, 2]]


def test_a_poison_record_goes_to_the_failure_queue_alone() -> None:
    world = FailingFunction(poison={2})
    deliver(MAPPING, world, batch(5))
    assert (world.given_up, world.delivered) == ([2], [0, 1, 3, 4])


def test_without_bisecting_the_rest_of_the_batch_is_given_up_with_the_poison() -> None:
    world = FailingFunction(poison={2})
    deliver(replace(MAPPING, bisects=False), world, batch(5))
    assert (world.delivered, world.given_up) == ([0, 1], [2, 3, 4])


def test_a_failing_record_is_retried_as_often_as_the_mapping_says() -> None:
    world = FailingFunction(poison={0}, names_them=False)
    deliver(MAPPING, world, batch(1))
    assert len(world.invoked) == 1 + MAPPING.retries


def test_a_retry_limit_of_minus_one_goes_on_until_the_function_recovers() -> None:
    world = FailingFunction(poison={0}, names_them=False, recovers_after=20)
    deliver(replace(MAPPING, retries=-1), world, batch(1))
    assert (world.delivered, world.given_up) == ([0], [])


def test_an_identifier_that_is_not_in_the_batch_fails_all_of_it() -> None:
    @dataclass
    class Confused(FailingFunction):
        def invoke(self, records: list[Record]) -> Outcome:
            return Outcome(False, frozenset({"another batch's"}))

    world = Confused(poison=set())
    deliver(replace(MAPPING, bisects=False), world, batch(2))
    assert world.given_up == [0, 1]


@given(
    size=st.integers(1, 12),
    poison=st.sets(st.integers(0, 11)),
    names_them=st.booleans(),
    retries=st.integers(0, 3),
)
def test_every_record_is_delivered_in_order_or_given_up_and_only_once(
    size: int, poison: set[int], names_them: bool, retries: int
) -> None:
    world = FailingFunction(poison=poison, names_them=names_them)
    deliver(replace(MAPPING, retries=retries), world, batch(size))
    assert sorted(world.delivered + world.given_up) == list(range(size))
    assert world.delivered == sorted(world.delivered)
    assert set(world.given_up) == poison & set(range(size))
