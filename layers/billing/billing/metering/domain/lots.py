"""Which money of a wallet is spent first, and which is gone when its time is over."""

from collections.abc import Iterable
from dataclasses import replace

from billing.core.money import Money
from billing.metering.domain.wallet import NEVER, Advance, LedgerLine, Lot, LotKind, TooManyLots, Wallet, post

MOST_LOTS = 20
"""Lots of one wallet beside what was paid for and stays: every use reads and writes them all."""


def without_expired(wallet: Wallet, now: int) -> Wallet:
    """The wallet at `now` (UTC seconds). What holds reserve, and no other money covers, stays until they end."""
    lots = sorted((lot for lot in wallet.lots if lot.expired(now)), key=lambda lot: lot.expires_at or NEVER)
    worth = sum(lot.remaining for lot in lots)
    lasting = wallet.balance + wallet.held - worth
    gone = worth - max(0, min(worth, wallet.held - lasting))
    if gone == 0:
        return wallet
    after = replace(_taken_from(wallet, lots, gone), balance=wallet.balance - gone)
    return replace(after, lapsed=_lapsed(wallet.lapsed, wallet.paid_from(after)))


def expiry_line(written: Wallet, wallet: Wallet, now: int) -> LedgerLine:
    """What the next write of the wallet says at `now` (UTC seconds) of all that has expired since it was `written`."""
    lost = Money(wallet.balance - written.balance, wallet.currency)
    gone = ", ".join(lot.id for lot in written.paid_from(wallet))
    return LedgerLine(f"expired:{written.version + 1}", "expired", lost, wallet.balance + wallet.held, now, gone)


def moved(wallet: Wallet, micros: int, lot: Lot | None, now: int) -> Wallet:
    """The wallet after a credit into a lot, or a debit. Raises TooManyLots for a credit."""
    if micros > 0 and lot is not None:
        return _credited(wallet, replace(lot, remaining=micros), now)
    after = replace(wallet, balance=wallet.balance + micros)
    return after if micros >= 0 else _taken_from(after, *_plan(wallet, -micros, lot, now))


def given_back(
    wallet: Wallet, micros: int, paid: int, lots: tuple[Lot, ...], now: int
) -> tuple[Wallet, tuple[Lot, ...]]:
    """The wallet at `now` (UTC seconds) with `micros` back of what it `paid`, and which `lots` have paid the rest.

    What was taken last comes back first, into the lot that it came from: one that has expired since is gone at once.
    """
    worth = sum(lot.remaining for lot in lots)
    micros, total = min(worth, max(0, micros - paid + worth)), micros
    wallet, kept = replace(wallet, balance=wallet.balance + total - micros), []
    for lot in reversed(lots):
        back = min(micros, lot.remaining)
        wallet, micros = into_lot(wallet, replace(lot, remaining=back), now), micros - back
        kept.append(replace(lot, remaining=lot.remaining - back))
    return wallet, tuple(lot for lot in reversed(kept) if lot.remaining)


def settle(
    wallet: Wallet, line_id: str, kind: str, micros: int, *, at: int, reason: str, lot: Lot
) -> tuple[Wallet, LedgerLine]:
    """The wallet at `at` (UTC seconds) with money that a customer has paid, or without what is taken back of it.

    Neither is refused: without room for its lot it stays for ever. What the lot lost by expiring is not taken again,
    and what was spent of one that expires is advanced by other money.
    """
    if micros < 0:
        wallet, micros = _less_lapsed(wallet, lot.id, micros)
        after, line = post(wallet, line_id, kind, micros, at=at, reason=reason, lot=lot)
        return (after if lot.expires_at is None else _advanced(wallet, after, lot.id, -micros)), line
    try:
        return post(wallet, line_id, kind, micros, at=at, reason=reason, lot=lot)
    except TooManyLots:
        return post(wallet, line_id, kind, micros, at=at, reason=reason)


def into_lot(wallet: Wallet, lot: Lot, now: int) -> Wallet:
    """The wallet at `now` (UTC seconds) with money that nobody may refuse: where there is no room for its lot, it stays
    for ever."""
    try:
        return _credited(wallet, lot, now)
    except TooManyLots:
        return replace(wallet, balance=wallet.balance + lot.remaining)


def _lapsed(known: tuple[Lot, ...], lost: tuple[Lot, ...]) -> tuple[Lot, ...]:
    """The last of those that were paid for, each with all that it has lost."""
    found = {lot.id: lot for lot in known}
    for lot in lost:
        if lot.kind is LotKind.PAID:
            before = found.pop(lot.id, None)
            found[lot.id] = replace(lot, remaining=lot.remaining + (before.remaining if before else 0))
    return tuple(found.values())[-MOST_LOTS:]


