from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.core.errors import EventConflict, Exhausted, InvalidRequest
from billing.core.money import Money
from billing.metering.domain.hold import Reservation
from billing.metering.domain.lots import MOST_LOTS, given_back, moved, settle
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Correction
from billing.metering.domain.wallet import Lot, LotKind, TooManyLots, Wallet, WalletPosting, post, release, reserve
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.read_entitlements import read_entitlement
from billing.metering.services.read_wallets import read_wallets
from billing.metering.services.record_usage import judge_usage, record_usage
from billing.metering.table.rows import read_wallet, wallet_item
from billing.plans.feature import Counted, Overage, UnitPrice
from billing.plans.plan import Catalog, Plan
from tests.model.metering import DAY, MICROS, ORG, PAYING, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

GIVEN, PAID = LotKind.PROMOTIONAL, LotKind.PAID


def lot(name: str, units: int = 10, kind: LotKind = PAID, expires_at: int | None = None) -> Lot:
    return Lot(name, kind, units, units, expires_at, "gift")


def holding(*lots: Lot, rest: int = 0) -> Wallet:
    wallet = Wallet("USD", balance=rest)
    for each in lots:
        wallet = moved(wallet, each.remaining, each, 0)
    return wallet


def left(wallet: Wallet) -> dict[str, int]:
    return {each.id: each.remaining for each in wallet.lots} | {"rest": wallet.rest}


def spend(wallet: Wallet, units: int, now: int = 0) -> Wallet:
    return post(wallet, "u", "usage", -units, at=now)[0]


def test_what_was_given_is_spent_before_what_was_paid_and_what_expires_soonest_first() -> None:
    wallet = holding(
        lot("paid soon", expires_at=5),
        lot("given", kind=GIVEN),
        lot("given late", kind=GIVEN, expires_at=9),
        lot("given soon", kind=GIVEN, expires_at=7),
        rest=10,
    )
    order = []
    for _ in range(5):
        before, wallet = left(wallet), spend(wallet, 10)
        order += [name for name, units in before.items() if units and not left(wallet).get(name)]
    assert order == ["given soon", "given late", "given", "paid soon", "rest"]
    assert wallet == Wallet("USD")


def test_a_lot_leaves_the_balance_at_its_instant_and_not_before() -> None:
    wallet = holding(lot("a", 10, expires_at=100), lot("b", 4, GIVEN, 200), rest=3)
    assert [wallet.at(now).balance for now in (99, 100, 199, 200)] == [17, 7, 7, 3]


def test_a_row_of_before_is_one_paid_lot_that_never_expires_and_a_row_of_today_has_its_balance() -> None:
    before = Wallet("USD", balance=7, held=3, version=4)
    item = {name: value for name, value in wallet_item(ORG, before).items() if name != "lots"}
    assert read_wallet(item) == before
    assert (before.rest, before.at(1 << 40)) == (10, before)
    assert wallet_item(ORG, holding(lot("a", 4, GIVEN), rest=3))["balance"] == {"N": "7"}


def test_a_hold_keeps_what_expires_only_where_no_other_money_covers_it() -> None:
    wallet = reserve(holding(lot("a", 10, expires_at=100), rest=4), 9)
    over = wallet.at(100)
    assert (over.balance, over.held, left(over)) == (0, 9, {"a": 5, "rest": 4})
    assert left(release(over, 9).at(100)) == {"rest": 4}


def test_a_settlement_is_paid_from_what_its_hold_has_kept() -> None:
    over = reserve(holding(lot("a", 10, expires_at=100), lot("b", 6, GIVEN)), 9).at(100)
    settled = spend(release(over, 9), 5, now=100).at(100)
    assert left(settled) == {"b": 4, "rest": 0}


def test_money_that_is_taken_back_comes_out_of_its_own_lot_then_of_what_stays() -> None:
    wallet = holding(lot("a", 4, expires_at=100), lot("b", 4, expires_at=200), lot("c", 4, GIVEN), rest=3)
    after = [left(post(wallet, "r", "refund", -units, at=0, lot=lot("b"))[0]) for units in (3, 6, 9, 16)]
    assert after == [
        {"a": 4, "b": 1, "c": 4, "rest": 3},
        {"a": 4, "c": 4, "rest": 1},
        {"a": 4, "c": 2, "rest": 0},
        {"rest": -1},
    ]


def taken_back(wallet: Wallet, name: str, units: int, now: int) -> tuple[Wallet, int]:
    """The wallet without it, and what its line says."""
    after, line = settle(wallet.at(now), "r", "refund", -units, at=now, reason="", lot=lot(name, -units))
    return after, line.amount.micros


