"""Charges in memory, and a Chargebee that answers late or not at all and knows no idempotency keys.

Keys protect for half an hour only; what is proved here holds without them.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from billing.core.chargebee_errors import (
    ChargebeeAuthenticationRequired,
    ChargebeeDeclined,
    ChargebeeNotFound,
    ChargebeeRateLimited,
    ChargebeeRefused,
    ChargebeeTimeout,
)
from billing.core.errors import AlreadyProcessed, BillingError, Conflict
from billing.metering.domain.top_up_rule import TopUpRule
from billing.payments.domain.charge import IN_FLIGHT, Charge
from billing.payments.domain.invoice import Invoice, InvoiceStatus
from billing.payments.domain.payment_method import PaymentMethod
from billing.payments.services.ports import PaymentChange, PaymentPorts, PurchasePage
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.transaction import Command
from billing.subscriptions.services.ports import HostedPage, Ports
from tests.model.time import START
from tests.model.usage_store import MemoryUsage
from tests.model.world import Intercepted

ORG = "org_1"
PARTITION = OrganizationState(Organization(ORG, customer_id=ORG))


class Dead(BillingError):
    """The function's time was over: Lambda ends it, wherever it was."""

    code = "dead"


@dataclass(slots=True)
class MemoryPayments:
    """`PaymentStore`, beside the wallets of a `MemoryUsage`."""

    usage: MemoryUsage
    charges: dict[tuple[str, str], Charge] = field(default_factory=dict)
    ledger: frozenset[str] = frozenset()
    told: tuple[Announcement, ...] = ()

    def charge(self, organization_id: str, charge_id: str) -> Charge | None:
        return self.charges.get((organization_id, charge_id))

    def commit_payment(self, change: PaymentChange) -> None:
        if change.entry and change.entry.event_id in self.ledger:
            raise AlreadyProcessed(change.entry.event_id)
        if change.charge:
            kept = self.charges.get((change.organization_id, change.charge.id))
            if (kept.version if kept else 0) != change.charge.version - 1:
                raise Conflict("Somebody else wrote first.")
        if change.wallet:
            try:
                self.usage.commit_usage(change.organization_id, change.wallet)
            except AlreadyProcessed as error:
                raise Conflict("Somebody else posted first.") from error
        if change.charge:
            self.charges[change.organization_id, change.charge.id] = change.charge
        if change.entry:
            self.ledger |= {change.entry.event_id}
        wallet = change.wallet.announcements(change.organization_id) if change.wallet else ()
        self.told += (*change.announcements, *wallet)

    def save_rule(self, organization_id: str, rule: TopUpRule) -> None:
        raise NotImplementedError


@dataclass(slots=True)
class MemoryInvoices:
    """The part of `Payments` that charges. `weather` says how the next requests go, one word each, then `ok`.

    `late` times out and is done later, or never; `lost` is done and times out; `limited` is turned away. Of the two
    that fail, `declined` and `3ds`, a due invoice stays where `leaves_due` says so.
    """

    weather: tuple[str, ...]
    invoices: tuple[Invoice, ...] = ()
    in_flight: tuple[Charge, ...] = ()
    leaves_due: bool = False

    def charge(self, charge: Charge) -> Invoice:
        word, self.weather = (self.weather[0], self.weather[1:]) if self.weather else ("ok", ())
        if word in ("declined", "3ds") and self.leaves_due:
            self._write(charge, InvoiceStatus.OPEN)
        match word:
            case "declined":
                raise ChargebeeDeclined("Your card was declined.", "card_declined")
            case "3ds":
                raise ChargebeeAuthenticationRequired("Not without its holder.", "authentication_required")
            case "limited":
                raise ChargebeeRateLimited("Later.", 60)
            case "late":
                self.in_flight += (charge,)
                raise ChargebeeTimeout("No answer.")
            case "lost":
                self._write(charge, InvoiceStatus.PAID)
                raise ChargebeeTimeout("No answer.")
        return self._write(charge, InvoiceStatus.PAID)

    def bill(self, charge: Charge) -> Invoice:
        return self._write(charge, InvoiceStatus.OPEN)

    def void(self, invoice_id: str) -> Invoice:
        found = next(each for each in self.invoices if each.id == invoice_id)
        if found.paid or found.void:
            raise ChargebeeRefused("Only what is due can be voided.", "invalid_state_for_request")
        return self._change(found, InvoiceStatus.VOIDED)

    def find_invoice(self, customer_id: str, order_number: str, since: int) -> Invoice | None:
        own = [each for each in self.invoices if each.order_number == order_number]
        return next((each for each in own if each.paid), own[0] if own else None)

    def finish(self) -> None:
        """Chargebee has done what it was late with."""
        charge, *rest = self.in_flight
        self.in_flight = tuple(rest)
        self._write(charge, InvoiceStatus.PAID)

    def pay_due(self) -> None:
        """The card's holder pays on the hosted page."""
        for each in self.invoices:
            self._change(each, InvoiceStatus.PAID)

    def _change(self, invoice: Invoice, status: InvoiceStatus) -> Invoice:
        after = replace(invoice, status=status, version=invoice.version + 1)
        self.invoices = tuple(after if each.id == after.id else each for each in self.invoices)
        return after

    def _write(self, charge: Charge, status: InvoiceStatus) -> Invoice:
        amount = charge.order.amount or 0
        number = str(len(self.invoices) + 1)
        currency = charge.order.currency
        invoice = Invoice(number, charge.customer_id, status, currency, amount, amount, charge.id, version=1)
        self.invoices += (invoice,)
        return invoice

    def payment_methods(self, customer_id: str) -> tuple[Sequence[PaymentMethod], str | None]:
        return (), None

    def payment_method(self, method_id: str) -> PaymentMethod:
        raise ChargebeeNotFound(method_id)

    def make_primary(self, customer_id: str, method_id: str, key: str) -> None:
        raise ChargebeeNotFound(method_id)

    def delete_payment_method(self, method_id: str, key: str) -> None:
        raise ChargebeeNotFound(method_id)

    def open_card_page(self, customer_id: str, redirect_url: str, key: str) -> HostedPage:
        raise NotImplementedError

    def open_purchase(self, page: PurchasePage) -> HostedPage:
        raise NotImplementedError

    def open_collection(self, customer_id: str, currency: str, redirect_url: str, key: str) -> HostedPage:
        raise NotImplementedError


