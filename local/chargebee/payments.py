"""Charging cards for invoices, and what is owed while that fails. Amounts are minor units of the invoice's currency."""

from local.chargebee import cards
from local.chargebee.site import Site
from local.chargebee.store import Resource

UNPAID = ("payment_due", "not_paid")


def attempt(site: Site, invoice: Resource, payment_source: Resource, amount: int | None = None) -> Resource:
    """Charge the card for `amount` or for all that the invoice still lacks; the transaction says how that went."""
    amount = invoice["amount_due"] if amount is None else amount
    failure = cards.failure_of(site, payment_source)
    transaction = _transaction(site, invoice, payment_source, amount)
    if failure is None:
        transaction["status"] = "success"
    else:
        transaction |= {"status": "failure", "error_code": failure.code, "error_text": failure.text}
    site.store.transactions[transaction["id"]] = transaction
    invoice["linked_payments"].append(
        {
            "txn_id": transaction["id"],
            "applied_amount": 0 if failure else amount,
            "applied_at": site.now(),
            "txn_status": transaction["status"],
            "txn_date": site.now(),
            "txn_amount": amount,
        }
    )
    if failure is None:
        settle(site, invoice, amount)
    else:
        invoice["dunning_status"] = "in_progress"
        site.touch(invoice)
    return transaction


def _transaction(site: Site, invoice: Resource, payment_source: Resource, amount: int) -> Resource:
    transaction: Resource = {
        "id": site.new_id("txn_"),
        "customer_id": invoice["customer_id"],
        "payment_source_id": payment_source["id"],
        "payment_method": "card",
        "gateway": payment_source["gateway"],
        "gateway_account_id": payment_source["gateway_account_id"],
        "type": "payment",
        "date": site.now(),
        "amount": amount,
        "currency_code": invoice["currency_code"],
        "masked_card_number": payment_source["card"]["masked_number"],
        "deleted": False,
        "linked_invoices": [{"invoice_id": invoice["id"], "applied_amount": amount}],
        "linked_refunds": [],
        "object": "transaction",
    }
    if "subscription_id" in invoice:
        transaction["subscription_id"] = invoice["subscription_id"]
    site.touch(transaction)
    return transaction


def take_unapplied(site: Site, customer: Resource, currency: str, payment_source: Resource, amount: int) -> Resource:
    """Money that no invoice takes in: it stays with the customer as an excess payment."""
    nothing = {"id": "", "customer_id": customer["id"], "currency_code": currency}
    transaction = _transaction(site, nothing, payment_source, amount)
    transaction |= {"status": "success", "linked_invoices": [], "amount_unused": amount}
    site.store.transactions[transaction["id"]] = transaction
    customer["excess_payments"] += amount
    site.touch(customer)
    return transaction


def settle(site: Site, invoice: Resource, amount: int) -> None:
    """Put `amount` to the invoice; it is paid when nothing is due any more."""
    invoice["amount_paid"] += amount
    invoice["amount_due"] -= amount
    if invoice["amount_due"] == 0:
        invoice |= {"status": "paid", "paid_at": site.now()}
        if invoice.get("dunning_status") == "in_progress":
            invoice["dunning_status"] = "success"
    site.touch(invoice)


def refresh_dues_of(site: Site, changed: list[Resource]) -> None:
    """These invoices changed what their subscriptions owe: newer versions, told by the payments' own events."""
    for subscription_id in sorted({invoice["subscription_id"] for invoice in changed if "subscription_id" in invoice}):
        subscription = site.store.subscriptions[subscription_id]
        record_dues(site, subscription)
        site.touch(subscription)


def refresh_dues_of_voided(site: Site, invoice: Resource) -> None:
    """Nothing is due on the invoice any more; whether that makes its subscription newer is for the site to say."""
    subscription = site.store.subscriptions.get(invoice.get("subscription_id", ""))
    if subscription is None:
        return
    record_dues(site, subscription)
    if site.assumptions.subscription_of_voided_invoice == "touched":
        site.touch(subscription)


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
