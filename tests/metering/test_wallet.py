from hypothesis import given
from hypothesis import strategies as st

from billing.core.money import Money
from billing.metering.domain.wallet import LedgerLine, Wallet, post, release, reserve

MICROS = st.integers(0, 10**12)


def test_a_posting_moves_the_balance_and_its_line_says_what_there_is_now() -> None:
    after, line = post(Wallet("USD", balance=70, held=30, version=4), "a", "gift", 5, at=9, reason="because")
    assert after == Wallet("USD", balance=75, held=30, version=4)
    assert line == LedgerLine("a", "gift", Money(5, "USD"), 105, 9, "because")


@given(balance=MICROS, held=MICROS, micros=MICROS)
def test_a_reservation_moves_money_and_makes_none(balance: int, held: int, micros: int) -> None:
    wallet = Wallet("USD", balance, held)
    reserved = reserve(wallet, micros)
    assert (reserved.balance, reserved.held) == (balance - micros, held + micros)
    assert release(reserved, micros) == wallet


def test_a_debit_takes_what_there_is_and_never_less_than_nothing() -> None:
    assert [Wallet("USD", balance=each).spendable for each in (5, 0, -5)] == [5, 0, 0]
