"""Which day bills a use, and when that day may be told."""

from dataclasses import replace

import pytest

from billing.core.clock import DAY, Term
from billing.metering.domain.billing_day import MARGIN, SEAL_AFTER, BillingDay, billed_on, term_at

MIDNIGHT = 20_000 * DAY
NOON = MIDNIGHT + DAY // 2
TERM = Term(MIDNIGHT - 10 * DAY, MIDNIGHT + 20 * DAY)
OPEN = BillingDay(MIDNIGHT, "sub_1", "api-calls", TERM.start, TERM.end, item_price_id="api-calls")


def test_a_use_is_billed_by_its_own_day_while_that_is_open() -> None:
    assert billed_on(NOON, MIDNIGHT + DAY + SEAL_AFTER - MARGIN - 1, TERM) == MIDNIGHT


def test_a_use_that_comes_when_its_day_is_about_to_be_sealed_goes_to_today() -> None:
    assert billed_on(NOON, MIDNIGHT + DAY + SEAL_AFTER - MARGIN, TERM) == MIDNIGHT + DAY


def test_a_use_of_the_term_before_goes_to_today() -> None:
    assert billed_on(TERM.start - DAY, NOON, TERM) == MIDNIGHT


@pytest.mark.parametrize("moment", [MIDNIGHT, NOON, MIDNIGHT + DAY + SEAL_AFTER - 1])
def test_a_day_is_open_until_hours_after_its_end(moment: int) -> None:
    assert not OPEN.closed(moment)


def test_a_day_is_closed_hours_after_its_end() -> None:
    assert OPEN.closed(MIDNIGHT + DAY + SEAL_AFTER)


def test_the_last_day_of_a_term_ends_with_the_term() -> None:
    last = replace(OPEN, term_end=NOON)
    assert last.usage_date == NOON - 1
    assert last.closed(NOON + SEAL_AFTER)


def test_days_behind_the_end_of_their_term_have_seconds_of_their_own_in_it() -> None:
    """What comes late of a subscription that has ended."""
    term = range(MIDNIGHT - DAY, MIDNIGHT + DAY // 2)
    last = BillingDay(MIDNIGHT, "sub_1", "calls", term.start, term.stop, "calls")
    days = [replace(last, day=MIDNIGHT + n * DAY, late=late) for n in range(-1, 4) for late in (False, True)]
    dates = {each.usage_date for each in days}
    assert (len(dates), dates - {*term}) == (len(days), set())
    assert last.usage_date == term.stop - 1


def test_what_comes_late_has_a_second_and_an_id_of_its_own() -> None:
    late = replace(OPEN, late=True)
    assert late.usage_date != OPEN.usage_date
    assert late.usage_id("org_1") != OPEN.usage_id("org_1")


@pytest.mark.parametrize(("after", "terms"), [(-1, 0), (0, 1), (30 * DAY - 1, 1), (30 * DAY, 2)])
def test_a_term_without_news_of_its_renewal_is_followed_by_one_as_long(after: int, terms: int) -> None:
    start, end = (bound + terms * 30 * DAY for bound in (TERM.start, TERM.end))
    assert term_at(TERM, TERM.end + after) == Term(start, end)


def test_an_empty_term_is_followed_by_days() -> None:
    assert term_at(Term(NOON, NOON), NOON + DAY) == Term(NOON + DAY, NOON + DAY)


def test_a_term_before_it_has_begun_is_itself() -> None:
    assert term_at(TERM, TERM.start - 1) == TERM


def test_a_report_is_known_by_what_it_is() -> None:
    assert OPEN.usage_id("org_1") == replace(OPEN).usage_id("org_1")
    others = [replace(OPEN, feature="x"), replace(OPEN, item_price_id="x")]
    assert len({OPEN.usage_id("org_2"), *(day.usage_id("org_1") for day in (OPEN, *others))}) == 4
