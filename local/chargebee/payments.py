"""Charging cards for invoices, and what is owed while that fails. Amounts are minor units of the invoice's currency."""

from local.chargebee import cards
from local.chargebee.site import Site
from local.chargebee.store import Resource

UNPAID = ("payment_due", "not_paid")


def attempt(site: Site, invoice: Resource, payment_source: Resource, amount: int | None = None) -> Resource:
    """Charge the card for `amount` or for all that the invoice still lacks; the transaction says how that went."""
    amount = invoice["amount_due"] if amount is None else amount
    decline = cards.decline_of(site, payment_source)
    transaction = _transaction(site, invoice, payment_source, amount)
    if decline is None:
        transaction["status"] = "success"
    else:
        transaction |= {"status": "failure", "error_code": decline.code, "error_text": decline.text}
        if decline.cause is not None:
            transaction["error_detail"] = {"error_cause_id": decline.cause}
    _put_on(site, invoice, transaction)
    if decline is None:
        settle(site, invoice, amount)
    else:
        _enter_dunning(site, invoice, transaction)
    _link(transaction, invoice)
    return transaction


def record_offline(site: Site, invoice: Resource, given: Resource) -> Resource:
    """Money that came another way; `given` has its `amount`, `payment_method` and what else the transaction shows."""
    nowhere = {"id": None, "gateway": "not_applicable", "gateway_account_id": None, "card": {"masked_number": None}}
    made = _transaction(site, invoice, nowhere, given["amount"]) | given | {"status": "success"}
    transaction = {name: value for name, value in made.items() if value is not None}
    _put_on(site, invoice, transaction)
    settle(site, invoice, given["amount"])
    _link(transaction, invoice)
    return transaction


def take_back(site: Site, invoice: Resource, transaction: Resource) -> None:
    """A payment that was a success is none any more: what it paid is due again."""
    reason = {"error_code": "insufficient_funds", "error_text": "The bank returned the payment."}
    transaction |= {"status": "late_failure", **reason}
    site.touch(transaction)
    for entry in invoice["linked_payments"]:
        if entry["txn_id"] == transaction["id"]:
            entry["txn_status"] = "late_failure"
    invoice["amount_paid"] -= transaction["amount"]
    set_due(invoice, invoice["amount_due"] + transaction["amount"])
    invoice.pop("paid_at", None)
    invoice["status"] = "payment_due"
    _enter_dunning(site, invoice, transaction)
    _link(transaction, invoice)


def _put_on(site: Site, invoice: Resource, transaction: Resource) -> None:
    site.store.transactions[transaction["id"]] = transaction
    invoice["linked_payments"].append(
        {
            "txn_id": transaction["id"],
            "applied_amount": transaction["amount"],
            "applied_at": site.now(),
            "txn_status": transaction["status"],
            "txn_date": site.now(),
            "txn_amount": transaction["amount"],
        }
    )


def _enter_dunning(site: Site, invoice: Resource, transaction: Resource) -> None:
    invoice["dunning_status"] = "in_progress"
    invoice["dunning_attempts"].append(
        {
            "attempt": len(invoice["dunning_attempts"]) + 1,
            "transaction_id": transaction["id"],
            "dunning_type": "auto_collect",
            "created_at": site.now(),
            "txn_status": transaction["status"],
            "txn_amount": transaction["amount"],
        }
    )
    site.touch(invoice)


def _transaction(site: Site, invoice: Resource, payment_source: Resource, amount: int) -> Resource:
    transaction: Resource = {
        "id": site.new_id("txn_"),
        "customer_id": invoice["customer_id"],
        "payment_source_id": payment_source["id"],
        "payment_method": "card",
        "gateway": payment_source["gateway"],
        "gateway_account_id": payment_source["gateway_account_id"],
        "id_at_gateway": site.new_id("cb_"),
        "type": "payment",
        "date": site.now(),
        "amount": amount,
        "amount_unused": 0,
        "currency_code": invoice["currency_code"],
        "base_currency_code": invoice["base_currency_code"],
        "exchange_rate": invoice["exchange_rate"],
        "masked_card_number": payment_source["card"]["masked_number"],
        "deleted": False,
        "linked_refunds": [],
        "object": "transaction",
    }
    if "subscription_id" in invoice:
        transaction["subscription_id"] = invoice["subscription_id"]
    site.touch(transaction)
    return transaction


def take_unapplied(site: Site, customer: Resource, currency: str, payment_source: Resource, amount: int) -> Resource:
    """Money that no invoice takes in: it stays with the customer as an excess payment."""
    nothing = {"customer_id": customer["id"], "currency_code": currency}
    nothing |= {"base_currency_code": currency, "exchange_rate": 1.0}
    transaction = _transaction(site, nothing, payment_source, amount)
    transaction |= {"status": "success", "linked_invoices": [], "amount_unused": amount}
    site.store.transactions[transaction["id"]] = transaction
    customer["excess_payments"] += amount
    site.touch(customer)
    return transaction


def _link(transaction: Resource, invoice: Resource) -> None:
    """The transaction names its invoice as the attempt has left it."""
    transaction["linked_invoices"] = [
        {
            "invoice_id": invoice["id"],
            "applied_amount": transaction["amount"],
            "applied_at": transaction["date"],
            "invoice_date": invoice["date"],
            "invoice_total": invoice["total"],
            "invoice_status": invoice["status"],
        }
    ]


def set_due(invoice: Resource, amount: int) -> None:
    """What is still owed; no payment is ever under way, so all of it is to be collected."""
    invoice |= {"amount_due": amount, "amount_to_collect": amount}


def settle(site: Site, invoice: Resource, amount: int) -> None:
    """Put `amount` to the invoice; it is paid when nothing is due any more."""
    invoice["amount_paid"] += amount
    set_due(invoice, invoice["amount_due"] - amount)
    if invoice["amount_due"] == 0:
        invoice |= {"status": "paid", "paid_at": site.now()}
        if invoice.get("dunning_status") == "in_progress":
            invoice["dunning_status"] = "success"
    site.touch(invoice)


def refresh_dues_of(site: Site, changed: list[Resource]) -> None:
    """These invoices changed what their subscriptions owe: newer versions, told by the payments' own events."""
    for subscription in _billed_by(site, changed):
        record_dues(site, subscription)
        site.touch(subscription)


def forgive_dues_of(site: Site, voided: Resource) -> None:
    """The subscription owes less; whether that makes it a newer version is for the site's assumptions to say."""
    for subscription in _billed_by(site, [voided]):
        record_dues(site, subscription)
        if site.assumptions.subscription_of_voided_invoice == "touched":
            site.touch(subscription)


def _billed_by(site: Site, invoices: list[Resource]) -> list[Resource]:
    ids = {invoice["subscription_id"] for invoice in invoices if "subscription_id" in invoice}
    return [site.store.subscriptions[subscription_id] for subscription_id in sorted(ids)]


def record_dues(site: Site, subscription: Resource) -> None:
    """Carry the unpaid invoices over to the subscription, which stays in its state (dunning does not end it)."""
    unpaid = [
        invoice
        for invoice in site.store.invoices.values()
        if invoice.get("subscription_id") == subscription["id"] and invoice["status"] in UNPAID
    ]
    for name in ("due_since", "total_dues"):
        subscription.pop(name, None)
    subscription["due_invoices_count"] = len(unpaid)
    if unpaid:
        subscription["due_since"] = min(invoice["due_date"] for invoice in unpaid)
        subscription["total_dues"] = sum(invoice["amount_due"] for invoice in unpaid)