def test_what_a_lot_lost_by_expiring_is_not_taken_back_again() -> None:
    wallet = spend(holding(lot("a", 10, expires_at=100), lot("b", 5, GIVEN, 100), rest=20), 8)
    assert left(wallet.at(100)) == {"rest": 20}
    assert [(each.id, each.remaining) for each in wallet.at(100).lapsed] == [("a", 7)], (
        "what was given nobody takes back"
    )
    first, told = taken_back(wallet, "a", 4, 100)
    assert (first.balance, told) == (20, 0)
    second, told = taken_back(first, "a", 6, 100)
    assert (second.balance, told, second.lapsed) == (17, -3, ())
    assert taken_back(wallet, "b", 4, 100)[1] == -4


def test_what_a_lot_loses_in_two_parts_is_one_loss() -> None:
    """What a hold has kept is lost when it ends."""
    over = reserve(holding(lot("a", 10, expires_at=100)), 6).at(100)
    assert [each.remaining for each in over.lapsed] == [4]
    assert [each.remaining for each in release(over, 6).at(100).lapsed] == [10]


def test_a_wallet_remembers_the_last_lots_that_expired_and_its_row_stays_small() -> None:
    wallet = Wallet("USD")
    for number in range(MOST_LOTS + 3):
        wallet = moved(wallet, 5, lot(f"l{number}", 5, expires_at=number + 1), number).at(number + 1)
    assert [each.id for each in wallet.lapsed] == [f"l{number}" for number in range(3, MOST_LOTS + 3)]
    assert read_wallet(wallet_item(ORG, wallet)) == wallet


def test_what_a_customer_paid_is_never_refused_for_want_of_room() -> None:
    full = holding(*(lot(f"l{number}", 1, GIVEN, number or None) for number in range(MOST_LOTS)))
    after, line = settle(full, "p", "top_up", 7, at=0, reason="", lot=lot("p", 7, expires_at=999))
    assert (after.rest, line.amount.micros, line.expires_at) == (7, 7, None)


def test_a_debt_is_paid_before_there_is_a_lot() -> None:
    assert left(moved(Wallet("USD", -4), 10, lot("a", 10, GIVEN), 0)) == {"a": 6, "rest": 0}
    assert left(moved(Wallet("USD", -12), 10, lot("a", 10, GIVEN), 0)) == {"rest": -2}


def test_what_was_taken_last_comes_back_first() -> None:
    before = holding(lot("a", 4, GIVEN, 100), lot("b", 4), lot("c", 4, PAID, 90), rest=5)
    after = spend(before, 10)
    drawn = before.paid_from(after)
    assert [(each.id, each.remaining) for each in drawn] == [("a", 4), ("c", 4)]
    some, kept = given_back(after, 5, 10, drawn, 0)
    assert (left(some), [(each.id, each.remaining) for each in kept]) == ({"c": 3, "rest": 9}, [("a", 4), ("c", 1)])
    assert left(given_back(some, 5, 5, kept, 0)[0]) == {"c": 4, "a": 4, "rest": 9}


def test_beyond_the_most_lots_the_two_oldest_alike_become_one_and_then_there_is_no_room() -> None:
    wallet = holding(*(lot(f"l{number}", 1, GIVEN, number or None) for number in range(MOST_LOTS)))
    same = moved(wallet, 2, lot("more", 2, GIVEN, 7), 0)
    assert len(same.lots) == MOST_LOTS
    assert next(each for each in same.lots if each.id == "l7") == Lot("l7", GIVEN, 3, 3, 7, "gift")
    with pytest.raises(TooManyLots):
        moved(wallet, 2, lot("another", 2, GIVEN, 999), 0)


def test_what_has_expired_comes_back_and_is_gone_also_where_there_is_no_room_for_its_lot() -> None:
    before = holding(lot("gift", 5, GIVEN, 100))
    drawn = before.paid_from(spend(before, 5))
    full = holding(*(lot(f"l{number}", 1, GIVEN, 200 + number) for number in range(MOST_LOTS)))
    wallet, _ = given_back(full, 5, 5, drawn, 150)
    assert (wallet.balance, wallet.at(150)) == (MOST_LOTS + 5, full)


def test_the_row_of_a_wallet_with_all_its_lots_stays_small() -> None:
    lots = (lot(f"adjustment:{number:0>64}", 10**12, GIVEN, START + number) for number in range(MOST_LOTS))
    assert len(str(wallet_item(ORG, holding(*lots)))) < 10_000


