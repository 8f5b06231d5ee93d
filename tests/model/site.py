"""What a Chargebee site does by itself: subscriptions that live, renew and end, and the events that tell of it.

Documents look as in https://apidocs.chargebee.com/docs/api/subscriptions and /events (Product Catalog 2.0): times are
UTC seconds, `resource_version` is milliseconds and strictly grows. A document is never changed in place, so that an
event keeps what was true when it happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.model.time import Time

Document = Mapping[str, Any]
Items = tuple[tuple[str, str, int], ...]
"""`(item price, item type, quantity)`, the plan first."""

TERM = 30 * 86_400

RUNNING = frozenset({"in_trial", "active"})
ALLOWED = {
    "change_items": RUNNING,
    "pause": frozenset({"active"}),
    "resume": frozenset({"paused"}),
    "schedule_cancellation": RUNNING,
    "keep": frozenset({"in_trial", "non_renewing"}),
    "cancel": frozenset({"in_trial", "active", "non_renewing", "paused"}),
    "reactivate": frozenset({"cancelled"}),
    "fail_payment": frozenset({"active", "non_renewing"}),
    "recover": frozenset({"active", "non_renewing", "paused", "cancelled"}),
    "fail_late": frozenset({"active", "non_renewing", "paused", "cancelled"}),
    "void": frozenset({"active", "non_renewing", "paused", "cancelled"}),
    "write_off": frozenset({"active", "non_renewing", "paused", "cancelled"}),
    "delete": frozenset({"in_trial", "active", "non_renewing", "paused", "cancelled"}),
}
"""The states in which an operator, the portal or the calendar may do what to a subscription."""


@dataclass(slots=True)
class Site:
    """Customers, subscriptions and events by id, and in order. Ids stay taken for ever, those of the deleted too."""

    time: Time
    customers: dict[str, Document] = field(default_factory=dict)
    subscriptions: dict[str, Document] = field(default_factory=dict)
    events: list[Document] = field(default_factory=list)
    version: int = 0
    overrides: dict[str, str] = field(default_factory=dict)

    def may(self, action: str, subscription_id: str) -> bool:
        """Whether the subscription's state allows the action."""
        document = self.subscriptions[subscription_id]
        scheduled = "cancelled_at" in document and document["status"] != "cancelled"
        if document["deleted"] or document["status"] not in ALLOWED[action]:
            return False
        if action in ("recover", "void", "write_off"):
            return bool(document["due_invoices_count"])
        return {"schedule_cancellation": not scheduled, "keep": scheduled}.get(action, True)

    def live(self, customer_id: str) -> frozenset[str]:
        """The subscriptions of a customer that bill."""
        return frozenset(
            each["id"]
            for each in self.subscriptions.values()
            if each["customer_id"] == customer_id and not each["deleted"] and each["status"] != "cancelled"
        )

    def put_customer(self, customer_id: str, event_type: str, **fields: Any) -> None:
        """Create or change a customer."""
        kept = self.customers.get(customer_id, {"id": customer_id, "meta_data": {}, "deleted": False})
        self.customers[customer_id] = {**kept, **fields, "resource_version": self._next_version()}
        self._emit(event_type, {"customer": self.customers[customer_id]})

    def subscribe(self, customer_id: str, subscription_id: str, items: Items, trial_end: int | None = None) -> None:
        """A subscription begins, in trial when `trial_end` is still to come."""
        now = self.time.now
        in_trial = trial_end is not None and trial_end > now
        begun = {"trial_start": now, "trial_end": trial_end, "next_billing_at": trial_end}
        document = {
            "id": subscription_id,
            "customer_id": customer_id,
            "currency_code": "USD",
            "created_at": now,
            "started_at": now,
            "due_invoices_count": 0,
            "deleted": False,
            "subscription_items": _lines(items),
        }
        state = {"status": "in_trial", **begun} if in_trial else {"status": "active", **self._term(now)}
        self._put({**document, **state}, "subscription_created")

    def change_items(self, subscription_id: str, items: Items) -> None:
        """Another plan, other seats or add-ons."""
        self._change(subscription_id, "subscription_changed", subscription_items=_lines(items))

    def pause(self, subscription_id: str) -> None:
        """No more billing until it is resumed."""
        changes = {"status": "paused", "pause_date": self.time.now, "next_billing_at": None}
        self._change(subscription_id, "subscription_paused", **changes)

    def resume(self, subscription_id: str) -> None:
        """A new term begins."""
        changes = {"status": "active", "pause_date": None, **self._term(self.time.now)}
        self._change(subscription_id, "subscription_resumed", **changes)

    def schedule_cancellation(self, subscription_id: str) -> None:
        """It ends with its trial or term; Chargebee puts the future date in `cancelled_at`."""
        held = self.subscriptions[subscription_id]
        in_trial = held["status"] == "in_trial"
        self._change(
            subscription_id,
            "subscription_cancellation_scheduled",
            status="in_trial" if in_trial else "non_renewing",
            cancelled_at=held["trial_end"] if in_trial else held["current_term_end"],
            cancel_schedule_created_at=self.time.now,
            next_billing_at=None,
        )

    def keep(self, subscription_id: str) -> None:
        """The scheduled cancellation is taken back."""
        held = self.subscriptions[subscription_id]
        in_trial = held["status"] == "in_trial"
        self._change(
            subscription_id,
            "subscription_scheduled_cancellation_removed",
            status="in_trial" if in_trial else "active",
            cancelled_at=None,
            cancel_schedule_created_at=None,
            next_billing_at=held["trial_end"] if in_trial else held["current_term_end"],
        )

    def cancel(self, subscription_id: str) -> None:
        """It ends now."""
        changes = {"status": "cancelled", "cancelled_at": self.time.now, "next_billing_at": None}
        self._change(subscription_id, "subscription_cancelled", **changes)

    def reactivate(self, subscription_id: str) -> None:
        """It lives again, without a trial."""
        gone = dict.fromkeys(("cancelled_at", "cancel_schedule_created_at", "pause_date"))
        changes = {"status": "active", **gone, **self._term(self.time.now)}
        self._change(subscription_id, "subscription_reactivated", **changes)

    def fail_payment(self, subscription_id: str) -> None:
        """One more invoice is unpaid; the subscription goes on."""
        held = self.subscriptions[subscription_id]
        due = held["due_invoices_count"] + 1
        changes = {"due_since": held.get("due_since", self.time.now), "total_dues": 4900 * due}
        self._change(subscription_id, "payment_failed", due_invoices_count=due, **changes)

    def recover(self, subscription_id: str) -> None:
        """Every invoice is paid."""
        changes = {"due_invoices_count": 0, "due_since": None, "total_dues": None}
        self._change(subscription_id, "payment_succeeded", **changes)

    def fail_late(self, subscription_id: str) -> None:
        """The bank takes back a payment of long ago: the invoice is due again, and the subscription no newer for it."""
        held = self.subscriptions[subscription_id]
        due = held["due_invoices_count"] + 1
        owes = {"due_since": held.get("due_since", self.time.now), "total_dues": 4900 * due}
        self._owe(held, {"due_invoices_count": due, **owes})
        invoice = _invoice(held, "not_paid")
        transaction = {"id": f"txn_{len(self.events)}", "customer_id": held["customer_id"], "status": "late_failure"}
        now = {"subscription": self.subscriptions[subscription_id], "customer": self.customers[held["customer_id"]]}
        self._emit("payment_failed", {**now, "invoice": invoice, "transaction": transaction})
        self._emit("invoice_updated", {"invoice": invoice})

    def void(self, subscription_id: str) -> None:
        """What it owes is voided: it is no newer version, and the events carry the invoice alone."""
        held = self.subscriptions[subscription_id]
        self._owe(held, {"due_invoices_count": 0})
        self._emit("invoice_updated", {"invoice": _invoice(held, "voided")})

    def write_off(self, subscription_id: str) -> None:
        """The same with a credit note, of which one event alone tells, and the invoice counts as paid."""
        held = self.subscriptions[subscription_id]
        self._owe(held, {"due_invoices_count": 0})
        owner = {name: held[name] for name in ("customer_id", "currency_code")}
        note = {"id": "CN-1", "subscription_id": held["id"], "reference_invoice_id": "1", "type": "adjustment", **owner}
        self._emit("credit_note_created", {"credit_note": note})
        self._emit("invoice_updated", {"invoice": {**_invoice(held, "paid"), "write_off_amount": 4900}})

    def _owe(self, held: Document, dues: Document) -> None:
        """Nothing but what it owes changes, its version neither."""
        kept = {name: value for name, value in held.items() if name not in ("due_since", "total_dues")}
        self.subscriptions[held["id"]] = {**kept, **dues}

    def delete(self, subscription_id: str) -> None:
        """Gone; the status stays as it was."""
        self._change(subscription_id, "subscription_deleted", deleted=True)

    def move(self, subscription_id: str, customer_id: str) -> None:
        """It bills another customer from now on, and three events tell of it, of which two say the old and the new."""
        before = self.subscriptions[subscription_id]
        self._emit("subscription_moved_out", {"subscription": before})
        self._change(subscription_id, "subscription_changed", customer_id=customer_id)
        self._emit("subscription_moved_in", {"subscription": self.subscriptions[subscription_id]})

    def merge(self, from_customer_id: str, to_customer_id: str) -> None:
        """All subscriptions go to the other customer, and no event tells of it."""
        told = len(self.events)
        self.merge_and_tell(from_customer_id, to_customer_id)
        del self.events[told:]

    def merge_and_tell(self, from_customer_id: str, to_customer_id: str) -> None:
        """The same on a site that tells of every subscription, one after the other."""
        for each in [each for each in self.subscriptions.values() if each["customer_id"] == from_customer_id]:
            self.move(each["id"], to_customer_id)

    def delete_customer(self, customer_id: str) -> None:
        """Its subscriptions go with it, in one event that lists them."""
        self.customers[customer_id] = {**self.customers[customer_id], "deleted": True}
        owned = [each for each in self.subscriptions.values() if each["customer_id"] == customer_id]
        gone = [{**each, "deleted": True, "resource_version": self._next_version()} for each in owned]
        self.subscriptions.update({each["id"]: each for each in gone})
        self._emit("customer_deleted", {"customer": self.customers[customer_id], "subscriptions": gone})

    def override(self, subscription_id: str, value: str) -> None:
        """It has another level of the feature `calls`: no document of it changes, and the event tells its id alone."""
        self.overrides[subscription_id] = value
        self._emit("entitlement_overrides_updated", {"impacted_subscription": {"subscription_ids": [subscription_id]}})

    def level(self, subscription_id: str) -> str:
        """What it has of `calls`: as many as its plan's name has letters, unless that is overridden."""
        held = self.subscriptions[subscription_id]
        return self.overrides.get(subscription_id, str(len(held["subscription_items"][0]["item_price_id"])))

    def advance(self, seconds: int) -> None:
        """Let time pass, and whatever falls due with it happen."""
        self.time.now += seconds
        for subscription_id in sorted(self.subscriptions):
            while self._fall_due(subscription_id):
                pass

    def copy(self, time: Time) -> "Site":
        """An independent site with the same past."""
        kept = (dict(self.customers), dict(self.subscriptions), list(self.events), self.version, dict(self.overrides))
        return Site(time, *kept)

    def _fall_due(self, subscription_id: str) -> bool:
        held, now = self.subscriptions[subscription_id], self.time.now
        if held["deleted"] or held["status"] not in ("in_trial", "active", "non_renewing"):
            return False
        if held.get("cancelled_at", now + 1) <= now:
            self._change(subscription_id, "subscription_cancelled", status="cancelled")
        elif held["status"] == "in_trial" and held["trial_end"] <= now:
            term = self._term(held["trial_end"])
            self._change(subscription_id, "subscription_activated", status="active", activated_at=now, **term)
        elif held["status"] == "active" and held["current_term_end"] <= now:
            self._change(subscription_id, "subscription_renewed", **self._term(held["current_term_end"]))
        else:
            return False
        return True

    def _term(self, start: int) -> dict[str, int]:
        end = start + TERM
        return {"current_term_start": start, "current_term_end": end, "next_billing_at": end}

    def _change(self, subscription_id: str, event_type: str, **changes: Any) -> None:
        self._put({**self.subscriptions[subscription_id], **changes}, event_type)

    def _put(self, document: Document, event_type: str) -> None:
        known = {name: value for name, value in document.items() if value is not None}
        stored = {**known, "resource_version": self._next_version(), "updated_at": self.time.now}
        self.subscriptions[stored["id"]] = stored
        self._emit(event_type, {"subscription": stored, "customer": self.customers[stored["customer_id"]]})

    def _next_version(self) -> int:
        self.version = max(self.version + 1, self.time.now * 1000)
        return self.version

    def _emit(self, event_type: str, content: Document) -> None:
        number = len(self.events) + 1
        envelope = {
            "id": f"ev_{number}",
            "occurred_at": self.time.now,
            "event_type": event_type,
            "content": content,
        }
        self.events.append({**envelope, "object": "event", "api_version": "v2"})


def _invoice(subscription: Document, status: str) -> Document:
    owner = {"customer_id": subscription["customer_id"], "subscription_id": subscription["id"]}
    return {"id": "1", "status": status, "currency_code": "USD", "total": 4900, **owner}


def _lines(items: Items) -> list[Document]:
    return [
        {"item_price_id": price, "item_type": kind, "quantity": quantity, "unit_price": 4900}
        for price, kind, quantity in items
    ]
