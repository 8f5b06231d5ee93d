"""A charge: money that is asked for once, whatever happens on the way.

    created -> submitted -> succeeded | failed | action_required
                         -> unknown, and then what Chargebee says

Whoever does not know what became of a submitted charge asks Chargebee first, by the charge's id, which is the
invoice's `po_number`; only what Chargebee has never heard of is submitted again.
"""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from enum import StrEnum

from billing.core.clock import DAY, Lifetime
from billing.core.errors import EventConflict
from billing.payments.domain.receipt import Receipt

IN_FLIGHT = 180
"""Seconds for which a submission may still be at work: Chargebee answers within 80, our functions run for 60."""

LONGEST_DEBIT = 14 * DAY
"""Seconds after which an automatic top-up is given up that a direct debit has not paid: no scheme takes longer."""

TOP_UP = "Wallet top-up"
"""What an invoice calls it."""

_ID = re.compile(r"chg_[0-9a-f]{40}")


class Purpose(StrEnum):
    """What the money is for, and who is there to pay it."""

    CHARGE = "charge"
    """A saved card, while nobody is there. A card that wants its holder becomes a required action."""
    PURCHASE = "checkout"
    """A hosted page."""
    TOP_UP = "top_up"
    """A hosted page, credited to the wallet."""
    AUTO_TOP_UP = "auto_top_up"
    """A saved card, credited to the wallet. A card that wants its holder is a failure."""

    @property
    def credits(self) -> bool:
        """Whether the wallet gets what was paid."""
        return self in (Purpose.TOP_UP, Purpose.AUTO_TOP_UP)

    @property
    def hosted(self) -> bool:
        """Whether a browser pays."""
        return self in (Purpose.PURCHASE, Purpose.TOP_UP)


class ChargeState(StrEnum):
    """Only `succeeded` is paid."""

    CREATED = "created"
    SUBMITTED = "submitted"
    UNKNOWN = "unknown"
    ACTION_REQUIRED = "action_required"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Order:
    """What is paid for: an amount (minor units) with its description, or a charge item at Chargebee's price."""

    currency: str
    amount: int | None = None
    description: str = ""
    item_price_id: str | None = None
    quantity: int = 1
    payment_method_id: str | None = None


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The hosted page that was handed out last."""

    id: str
    url: str


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge of one organization. `version` grows with every write and guards the next; times are UTC seconds.

    `key` is the caller's: the same key with the same `order` is the same charge, for ever. `total` is the invoice's,
    in minor units. `receipts` are what is known of its invoices: one as a rule, two of a page that was paid twice.
    `completed` stays when a bank takes the money back: what was bought has been told of.
    While a payment of its invoice is under way it is `collecting`. What it credits can be spent for the `lifetime` that
    was sold, None for ever.
    """

    key: str
    organization_id: str
    customer_id: str
    purpose: Purpose
    order: Order
    created_at: int
    version: int = 0
    state: ChargeState = ChargeState.CREATED
    submitted_at: int | None = None
    invoice_id: str | None = None
    total: int | None = None
    failure_code: str | None = None
    failure: str | None = None
    page: OpenPage | None = None
    receipts: tuple[Receipt, ...] = ()
    completed: bool = False
    collecting: bool = False
    lifetime: Lifetime | None = None

    @property
    def id(self) -> str:
        """The id by which Chargebee's invoice names the charge."""
        return charge_id(self.organization_id, self.purpose, self.key)

    @property
    def closed(self) -> bool:
        """Succeeded or failed: only Chargebee itself, or a bank, can still surprise us."""
        return self.state in (ChargeState.SUCCEEDED, ChargeState.FAILED)

    @property
    def asks_its_holder(self) -> bool:
        """Somebody is to pay it on a page: it is due, and nothing is under way."""
        return self.state is ChargeState.ACTION_REQUIRED and not self.collecting

    @property
    def bought(self) -> bool:
        """It has an invoice, paid or due: another page would sell it twice."""
        return self.state in (ChargeState.SUCCEEDED, ChargeState.ACTION_REQUIRED)


class NextAction(StrEnum):
    """What there is to do about a charge of a saved card."""

    SUBMIT = "submit"
    ASK = "ask"
    NOTHING = "nothing"


def charge_id(organization_id: str, purpose: Purpose, key: str) -> str:
    """The same for the same key of the same organization, and never for another's."""
    return "chg_" + hashlib.sha256(json.dumps([organization_id, purpose, key]).encode()).hexdigest()[:40]


def names_charge(order_number: str | None) -> bool:
    """Whether an invoice's `po_number` can be one of ours."""
    return order_number is not None and _ID.fullmatch(order_number) is not None


def check_same(charge: Charge, order: Order) -> None:
    """Raises EventConflict when the key was used for something else."""
    if charge.order != order:
        raise EventConflict(f"The key {charge.key!r} was used for another charge.")


def next_action(charge: Charge, now: int) -> NextAction:
    """Asking costs nothing; while a submission may be under way somewhere, nobody else interferes."""
    if charge.state is ChargeState.CREATED:
        return NextAction.SUBMIT
    if charge.state is ChargeState.UNKNOWN:
        return NextAction.ASK
    if charge.state is ChargeState.SUBMITTED and may_submit_again(charge, now):
        return NextAction.ASK
    return NextAction.NOTHING


def may_submit_again(charge: Charge, now: int) -> bool:
    """Whether what Chargebee has not heard of by now, it will never hear of."""
    return charge.submitted_at is not None and now >= charge.submitted_at + IN_FLIGHT


def submitted(charge: Charge, now: int) -> Charge:
    """About to be sent. Of those who want to send it, the one whose write wins does."""
    return _next(charge, state=ChargeState.SUBMITTED, submitted_at=now)


def withdrawn(charge: Charge) -> Charge:
    """Chargebee did not take the request, for its rate limit or our API key: nothing was done."""
    return _next(charge, state=ChargeState.CREATED, submitted_at=None) if _pending(charge) else charge


def lost(charge: Charge) -> Charge:
    """No answer came: it may have been done."""
    return _next(charge, state=ChargeState.UNKNOWN) if charge.state is ChargeState.SUBMITTED else charge


def refused(charge: Charge, code: str, message: str) -> Charge:
    """Chargebee said no and wrote no invoice, or it is never asked."""
    if charge.state is not ChargeState.CREATED and not _pending(charge):
        return charge
    return _next(charge, state=ChargeState.FAILED, failure_code=code, failure=message)


def given_up_at(charge: Charge) -> int:
    """When an automatic top-up that is neither paid nor void ends (UTC seconds)."""
    return (charge.submitted_at or charge.created_at) + LONGEST_DEBIT


def abandoned(charge: Charge) -> Charge:
    """Nobody waits for its payment any longer. One that comes after all counts."""
    failure = "The payment was not completed in time."
    return _next(charge, state=ChargeState.FAILED, failure_code="payment_not_completed", failure=failure)


def opened(charge: Charge, page: OpenPage, customer_id: str) -> Charge:
    """A browser may pay now, for this customer."""
    return _next(charge, page=page, customer_id=customer_id)


def _pending(charge: Charge) -> bool:
    return charge.state in (ChargeState.SUBMITTED, ChargeState.UNKNOWN)


def _next(charge: Charge, **changes: object) -> Charge:
    return replace(charge, version=charge.version + 1, **changes)  # type: ignore[arg-type]