MOVES = st.lists(
    st.tuples(st.integers(-12, 12), st.sampled_from(LotKind), st.sampled_from([None, 3, 6, 9]), st.integers(0, 2)),
    max_size=12,
)


@given(MOVES)
def test_the_lots_and_the_rest_are_the_wallet_whatever_comes_goes_is_held_or_expires(
    moves: list[tuple[int, LotKind, int | None, int]],
) -> None:
    wallet, ledger, now = Wallet("USD"), 0, 0
    for number, (units, kind, expires_at, wait) in enumerate(moves):
        now += wait
        before, wallet = wallet, wallet.at(now)
        ledger -= before.balance - wallet.balance
        assert wallet.held == before.held
        if units > 0 and number % 3 == 0 and wallet.balance >= units:
            wallet = reserve(wallet, units)
        elif units < 0 and wallet.held >= -units and number % 2:
            wallet = release(wallet, -units)
        elif units > 0 and (expires_at is None or expires_at > now):
            wallet, ledger = moved(wallet, units, lot(f"l{number}", units, kind, expires_at), now), ledger + units
        elif units < 0:
            wallet, ledger = spend(wallet, -units, now), ledger + units
        assert wallet.balance + wallet.held == ledger
        assert all(0 < each.remaining <= each.granted for each in wallet.lots)
        assert wallet.rest >= 0 or not wallet.lots


# --- what callers see -------------------------------------------------------------------------------


def give(store: MemoryUsage, name: str, units: int, expires_at: int | None, now: int = START) -> int:
    amount = Money(units * MICROS, "USD")
    wanted = WalletPosting(name, "gift", amount, "because", GIVEN if units > 0 else PAID, expires_at)
    return adjust_wallet(ORG, wanted, store, lambda: now).balance


def organization() -> tuple[MemoryUsage, Time]:
    """One that has used its allowance of 10."""
    store = MemoryUsage({ORG: on_plan(PAYING)})
    record_usage(ORG, [calls("old", 10)], metering(store))
    return store, Time(START)


