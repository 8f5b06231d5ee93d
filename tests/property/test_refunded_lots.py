"""Whoever used nothing in the end and was given back all that they paid owes nothing, and has no money of nobody's."""

from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from billing.metering.domain.lots import given_back, settle
from billing.metering.domain.wallet import Lot, LotKind, Wallet, post, release, reserve

FAR = 1_000
LASTING = (None, 2, 4, 4, 8)


@dataclass
class Paid:
    """A use: what the wallet has paid of it, from which lots."""

    units: int
    drawn: tuple[Lot, ...]


@dataclass
class Books:
    """A wallet, and what can still be taken back of it."""

    wallet: Wallet = field(default_factory=lambda: Wallet("USD"))
    now: int = 0
    lines: int = 0
    top_ups: dict[Lot, int] = field(default_factory=dict)
    uses: list[Paid] = field(default_factory=list)
    holds: list[int] = field(default_factory=list)
    given: int = 0

    def wait(self, seconds: int) -> None:
        self.now += seconds
        before, self.wallet = self.wallet, self.wallet.at(self.now)
        self.lines += self.wallet.balance - before.balance

    def top_up(self, units: int, lasting: int | None, kind: LotKind = LotKind.PAID) -> None:
        end = None if lasting is None else self.now + lasting
        lot = Lot(f"lot {len(self.top_ups)}", kind, units, units, end)
        self._settle(lot, units)
        self.top_ups[lot] = units if kind is LotKind.PAID else 0
        self.given += 0 if kind is LotKind.PAID else units

    def refund(self, lot: Lot, units: int) -> None:
        self.top_ups[lot] -= units
        self._settle(lot, -units)

    def pay_again(self, lot: Lot, lasting: int) -> None:
        """What was taken back, as when a payment failed late; it lasts from now on."""
        units, end = lot.granted - self.top_ups[lot], None if lot.expires_at is None else self.now + lasting
        if units and lot.kind is LotKind.PAID:
            self._settle(replace(lot, expires_at=end), units)
            self.top_ups[lot] = lot.granted

    def use(self, units: int) -> None:
        before = self.wallet
        self.wallet, line = post(before, "u", "usage", -units, at=self.now)
        self.lines += line.amount.micros
        self.uses.append(Paid(units, before.paid_from(self.wallet)))

    def void(self, use: Paid, units: int) -> None:
        self.wallet, use.drawn = given_back(self.wallet, units, use.units, use.drawn, self.now)
        self.lines, use.units = self.lines + units, use.units - units

    def hold(self, units: int) -> None:
        self.wallet = reserve(self.wallet, units)
        self.holds.append(units)

    def release(self) -> int:
        self.wallet = release(self.wallet, units := self.holds.pop())
        self.wait(0)
        return units

    def _settle(self, lot: Lot, micros: int) -> None:
        self.wallet, line = settle(self.wallet, "l", "top_up", micros, at=self.now, reason="", lot=lot)
        self.lines += line.amount.micros

    def act(self, action: str, units: int, random: Random) -> None:
        """Some time later, if there is anything to do it to."""
        self.wait(random.choice([0, 0, 1, 2]))
        match action:
            case "top up":
                self.top_up(units, random.choice(LASTING))
            case "give":
                self.top_up(units, random.choice(LASTING), LotKind.PROMOTIONAL)
            case "pay again" if self.top_ups:
                self.pay_again(random.choice([*self.top_ups]), units)
            case "use" if self.wallet.balance > -5:
                self.use(units)
            case "hold" if self.wallet.balance >= units:
                self.hold(units)
            case _:
                self.undo(action, units, random)

    def undo(self, action: str, units: int, random: Random) -> None:
        refundable = [lot for lot, left in self.top_ups.items() if left]
        match action:
            case "refund" if refundable:
                lot = random.choice(refundable)
                self.refund(lot, min(units, self.top_ups[lot]))
            case "void" if self.uses:
                use = random.choice(self.uses)
                self.void(use, min(units, use.units))
            case "release" if self.holds:
                self.release()
            case "settle" if self.holds:
                self.use(self.release())

    def check(self) -> None:
        wallet = self.wallet
        assert wallet.balance + wallet.held == self.lines, "the ledger explains it"
        assert wallet.rest >= 0 or not wallet.lots, "a debt is paid before there is a lot"
        assert all(0 < lot.remaining <= lot.granted for lot in wallet.lots)
        assert not {each.lot_id for each in wallet.advances} & {lot.id for lot in wallet.lots}, "advances come first"

    def undo_everything(self, random: Random) -> None:
        """In any order, and at any time."""
        while any(self.top_ups.values()) or any(use.units for use in self.uses) or self.holds:
            self.act(random.choice(["refund", "refund", "void", "void", "release"]), 20, random)
            self.check()


ACTIONS = ("top up", "refund", "pay again", "use", "void", "hold", "release", "settle")
STEPS = st.integers(1, 20)


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), STEPS), max_size=20), st.randoms(use_true_random=False))
def test_who_used_nothing_and_was_refunded_everything_owes_nothing_and_has_nothing(
    steps: list[tuple[str, int]], random: Random
) -> None:
    books = Books()
    for action, units in steps:
        books.act(action, units, random)
        books.check()
    books.undo_everything(random)
    assert books.wallet.at(FAR).balance == 0


@given(st.lists(st.tuples(st.sampled_from(("give", *ACTIONS)), STEPS), max_size=20), st.randoms(use_true_random=False))
def test_a_gift_is_all_that_may_be_left_beside_it(steps: list[tuple[str, int]], random: Random) -> None:
    books = Books()
    for action, units in steps:
        books.act(action, units, random)
        books.check()
    books.undo_everything(random)
    assert 0 <= books.wallet.at(FAR).balance <= books.given
