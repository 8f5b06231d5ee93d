"""Whatever becomes of a top-up's invoice, told in any order and more than once: the wallet has what was paid."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.clock import DAY, HOUR, Lifetime
from billing.core.errors import Exhausted
from billing.core.money import Money, to_micros
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.usage import Correction
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.ports import Metering
from billing.metering.services.record_usage import record_usage
from billing.payments.domain.charge import Charge, ChargeState, Order, Purpose
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.domain.receipt import Refund
from billing.payments.services.apply_payment import apply_payment
from billing.payments.services.ports import PaymentChange
from billing.payments.services.record_invoice import ChargeRecords, books_of, record_invoice
from billing.plans.feature import Counted, Overage
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.billing_event import BillingEvent
from billing.subscriptions.domain.transition import Transition
from tests.model.metering import CENT, MICROS, calls, metering
from tests.model.payments import ORG, MemoryInvoices, PaymentWorld
from tests.model.time import START, Time
from tests.model.usage_store import MemoryUsage
from tests.property.ledger import ledger

AMOUNT = 500
TOP_UP = Charge("k1", ORG, ORG, Purpose.TOP_UP, Order("USD", AMOUNT, "Wallet top-up"), START, version=1)
NEXT = {
    InvoiceStatus.OPEN: ("pay", "void", "write_off", "note"),
    InvoiceStatus.PAID: ("fail_late", "refund", "charge_back", "note"),
    InvoiceStatus.VOIDED: ("note",),
    InvoiceStatus.WRITTEN_OFF: ("note",),
}


@dataclass
class Bank:
    """One invoice as Chargebee has it, and every event of it so far."""

    invoice: Invoice = field(
        default_factory=lambda: Invoice("7", ORG, InvoiceStatus.OPEN, "USD", AMOUNT, AMOUNT, TOP_UP.id, version=1)
    )
    refunded: int = 0
    events: list[PaymentEvent] = field(default_factory=list)

    @property
    def owed_to_the_wallet(self) -> int:
        """Minor units."""
        return max(0, AMOUNT - self.refunded) if self.invoice.paid else 0

    def act(self, choice: int) -> None:
        action = NEXT[self.invoice.status][choice % len(NEXT[self.invoice.status])]
        match action:
            case "pay":
                self._become("payment_succeeded", Transition.CHARGE_SUCCEEDED, status=InvoiceStatus.PAID)
            case "fail_late":
                self._become("payment_failed", Transition.CHARGE_FAILED, status=InvoiceStatus.OPEN)
            case "void":
                self._become("invoice_voided", None, status=InvoiceStatus.VOIDED)
            case "write_off":
                self._become("credit_note_applied", None, status=InvoiceStatus.WRITTEN_OFF, worth=0)
            case "refund" if self.refunded < AMOUNT:
                self._give_back(200, "refund")
            case "charge_back" if self.refunded < AMOUNT:
                self._give_back(AMOUNT - self.refunded, "chargeback")
            case _:
                self._become("invoice_noted", None)

    def _give_back(self, amount: int, kind: str) -> None:
        self.refunded += amount
        refund = Refund(f"txn_{self.refunded}", amount, kind)
        self._become("payment_refunded", Transition.CHARGE_REFUNDED, refund)

    def _become(
        self, kind: str, transition: Transition | None, refund: Refund | None = None, **changes: object
    ) -> None:
        """Every change is told of twice, as Chargebee does: by its own event and by `invoice_updated`."""
        self.invoice = replace(self.invoice, version=self.invoice.version + 1, **changes)  # type: ignore[arg-type]
        for told, what, back in ((kind, transition, refund), ("invoice_updated", None, None)):
            number = len(self.events)
            self.events.append(
                PaymentEvent(f"ev_{number}", told, START + number, what, self.invoice, AMOUNT, refund=back)
            )


def deliver(event: PaymentEvent, world: PaymentWorld) -> None:
    about = BillingEvent(event.id, event.type, event.occurred_at, owner_id=ORG)
    ports = world.ports()
    apply_payment(event, about, ports.world.store, books_of(ports))


def check(world: PaymentWorld) -> int:
    """The wallet, in minor units: all of it explained, line by line, and never more than was paid."""
    wallet, lines = world.usage.account(ORG).wallet("USD"), ledger(world.usage)
    assert wallet.balance == sum(line.amount.micros for line in lines)
    assert len({line.id for line in lines}) == len(lines)
    assert 0 <= wallet.balance <= to_micros(AMOUNT, "USD")
    assert all(line.kind == "top_up" or line.amount.micros < 0 for line in lines)
    keys = [each.key for each in world.records.told]
    assert len(keys) == len(set(keys))
    return wallet.balance // 10_000


@given(st.lists(st.integers(0, 11), max_size=8), st.randoms(use_true_random=False), st.booleans())
def test_the_wallet_has_what_was_paid_whatever_the_order(steps: list[int], random: Random, returned: bool) -> None:
    bank, world = Bank(), PaymentWorld(MemoryInvoices(()))
    world.ports().records.commit_payment(PaymentChange(ORG, START, TOP_UP))
    for step in steps:
        bank.act(step)
    deliveries = [*bank.events, *random.choices(bank.events, k=len(bank.events))] if bank.events else []
    random.shuffle(deliveries)

    for event in deliveries:
        deliver(event, world)
        check(world)
    if returned:
        charge = world.records.charges[ORG, TOP_UP.id]
        record_invoice(charge, bank.invoice, books_of(world.ports()))

    assert check(world) == bank.owed_to_the_wallet
    state = world.records.charges[ORG, TOP_UP.id].state
    settled = {InvoiceStatus.PAID: ChargeState.SUCCEEDED, InvoiceStatus.OPEN: ChargeState.ACTION_REQUIRED}
    if bank.events:
        assert state is settled.get(bank.invoice.status, ChargeState.FAILED)
    told = [str(each.transition) for each in world.records.told]
    assert told.count("checkout.completed") <= 1
    assert told.count("charge.refunded") == sum(event.refund is not None for event in bank.events)


def voided(usage: MemoryUsage, here: Metering) -> None:
    for quantity in (399, 1, 0):
        correct_use(ORG, Correction(f"to {quantity}", "e1", quantity, "a bug"), here)


def adjusted(usage: MemoryUsage, here: Metering) -> None:
    for number in range(4):
        adjust_meter(ORG, Adjustment(f"k{number}", "calls", -100, "ada", "a bug"), usage, here)


@pytest.mark.parametrize("undone", [voided, adjusted])
def test_what_an_expired_top_up_was_spent_on_is_given_back_to_the_money_that_its_refund_took(
    undone: Callable[[MemoryUsage, Metering], None],
) -> None:
    bank, world, time = Bank(), PaymentWorld(MemoryInvoices(())), Time(START)
    books = ChargeRecords(world.records, world.usage, lambda: time.now)
    sold = Counted("calls", limit=0, overage=Overage.WALLET, prices=(CENT,))
    catalog = Catalog({"free": Plan("free", "Free", features={"calls": sold}, default=True)}, {})
    adjust_wallet(ORG, WalletPosting("p", "top_up", Money(300 * MICROS, "USD")), world.usage, books.clock)
    charge = replace(TOP_UP, lifetime=Lifetime(days=1))
    world.records.commit_payment(PaymentChange(ORG, START, charge))
    bank.act(NEXT[InvoiceStatus.OPEN].index("pay"))
    record_invoice(charge, bank.invoice, books)
    record_usage(ORG, [calls("e1", 400, occurred_at=START)], metering(world.usage, time, catalog))
    bank.act(NEXT[InvoiceStatus.PAID].index("charge_back"))
    about = BillingEvent("ev", "invoice", START, owner_id=ORG)
    for event in bank.events:
        apply_payment(event, about, cast("Any", world.ports().world.store), books)
    assert world.usage.account(ORG).wallet("USD").balance == -100 * MICROS
    time.now += 2 * DAY
    undone(world.usage, metering(world.usage, time, catalog))
    assert world.usage.account(ORG).at(time.now).wallet("USD").balance == 300 * MICROS


SHIFTS = st.lists(st.tuples(st.sampled_from([0, 10 * HOUR, 2 * DAY]), st.integers(0, 300)), min_size=1, max_size=12)


@settings(max_examples=30)
@given(st.lists(st.integers(0, 11), max_size=8), st.randoms(use_true_random=False), SHIFTS)
def test_what_expired_is_not_taken_back_again_whenever_it_expires(
    steps: list[int], random: Random, shifts: list[tuple[int, int]]
) -> None:
    """So nobody owes more than what was spent. Beside each event time passes, and some of the money is spent."""
    bank, world, time, spent = Bank(), PaymentWorld(MemoryInvoices(())), Time(START), 0
    world.ports().records.commit_payment(PaymentChange(ORG, START, replace(TOP_UP, lifetime=Lifetime(days=1))))
    for step in steps:
        bank.act(step)
    about = BillingEvent("ev", "invoice", START, owner_id=ORG)
    books = ChargeRecords(world.records, world.usage, lambda: time.now)
    for number, event in enumerate(random.sample(bank.events, k=len(bank.events))):
        apply_payment(event, about, cast("Any", world.ports().world.store), books)
        seconds, cents = shifts[number % len(shifts)]
        time.now += seconds
        wanted = WalletPosting(f"s{number}", "spent", Money(-cents * 10_000, "USD"))
        try:
            adjust_wallet(ORG, wanted, world.usage, books.clock)
            spent += cents * 10_000
        except Exhausted:
            pass
        wallet, lines = world.usage.account(ORG).wallet("USD"), ledger(world.usage)
        assert wallet.balance == sum(line.amount.micros for line in lines)
        assert wallet.balance == wallet.rest + sum(lot.remaining for lot in wallet.lots)
        assert wallet.at(time.now).balance >= -spent
