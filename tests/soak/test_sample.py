from tests.soak.memory import Process
from tests.soak.sample import Sample, grown

FLAT, LEAKING, YOUNG, NO_WORKER = (
    Process(number, function) for number, function in enumerate(("ApplyBillingEvent", "UsageRecord", "Access", ""))
)


def sample(second: int) -> Sample:
    """Of a stack whose emulator keeps all that it is told, and one of whose functions keeps what it should forget."""
    young = {YOUNG: 50.0 + second} if second < 300 else {}
    held = {FLAT: 60.0 if second < 250 else 80.0, LEAKING: 60.0 + second, NO_WORKER: 100.0 * second}
    return Sample(second, 0, 0, held | young)


def test_a_worker_is_told_that_still_grows_in_the_second_half_of_a_long_life_and_no_other() -> None:
    samples = [sample(second) for second in range(0, 660, 60)]
    assert grown(samples) == ["a worker of UsageRecord grew from 360 to 660 MB in half of its life"]


def test_the_largest_worker_is_none_of_the_processes_that_are_no_workers() -> None:
    assert sample(400).largest_worker == 460
    assert sample(400).megabytes == 80 + 460 + 40_000