def _less_lapsed(wallet: Wallet, lot_id: str, micros: int) -> tuple[Wallet, int]:
    """A debit less what its lot has lost already, which is remembered no longer."""
    lost = next((lot for lot in wallet.lapsed if lot.id == lot_id), None)
    if lost is None:
        return wallet, micros
    covered = min(lost.remaining, -micros)
    others = tuple(lot for lot in wallet.lapsed if lot is not lost)
    left = (replace(lost, remaining=lost.remaining - covered),) if lost.remaining > covered else ()
    return replace(wallet, lapsed=(*others, *left)), micros + covered


def _advanced(before: Wallet, wallet: Wallet, lot_id: str, micros: int) -> Wallet:
    """The wallet, which remembers what others than its own lot gave when so much was taken back; the rest gave last."""
    given = before.paid_from(wallet)
    others = tuple(lot for lot in given if lot.id != lot_id)
    rest = micros - sum(lot.remaining for lot in given)
    lots = (Lot("paid", LotKind.PAID, rest, rest), *reversed(others)) if rest else others[::-1]
    return replace(wallet, advances=(*(Advance(lot_id, lot) for lot in lots), *before.advances)[:MOST_LOTS])


def _repaid(wallet: Wallet, lot: Lot, now: int) -> tuple[Wallet, Lot]:
    """The wallet with what others have advanced for the lot, the last first, and what that leaves of it."""
    while lot.remaining and (advance := next((each for each in wallet.advances if each.lot_id == lot.id), None)):
        given, others = advance.lot, tuple(each for each in wallet.advances if each is not advance)
        back = min(lot.remaining, given.remaining)
        left = Advance(lot.id, replace(given, remaining=given.remaining - back))
        wallet = replace(wallet, advances=(left, *others) if left.lot.remaining else others)
        wallet = into_lot(wallet, replace(given, remaining=back), now)
        lot = replace(lot, remaining=lot.remaining - back)
    return wallet, lot


def _credited(wallet: Wallet, lot: Lot, now: int) -> Wallet:
    """With all that the lot has remaining: what was advanced for it and then a debt are paid first, and what stays
    anyway is no lot."""
    wallet, lot = _repaid(wallet, lot, now)
    after = replace(wallet, balance=wallet.balance + lot.remaining)
    own = replace(lot, remaining=lot.remaining - min(lot.remaining, max(0, -wallet.rest)))
    if own.remaining == 0 or (own.kind is LotKind.PAID and own.expires_at is None):
        return after
    known = next((each for each in wallet.lots if each.id == own.id), None)
    if known is None:
        return replace(after, lots=_bounded((*wallet.lots, own), now))
    remaining = known.remaining + own.remaining
    grown = replace(known, remaining=remaining, granted=max(known.granted, remaining))
    return replace(after, lots=tuple(grown if each is known else each for each in wallet.lots))


def _bounded(lots: tuple[Lot, ...], now: int) -> tuple[Lot, ...]:
    """Where there are too many, the two oldest of one kind that expire together become one. What has expired needs no
    room: the next read is without it."""
    if sum(not lot.expired(now) for lot in lots) <= MOST_LOTS:
        return lots
    first: dict[tuple[LotKind, int | None], Lot] = {}
    for lot in lots:
        older = first.setdefault((lot.kind, lot.expires_at), lot)
        if older is not lot:
            both = replace(older, remaining=older.remaining + lot.remaining, granted=older.granted + lot.granted)
            return tuple(both if each is older else each for each in lots if each is not lot)
    raise TooManyLots(f"A wallet has at most {MOST_LOTS} lots of different kinds or times. Give them the same time.")


def _plan(wallet: Wallet, micros: int, own: Lot | None, now: int) -> tuple[list[Lot], int]:
    """The lots that a debit takes from, in order, and how much of it.

    What only a hold has kept goes first, then what was given before what was paid for, and what expires soonest. Money
    that is taken back comes out of its own lot, then out of the rest, then out of the others.
    """
    spent = sorted(wallet.lots, key=lambda lot: (not lot.expired(now), *lot.turn))
    if own is None:
        return spent, micros
    mine = [lot for lot in spent if lot.id == own.id]
    covered = max(0, min(wallet.rest, micros - sum(lot.remaining for lot in mine)))
    return mine + [lot for lot in spent if lot.id != own.id], micros - covered


def _taken_from(wallet: Wallet, lots: Iterable[Lot], micros: int) -> Wallet:
    """Without so much of these lots, in their order; what they do not have is the rest's to give."""
    left = {}
    for lot in lots:
        left[lot.id] = lot.remaining - min(lot.remaining, micros)
        micros -= lot.remaining - left[lot.id]
    kept = (replace(lot, remaining=left.get(lot.id, lot.remaining)) for lot in wallet.lots)
    return replace(wallet, lots=tuple(lot for lot in kept if lot.remaining))
