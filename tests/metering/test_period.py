from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.clock import Period, Term
from billing.metering.domain.meter import calendar_anchor, months_of, period_at
from billing.plans.feature import Reset

MOMENTS = st.integers(0, 4_000_000_000)
ZONES = st.sampled_from(
    [UTC, *map(ZoneInfo, ("America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"))]
)
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
    period = period_at(Reset.MONTH, at("2026-01-31"), at(now), None, UTC)
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
    assert dates(period_at(Reset.YEAR, at("2024-02-29"), at(now), None, UTC)) == (
        f"{start} 00:00:00",
        f"{end} 00:00:00",
    )


def test_periods_turn_at_the_second_of_the_day_at_which_they_began() -> None:
    anchor = at("2026-01-31 15:30:07")
    assert period_at(Reset.MONTH, anchor, at("2026-02-28 15:30:06"), None, UTC).start == anchor
    assert period_at(Reset.MONTH, anchor, at("2026-02-28 15:30:07"), None, UTC).start == at("2026-02-28 15:30:07")


def test_without_an_anchor_of_its_own_a_month_is_the_calendars() -> None:
    assert dates(period_at(Reset.MONTH, calendar_anchor(Reset.MONTH, UTC), at("2026-11-21"), None, UTC)) == (
        "2026-11-01 00:00:00",
        "2026-12-01 00:00:00",
    )


@pytest.mark.parametrize(("reset", "days"), [(Reset.DAY, 1), (Reset.WEEK, 7)])
def test_days_and_weeks_are_counted_in_seconds(reset: Reset, days: int) -> None:
    anchor = at("2026-03-28 10:00:00")
    period = period_at(reset, anchor, anchor + 50 * 86_400 + 5, None, UTC)
    assert period.end == period.start + days * 86_400
    assert (period.start - anchor) % (days * 86_400) == 0


def test_a_term_is_the_subscriptions_and_lasts_until_there_is_news() -> None:
    term = (at("2026-01-31"), at("2026-02-28"))
    for now in ("2026-02-01", "2026-03-15"):
        assert period_at(Reset.TERM, at("2025-01-31"), at(now), Term(*term), UTC) == Period(*term)
    renewed = (at("2026-02-28"), at("2026-03-31"))
    assert period_at(Reset.TERM, at("2025-01-31"), at("2026-03-15"), Term(*renewed), UTC) == Period(*renewed)


@pytest.mark.parametrize(("reset", "term"), [(Reset.NEVER, None), (Reset.NEVER, Term(5, 9)), (Reset.TERM, None)])
def test_what_never_resets_began_with_the_anchor(reset: Reset, term: Term | None) -> None:
    assert period_at(reset, 3, 1_000_000, term, UTC) == Period(3, None)


@given(reset=ROLLING, anchor=MOMENTS, now=MOMENTS, zone=ZONES)
def test_every_moment_lies_in_its_period_and_periods_touch(reset: Reset, anchor: int, now: int, zone: tzinfo) -> None:
    check_touching(reset, anchor, now, None, zone)


@given(
    reset=st.sampled_from([Reset.MONTH, Reset.YEAR]),
    start=MOMENTS,
    days=st.integers(1, 800),
    months=st.sampled_from([None, 0, 1, 3, 12, 24]),
    beside=st.integers(-400 * 86_400, 800 * 86_400),
)
def test_so_they_do_within_a_term_of_any_length_and_around_it(
    reset: Reset, start: int, days: int, months: int | None, beside: int
) -> None:
    check_touching(reset, start, start + beside, Term(start, start + days * 86_400, months), UTC)


def check_touching(reset: Reset, anchor: int, now: int, term: Term | None, zone: tzinfo) -> None:
    period = period_at(reset, anchor, now, term, zone)
    assert period.end is not None
    assert period.start <= now < period.end
    assert period_at(reset, anchor, period.start, term, zone) == period
    assert period_at(reset, anchor, period.end, term, zone).start == period.end
    assert period_at(reset, anchor, period.start - 1, term, zone).end == period.start


def term_of(start: int, months: int, zone: tzinfo) -> Term:
    """A term as Chargebee counts it: so many months of the site's calendar."""
    end = period_at(Reset.MONTH, start, start, None, zone).end
    for _ in range(months - 1):
        assert end is not None
        end = period_at(Reset.MONTH, start, end, None, zone).end
    assert end is not None
    return Term(start, end)


