import pytest

from billing.core.clock import Period
from billing.metering.domain.meter import Meter, meter_now
from billing.plans.feature import Counted

PERIOD = Period(100, 200)


def test_no_record_yet_is_a_full_balance() -> None:
    meter = meter_now(None, Counted("calls", limit=10), PERIOD)
    assert meter == Meter("calls", 100, 200, 10)
    assert (meter.remaining, meter.version) == (10, 0)


@pytest.mark.parametrize(("limit", "remaining"), [(10, 3), (25, 18), (5, -2), (0, -7), (None, None)])
def test_another_limit_moves_the_remainder_by_the_difference(limit: int | None, remaining: int | None) -> None:
    stored = Meter("calls", 100, 150, 10, used=4, held=3, version=2)
    meter = meter_now(stored, Counted("calls", limit=limit), PERIOD)
    assert (meter.used, meter.held, meter.remaining, meter.end, meter.version) == (4, 3, remaining, 200, 2)


@pytest.mark.parametrize(
    ("meter", "quantity", "covered"),
    [
        (Meter("calls", 0, 1, 10), 4, 4),
        (Meter("calls", 0, 1, 10, used=4, held=3), 4, 3),
        (Meter("calls", 0, 1, 10, used=12), 4, 0),
        (Meter("calls", 0, 1, 0), 1, 0),
        (Meter("calls", 0, 1, None, used=10**12), 10**9, 10**9),
    ],
    ids=["enough", "a part", "overdrawn", "none at all", "unlimited"],
)
def test_the_allowance_covers_what_is_left_of_it(meter: Meter, quantity: int, covered: int) -> None:
    assert meter.covers(quantity) == covered
