from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.metering.domain.period import EPOCH, Period, period_at
from billing.plans.feature import Reset

MOMENTS = st.integers(0, 4_000_000_000)
ROLLING = st.sampled_from([Reset.DAY, Reset.WEEK, Reset.MONTH, Reset.YEAR])


def at(text: str) -> int:
    """UTC seconds of a date, or of a date and time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def dates(period: Period) -> tuple[str, str]:
    assert period.end is not None
    start, end = (datetime.fromtimestamp(each, UTC).isoformat(" ") for each in (period.start, period.end))
    return start.removesuffix("+00:00"), end.removesuffix("+00:00")


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2026-01-31 12:00:00", "2026-01-31", "2026-02-28"),
        ("2026-02-27 23:59:59", "2026-01-31", "2026-02-28"),
        ("2026-02-28 00:00:00", "2026-02-28", "2026-03-31"),
        ("2026-03-30 00:00:00", "2026-02-28", "2026-03-31"),
        ("2026-03-31 00:00:00", "2026-03-31", "2026-04-30"),
        ("2026-12-31 00:00:00", "2026-12-31", "2027-01-31"),
        ("2028-02-29 00:00:00", "2028-02-29", "2028-03-31"),
        ("2028-02-28 00:00:00", "2028-01-31", "2028-02-29"),
    ],
)
def test_a_month_that_began_on_the_31st_returns_to_the_31st(now: str, start: str, end: str) -> None:
    period = period_at(Reset.MONTH, at("2026-01-31"), at(now), None)
    assert dates(period) == (f"{start} 00:00:00", f"{end} 00:00:00")


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        ("2024-02-29", "2024-02-29", "2025-02-28"),
        ("2025-02-27", "2024-02-29", "2025-02-28"),
        ("2025-02-28", "2025-02-28", "2026-02-28"),
        ("2028-02-28", "2027-02-28", "2028-02-29"),
        ("2028-02-29", "2028-02-29", "2029-02-28"),
    ],
)
def test_a_year_that_began_on_the_29th_of_february_returns_to_it(now: str, start: str, end: str) -> None:
    assert dates(period_at(Reset.YEAR, at("2024-02-29"), at(now), None)) == (f"{start} 00:00:00", f"{end} 00:00:00")


def test_periods_turn_at_the_second_of_the_day_at_which_they_began() -> None:
    anchor = at("2026-01-31 15:30:07")
    assert period_at(Reset.MONTH, anchor, at("2026-02-28 15:30:06"), None).start == anchor
    assert period_at(Reset.MONTH, anchor, at("2026-02-28 15:30:07"), None).start == at("2026-02-28 15:30:07")


def test_without_an_anchor_of_its_own_a_month_is_the_calendars() -> None:
    assert dates(period_at(Reset.MONTH, EPOCH, at("2026-11-21"), None)) == (
        "2026-11-01 00:00:00",
        "2026-12-01 00:00:00",
    )


@pytest.mark.parametrize(("reset", "days"), [(Reset.DAY, 1), (Reset.WEEK, 7)])
def test_days_and_weeks_are_counted_in_seconds(reset: Reset, days: int) -> None:
    anchor = at("2026-03-28 10:00:00")
    period = period_at(reset, anchor, anchor + 50 * 86_400 + 5, None)
    assert period.end == period.start + days * 86_400
    assert (period.start - anchor) % (days * 86_400) == 0


def test_a_term_is_the_subscriptions_and_lasts_until_there_is_news() -> None:
    term = (at("2026-01-31"), at("2026-02-28"))
    for now in ("2026-02-01", "2026-03-15"):
        assert period_at(Reset.TERM, at("2025-01-31"), at(now), term) == Period(*term)
    renewed = (at("2026-02-28"), at("2026-03-31"))
    assert period_at(Reset.TERM, at("2025-01-31"), at("2026-03-15"), renewed) == Period(*renewed)


@pytest.mark.parametrize(("reset", "term"), [(Reset.NEVER, None), (Reset.NEVER, (5, 9)), (Reset.TERM, None)])
def test_what_never_resets_began_with_the_anchor(reset: Reset, term: tuple[int, int] | None) -> None:
    assert period_at(reset, 3, 1_000_000, term) == Period(3, None)


@given(reset=ROLLING, anchor=MOMENTS, now=MOMENTS)
def test_every_moment_lies_in_its_period_and_periods_touch(reset: Reset, anchor: int, now: int) -> None:
    period = period_at(reset, anchor, now, None)
    assert period.end is not None
    assert period.start <= now < period.end
    assert period_at(reset, anchor, period.start, None) == period
    assert period_at(reset, anchor, period.end, None).start == period.end
    assert period_at(reset, anchor, period.start - 1, None).end == period.start


@given(anchor=MOMENTS, now=MOMENTS)
def test_a_monthly_period_begins_on_the_anchors_day_or_on_the_last_of_a_shorter_month(anchor: int, now: int) -> None:
    first = datetime.fromtimestamp(anchor, UTC)
    start = datetime.fromtimestamp(period_at(Reset.MONTH, anchor, now, None).start, UTC)
    assert start.time() == first.time()
    next_day = datetime.fromtimestamp(int(start.timestamp()) + 86_400, UTC)
    assert start.day == first.day or (start.day < first.day and next_day.day == 1)
