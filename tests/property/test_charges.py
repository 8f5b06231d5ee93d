"""Every interleaving of those who charge under one key, with a function that may die at any of its port calls."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from billing.core.errors import BillingError
from billing.payments.domain.charge import ChargeState, Order, Purpose, charge_id
from billing.payments.domain.invoice import InvoiceStatus
from billing.payments.domain.payment_event import PaymentEvent
from billing.payments.services.apply_payment import apply_payment
from billing.payments.services.charge_card import CardCharge, charge_card, resolve_charge
from billing.payments.services.ports import PaymentPorts
from billing.payments.services.record_invoice import books_of
from billing.subscriptions.domain.billing_event import BillingEvent, Customer
from billing.subscriptions.domain.transition import Transition
from tests.model.payments import ORG, MemoryInvoices, PaymentWorld
from tests.model.time import START
from tests.property.stepping import Actor, Exploration, explore

ORDER = Order("USD", 500, "Import")


def charging(name: str, purpose: Purpose) -> Actor:
    return _actor(name, lambda here: charge_card(CardCharge(ORG, "k1", ORDER, purpose), here))


def resolving(purpose: Purpose) -> Actor:
    """The timer, once it has rung."""
    named = charge_id(ORG, purpose, "k1")
    return _actor("timer", lambda here: resolve_charge(ORG, named, here), lambda world: world.life > 0)


def delivering() -> Actor:
    """The webhook of the first payment."""

    def run(world: Any, here: Any) -> None:
        paid = next(each for each in world.gateway.invoices if each.paid)
        event = PaymentEvent("ev_1", "payment_succeeded", START, Transition.CHARGE_SUCCEEDED, paid, 500)
        about = BillingEvent("ev_1", "payment_succeeded", START, Customer(ORG))
        apply_payment(event, about, here.world.store, books_of(here))

    return Actor("webhook", run, lambda world: any(each.paid for each in cast("Any", world).gateway.invoices))


def delivering_the_failure() -> Actor:
    """The webhook of the invoice that a failed charge has left behind, as it was then."""

    def run(world: Any, here: Any) -> None:
        due = replace(world.gateway.invoices[0], status=InvoiceStatus.OPEN, version=1)
        event = PaymentEvent("ev_2", "payment_failed", START, Transition.CHARGE_FAILED, due, 500)
        about = BillingEvent("ev_2", "payment_failed", START, Customer(ORG))
        apply_payment(event, about, here.world.store, books_of(here))

    return Actor("webhook", run, lambda world: bool(cast("Any", world).gateway.invoices))


def finishing() -> Actor:
    return Actor(
        "chargebee", lambda world, ports: _of(world).gateway.finish(), lambda world: bool(_of(world).gateway.in_flight)
    )


def passing() -> Actor:
    return Actor("time", lambda world, ports: _of(world).pass_time())


def check(world: Any) -> None:
    """At every moment: one invoice at most, credited once at most, nothing told twice."""
    here = _of(world)
    assert len(here.gateway.invoices) <= 1, here.gateway.invoices
    keys = [each.key for each in here.records.told]
    assert len(keys) == len(set(keys)), keys
    credited = sum(line.amount.micros for line in here.usage.credits.values())
    assert credited in (0, 5_000_000)


def end(world: Any) -> str:
    """Whoever is left over is resolved, with Chargebee at its best; then books and truth agree."""
    here = _of(world)
    for _ in range(3):
        here.pass_time()
        for charge in list(here.records.charges.values()):
            resolve_charge(ORG, charge.id, here.ports())
    check(here)
    if not here.records.charges:
        return "never made"
    [charge] = here.records.charges.values()
    paid = any(each.paid for each in here.gateway.invoices)
    assert (charge.state is ChargeState.SUCCEEDED) == paid
    told = [str(each.transition) for each in here.records.told]
    assert told.count("charge.succeeded") == paid
    assert told.count("charge.failed") == (charge.state is ChargeState.FAILED)
    assert bool(here.usage.credits) == (paid and charge.purpose.credits)
    return str(charge.state)


def explored(purpose: Purpose, *weather: str) -> Exploration:
    actors = [charging("a", purpose), delivering(), finishing(), passing(), resolving(purpose)]
    return explore(cast("Any", PaymentWorld(MemoryInvoices(weather))), actors, check, end)


@pytest.mark.parametrize("purpose", [Purpose.CHARGE, Purpose.AUTO_TOP_UP])
@pytest.mark.parametrize(
    ("weather", "ends"),
    [
        ((), {"succeeded"}),
        (("lost",), {"succeeded"}),
        (("late",), {"succeeded"}),
        (("late", "late"), {"succeeded"}),
        (("late", "lost"), {"succeeded"}),
        (("limited", "late"), {"succeeded"}),
        (("declined", "declined", "declined"), {"failed"}),
        (("late", "declined"), {"succeeded", "failed"}),
    ],
)
def test_a_charge_is_made_once_wherever_its_function_dies(
    purpose: Purpose, weather: tuple[str, ...], ends: set[str]
) -> None:
    assert set(explored(purpose, *weather).ends) - {"never made"} == ends


def test_a_card_that_wants_its_holder_is_billed_once() -> None:
    assert set(explored(Purpose.CHARGE, "3ds", "3ds", "3ds").ends) == {"action_required", "never made"}
    assert set(explored(Purpose.AUTO_TOP_UP, "3ds", "3ds", "3ds").ends) == {"failed", "never made"}


@pytest.mark.parametrize(
    ("purpose", "word", "ends"),
    [
        (Purpose.CHARGE, "3ds", {"action_required"}),
        (Purpose.CHARGE, "declined", {"failed", "action_required"}),
        (Purpose.AUTO_TOP_UP, "3ds", {"failed"}),
        (Purpose.AUTO_TOP_UP, "declined", {"failed"}),
    ],
)
def test_what_a_failed_charge_leaves_due_is_found_and_no_second_invoice_is_written(
    purpose: Purpose, word: str, ends: set[str]
) -> None:
    """A function that dies before it says why the charge failed leaves an invoice, which its payer may still pay."""
    gateway = MemoryInvoices((word, word, word), leaves_due=True)
    actors = [charging("a", purpose), delivering_the_failure(), passing(), resolving(purpose)]
    found = explore(cast("Any", PaymentWorld(gateway)), actors, check, end)
    assert set(found.ends) - {"never made"} == ends


@pytest.mark.parametrize("weather", [(), ("lost",), ("late",)])
def test_of_two_callers_with_one_key_one_charges(weather: tuple[str, ...]) -> None:
    actors = [*(charging(name, Purpose.CHARGE) for name in "ab"), finishing(), passing()]
    found = explore(cast("Any", PaymentWorld(MemoryInvoices(weather))), actors, check, end)
    assert set(found.ends) - {"never made"} == {"succeeded"}


def _actor(
    name: str, act: Callable[[PaymentPorts], object], ready: Callable[[PaymentWorld], bool] = lambda world: True
) -> Actor:
    def run(world: Any, here: Any) -> None:
        try:
            act(here)
        except BillingError:
            return

    return Actor(name, run, lambda world: ready(_of(world)))


def _of(world: object) -> PaymentWorld:
    return cast("PaymentWorld", world)