def lines(store: MemoryUsage) -> list[tuple[str, int]]:
    return [(each.kind, each.amount.micros // MICROS) for each in reversed(store.ledger(ORG, "USD", None)[0])]


def test_gate_and_use_go_by_what_has_not_expired_and_the_next_write_says_what_has() -> None:
    store, time = organization()
    give(store, "a", 5, START + DAY)
    give(store, "b", 2, None)
    here = metering(store, time)
    time.now = START + DAY - 1
    assert read_entitlement(ORG, "calls", 7, here).allowed
    time.now = START + DAY
    assert not read_entitlement(ORG, "calls", 3, here).allowed
    seen = read_wallets(ORG, None, None, store, time.now)
    assert seen.wallets[0].balance == 2 * MICROS
    assert seen.ledger and [line.kind for line in seen.ledger.lines] == ["expired", "gift", "gift"]
    outcomes = [each.outcome for each in record_usage(ORG, [calls("e1", 1, occurred_at=time.now)], here)]
    assert outcomes == ["recorded"]
    assert lines(store) == [("gift", 5), ("gift", 2), ("expired", -5), ("usage", -1)]
    again = read_wallets(ORG, None, None, store, time.now).ledger
    assert again and again.lines[1] == seen.ledger.lines[0], "the write says what the read said"
    assert again.lines[1].reason == "a"


def test_whoever_is_refused_for_what_has_expired_has_it_written_down_so_that_a_rule_hears_of_it() -> None:
    """A rule waits for `wallet.low`, and nobody spends what is gone."""
    store, time = organization()
    give(store, "a", 5, START + DAY)
    held = store.copy()
    time.now = START + DAY
    for _ in range(2):
        assert record_usage(ORG, [calls("e1", 3, occurred_at=time.now)], metering(store, time))[0].outcome == "refused"
        with pytest.raises(Exhausted):
            reserve_usage(ORG, Reservation("h", "calls", 3, 60), metering(held, time))
    for each in (store, held):
        assert lines(each) == [("gift", 5), ("expired", -5)]
        assert "wallet.low" in each.told.values()


def test_what_a_batch_would_come_to_is_judged_without_what_has_expired() -> None:
    store, time = organization()
    give(store, "a", 5, START + DAY)
    time.now = START + DAY
    batch, here = [calls("e1", 3, occurred_at=time.now)], metering(store, time)
    [judged], [recorded] = judge_usage(ORG, batch, here), record_usage(ORG, batch, here)
    assert (judged.outcome, recorded.outcome) == ("refused", "refused")


def test_a_use_that_costs_nothing_says_what_has_expired_all_the_same() -> None:
    store, time = organization()
    give(store, "a", 5, START + DAY)
    time.now = START + DAY
    gratis = Counted("calls", limit=0, overage=Overage.WALLET, prices=(UnitPrice(Money(0, "USD")),))
    here = metering(store, time, Catalog({PAYING: Plan(PAYING, "Paying", features={"calls": gratis})}, {}))
    assert record_usage(ORG, [calls("e1", 3, occurred_at=time.now)], here)[0].outcome == "recorded"
    assert lines(store) == [("gift", 5), ("expired", -5), ("usage", 0)]
    assert "wallet.low" in store.told.values()


def test_a_hold_is_settled_with_the_money_that_it_has_kept_beyond_its_time() -> None:
    store, time = organization()
    give(store, "a", 5, START + DAY)
    here = metering(store, time)
    for name in ("h1", "h2"):
        reserve_usage(ORG, Reservation(name, "calls", 2, 2 * DAY), here)
    time.now = START + DAY
    assert settle_usage(ORG, "h1", 2, here).shortfall == 0
    release_usage(ORG, "h2", here)
    assert read_wallets(ORG, None, None, store, time.now).wallets[0].balance == 0
    give(store, "b", 1, None, time.now)
    assert lines(store) == [("gift", 5), ("expired", -1), ("usage", -2), ("expired", -2), ("gift", 1)]


def test_a_corrected_use_gives_back_into_the_lot_that_paid_it_and_what_has_expired_stays_gone() -> None:
    store, time = organization()
    give(store, "a", 2, START + DAY)
    give(store, "b", 2, START + 2 * DAY)
    here = metering(store, time)
    record_usage(ORG, [calls("e1", 4)], here)
    time.now = START + DAY
    correct_use(ORG, Correction("k1", "e1", 1, "a bug"), here)
    wallet = store.account(ORG).at(time.now).wallet("USD")
    assert (wallet.balance, [each.id for each in wallet.lots]) == (2 * MICROS, ["b"])
    assert store.uses[ORG, "e1"].drawn == (Lot("a", GIVEN, MICROS, 2 * MICROS, START + DAY, "gift"),)


def paid_before_a_gift() -> MemoryUsage:
    """One whose use was paid by two cents of what stays, before five were given that expire."""
    store = MemoryUsage({ORG: on_plan(PAYING)})
    adjust_wallet(ORG, WalletPosting("p", "top_up", Money(2 * MICROS, "USD")), store, lambda: START)
    record_usage(ORG, [calls("e1", 12)], metering(store))
    give(store, "a", 5, START + DAY)
    return store


def test_what_a_correction_took_comes_back_before_what_the_use_had_taken() -> None:
    store = paid_before_a_gift()
    before = left(store.account(ORG).wallet("USD"))
    for quantity in (15, 12):
        correct_use(ORG, Correction(f"to {quantity}", "e1", quantity, "a bug"), metering(store))
    assert left(store.account(ORG).wallet("USD")) == before == {"a": 5 * MICROS, "rest": 0}
    correct_use(ORG, Correction("void", "e1", 0, "a bug"), metering(store))
    assert left(store.account(ORG).wallet("USD")) == {"a": 5 * MICROS, "rest": 2 * MICROS}


def test_the_same_posting_is_replayed_after_its_time_and_another_time_is_another_posting() -> None:
    store, _ = organization()
    first = give(store, "a", 5, START + DAY)
    assert give(store, "a", 5, START + DAY, now=START + 2 * DAY) == first
    with pytest.raises(EventConflict):
        give(store, "a", 5, START + 3 * DAY)
    with pytest.raises(InvalidRequest, match="expired"):
        give(store, "b", 5, START + DAY, now=START + DAY)


def test_a_wallet_without_room_refuses_another_lot_and_loses_nothing() -> None:
    store, _ = organization()
    for number in range(MOST_LOTS):
        give(store, f"l{number}", 1, START + DAY + number)
    before = store.copy()
    with pytest.raises(TooManyLots):
        give(store, "one more", 1, START + 9 * DAY)
    assert store == before
    assert give(store, "l0", 1, START + DAY) == MICROS


def test_a_rule_tops_up_by_what_can_be_spent() -> None:
    from billing.metering.domain.top_up_rule import wanted

    wallet = replace(holding(lot("a", 10, GIVEN, 100)), version=1)
    rule = TopUpRule("USD", 5, 500, 5_000)
    assert [wanted(rule, wallet.at(now)) for now in (99, 100)] == [False, True]