@given(start=MOMENTS, months=st.sampled_from([1, 3, 12]), site=ZONES, here=ZONES)
def test_a_month_ends_with_the_paid_month_whatever_zone_is_set_here(
    start: int, months: int, site: tzinfo, here: tzinfo
) -> None:
    term = term_of(start, months, site)
    first = period_at(Reset.MONTH, 0, start, term, here)
    last = period_at(Reset.MONTH, 0, term.end - 1, term, here)
    assert (first.start, last.end) == (term.start, term.end)
    assert period_at(Reset.MONTH, 0, term.end, term, here).start == term.end
    assert months > 1 or first == last


def test_the_month_of_a_site_in_another_zone_ends_at_the_second_of_its_term() -> None:
    term = Term(at("2026-10-31 06:30:00"), at("2026-12-01 07:30:00"))  # 30 October 23:30 to 30 November in Los Angeles
    period = period_at(Reset.MONTH, at("2026-01-31 07:30:00"), at("2026-11-28"), term, UTC)
    assert period == Period(term.start, term.end)


def test_a_term_of_a_year_has_twelve_months_and_a_year_of_its_own() -> None:
    term = Term(at("2026-01-31"), at("2027-01-31"))
    months = [dates(period_at(Reset.MONTH, 0, at(now), term, UTC)) for now in ("2026-02-10", "2026-03-01")]
    assert [start[:10] for start, _ in months] == ["2026-01-31", "2026-02-28"]
    assert period_at(Reset.YEAR, 0, at("2026-06-01"), term, UTC) == Period(term.start, term.end)


def test_a_term_that_is_not_made_of_months_leaves_them_to_the_anchor() -> None:
    week = Term(at("2026-02-10"), at("2026-02-17"))
    assert months_of(week) is None
    assert period_at(Reset.MONTH, at("2026-01-31"), at("2026-02-11"), week, UTC).start == at("2026-01-31")
    month = Term(at("2026-02-10"), at("2026-03-10"))
    assert period_at(Reset.YEAR, at("2026-01-31"), at("2026-02-11"), month, UTC).start == at("2026-01-31")


@pytest.mark.parametrize(("months", "end"), [(1, "2026-02-13"), (1, "2026-03-25"), (12, "2026-03-25")])
def test_a_term_that_was_cut_short_or_extended_ends_its_last_month_all_the_same(months: int, end: str) -> None:
    term = Term(at("2026-02-10"), at(end), months)
    assert period_at(Reset.MONTH, 0, term.end - 1, term, UTC).end == term.end
    assert period_at(Reset.MONTH, 0, at("2026-02-11"), term, UTC).start == term.start
    assert period_at(Reset.MONTH, 0, term.end, term, UTC).start == term.end


def test_terms_of_weeks_leave_months_to_the_anchor_also_when_one_is_about_a_month() -> None:
    four_weeks = Term(at("2026-02-10"), at("2026-03-10"), 0)
    assert period_at(Reset.MONTH, at("2026-01-31"), at("2026-02-11"), four_weeks, UTC).start == at("2026-01-31")


def test_a_renewal_without_news_begins_the_month_that_the_news_will_name() -> None:
    term = Term(at("2026-01-31"), at("2026-02-28"))
    unheard = period_at(Reset.MONTH, at("2026-01-31"), at("2026-03-03"), term, UTC)
    heard = period_at(Reset.MONTH, at("2026-01-31"), at("2026-03-03"), Term(term.end, at("2026-03-31")), UTC)
    assert unheard.start == heard.start == term.end


def test_days_begin_at_midnight_of_the_site_where_clocks_change() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    anchor = calendar_anchor(Reset.DAY, zone)
    long = period_at(Reset.DAY, anchor, at("2026-11-01 12:00:00"), None, zone)
    assert dates(long) == ("2026-11-01 07:00:00", "2026-11-02 08:00:00")
    monday = period_at(Reset.WEEK, calendar_anchor(Reset.WEEK, zone), at("2026-11-02 07:59:59"), None, zone)
    assert monday.end == at("2026-11-02 08:00:00")


@given(anchor=MOMENTS, now=MOMENTS)
def test_a_monthly_period_begins_on_the_anchors_day_or_on_the_last_of_a_shorter_month(anchor: int, now: int) -> None:
    first = datetime.fromtimestamp(anchor, UTC)
    start = datetime.fromtimestamp(period_at(Reset.MONTH, anchor, now, None, UTC).start, UTC)
    assert start.time() == first.time()
    next_day = datetime.fromtimestamp(int(start.timestamp()) + 86_400, UTC)
    assert start.day == first.day or (start.day < first.day and next_day.day == 1)
