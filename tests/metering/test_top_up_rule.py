"""The rule by which a wallet fills itself up: bounded by the month, the clock and its failures."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from billing.metering.domain.top_up_rule import (
    COOLDOWN,
    TopUpRule,
    TopUpSettings,
    begin,
    due_at,
    fail,
    look_at,
    next_expiry,
    set_rule,
    succeed,
    wanted,
    watching,
)
from billing.metering.domain.wallet import Lot, LotKind, Wallet

NOVEMBER = int(datetime(2026, 11, 21, tzinfo=UTC).timestamp())
DECEMBER = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp())
RULE = TopUpRule("USD", threshold_micros=5_000_000, amount_minor=2_000, monthly_cap_minor=5_000, version=1)


@pytest.mark.parametrize(("balance", "enabled", "expected"), [(5, True, True), (6, True, False), (0, False, False)])
def test_a_wallet_at_its_threshold_is_low(balance: int, enabled: bool, expected: bool) -> None:
    assert wanted(replace(RULE, enabled=enabled), Wallet("USD", balance * 1_000_000)) is expected


def test_the_cap_waits_for_the_next_month_and_a_new_month_has_all_its_room() -> None:
    twice = succeed(begin(succeed(begin(RULE, NOVEMBER)), NOVEMBER))
    assert (twice.spent_minor, due_at(twice, NOVEMBER + COOLDOWN)) == (4_000, DECEMBER)
    assert due_at(twice, DECEMBER) <= DECEMBER
    assert begin(twice, DECEMBER).spent_minor == 2_000


def test_the_year_turns_like_any_month() -> None:
    last_day = int(datetime(2026, 12, 31, tzinfo=UTC).timestamp())
    full = replace(RULE, month="2026-12", spent_minor=5_000)
    assert due_at(full, last_day) == int(datetime(2027, 1, 1, tzinfo=UTC).timestamp())


def test_a_top_up_takes_the_lease_and_the_cooldown_and_only_its_end_gives_the_lease_back() -> None:
    begun = begin(RULE, NOVEMBER)
    assert (begun.pending, begun.pending_amount_minor, due_at(begun, NOVEMBER)) == ("USD-1", 2_000, NOVEMBER + COOLDOWN)
    assert (succeed(begun).pending, fail(begun).pending) == (None, None)
    assert begin(succeed(begun), NOVEMBER).pending == "USD-2"


def test_three_failures_in_a_row_turn_it_off_and_leave_the_months_room() -> None:
    rule = RULE
    for _ in range(3):
        rule = fail(begin(rule, NOVEMBER))
    assert (rule.enabled, rule.failures, rule.spent_minor) == (False, 3, 0)
    assert succeed(begin(fail(begin(RULE, NOVEMBER)), NOVEMBER)).failures == 0


def test_setting_it_again_forgives_the_failures_and_forgets_neither_the_spending_nor_what_is_under_way() -> None:
    begun = replace(begin(RULE, NOVEMBER), failures=2, enabled=False)
    after = set_rule(begun, TopUpSettings("USD", 100, 900, 9_000, enabled=True))
    assert (after.enabled, after.failures, after.threshold_micros, after.amount_minor) == (True, 0, 1_000_000, 900)
    assert (after.pending, after.pending_amount_minor, after.spent_minor) == ("USD-1", 2_000, 2_000)
    assert fail(after).spent_minor == 0


def test_a_change_of_a_rule_is_the_next_version() -> None:
    settings = TopUpSettings("USD", 100, 900, 9_000, enabled=True)
    assert (set_rule(None, settings).version, set_rule(RULE, settings).version) == (1, RULE.version + 1)
    assert [each(begin(RULE, NOVEMBER)).version for each in (succeed, fail)] == [RULE.version + 2] * 2


def test_a_rule_has_one_timer_due_while_a_top_up_is_under_way_and_then_after_the_cooldown() -> None:
    begun = begin(RULE, NOVEMBER)
    assert begun.next_look == NOVEMBER
    assert [each(begun).next_look for each in (succeed, fail)] == [NOVEMBER + COOLDOWN] * 2
    timed = look_at(RULE, DECEMBER)
    assert (timed.next_look, timed.version) == (DECEMBER, RULE.version + 1)
    assert look_at(timed, DECEMBER) is timed


def lot(name: str, expires_at: int | None) -> Lot:
    return Lot(name, LotKind.PAID, 5_000_000, 5_000_000, expires_at)


def test_it_looks_by_itself_when_the_first_of_the_lots_that_came_expires_unless_it_looks_before() -> None:
    before = Wallet("USD", lots=(lot("known", NOVEMBER + 1),))
    after = replace(before, lots=(*before.lots, lot("late", NOVEMBER + 9), lot("soon", NOVEMBER + 5)))
    looks = [watching(replace(RULE, next_look=each), before, after, NOVEMBER).next_look for each in (0, 4, 5, 6)]
    assert looks == [NOVEMBER + 5, 4, 5, 6]
    later = replace(RULE, next_look=NOVEMBER + 6)
    assert watching(later, before, after, NOVEMBER) == look_at(later, NOVEMBER + 5)
    assert watching(RULE, before, replace(before, lots=(*before.lots, lot("stays", None))), NOVEMBER) is RULE


def test_what_a_hold_keeps_beyond_its_time_and_a_rule_that_is_off_are_not_looked_at() -> None:
    lots = (lot("kept", NOVEMBER), lot("next", NOVEMBER + 9))
    assert next_expiry(RULE, lots, NOVEMBER) == NOVEMBER + 9
    assert next_expiry(replace(RULE, enabled=False), lots, NOVEMBER) == 0