@dataclass(slots=True)
class Organizations:
    """The one read of `Store` that payments make."""

    def load(self, organization_id: str) -> OrganizationState:
        return PARTITION if organization_id == ORG else OrganizationState()


class Timers:
    """The queue of tasks. The timer of a charge rings in every history here, so that nothing is kept."""

    def command(self, command: Command) -> None:
        assert command.charge_id


@dataclass
class PaymentWorld:
    """One table, one Chargebee, and the time, in lives: as long as a function may run, and a request may take."""

    gateway: MemoryInvoices
    usage: MemoryUsage = field(default_factory=MemoryUsage)
    records: MemoryPayments = field(init=False)
    life: int = 0

    def __post_init__(self) -> None:
        self.usage.grant(ORG, PARTITION)
        self.records = MemoryPayments(self.usage)

    def pass_time(self) -> None:
        """Longer than any function runs and than any request takes: what is not done by now will never be."""
        self.life += 1
        self.gateway.in_flight = ()

    def copy(self) -> "PaymentWorld":
        twin = PaymentWorld(replace(self.gateway), self.usage.copy(), self.life)
        kept = self.records
        twin.records = MemoryPayments(twin.usage, dict(kept.charges), kept.ledger, kept.told)
        return twin

    def parts(self) -> Iterator[object]:
        yield f"{self.life} {self.gateway}"
        yield f"{sorted(self.records.charges.items())} {sorted(self.records.ledger)} {self.records.told}"
        yield from self.usage.parts()

    def ports(self, intercept: Callable[..., Any] | None = None, mint: object = None) -> PaymentPorts:
        """Every call that could race dies with the life that the actor began in; within a life no time passes."""
        life = _Life(self, intercept or _at_once)
        world = Ports(
            store=cast("Any", Organizations()),
            chargebee=cast("Any", None),
            commands=cast("Any", Timers()),
            clock=life.clock,
            mint_id=lambda: "id",
            customer_params=lambda organization: {},
        )
        gateway, records, usage = (Intercepted(each, life) for each in (self.gateway, self.records, self.usage))
        return PaymentPorts(world, cast("Any", gateway), cast("Any", records), cast("Any", usage))


class _Life:
    """An actor's calls, from the life of its first one on."""

    def __init__(self, world: PaymentWorld, intercept: Callable[..., Any]) -> None:
        self._world = world
        self._intercept = intercept
        self._born: int | None = None

    def clock(self) -> int:
        return START + self._begin() * IN_FLIGHT

    def __call__(self, name: str, effect: Callable[[], Any]) -> Any:
        born = self._begin()

        def alive() -> Any:
            if self._world.life != born:
                raise Dead("The function's time is over.")
            return effect()

        return self._intercept(name, alive)

    def _begin(self) -> int:
        if self._born is None:
            self._born = int(self._intercept("birth", lambda: self._world.life))
        return self._born


def _at_once(_: str, effect: Callable[[], Any]) -> Any:
    return effect()
