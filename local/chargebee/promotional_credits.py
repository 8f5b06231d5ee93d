"""Promotional credits: given to a customer, and taken off its next invoices before anything is charged.

https://apidocs.chargebee.com/docs/api/promotional_credits. Amounts are minor units of the customer's currency.
"""

from typing import Literal

from local.chargebee import customers
from local.chargebee.call import Call, Operation
from local.chargebee.errors import invalid_state, not_found, not_simulated, wrong_value
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_EVENTS = {"increment": "promotional_credits_added", "decrement": "promotional_credits_deducted"}


def applicable(customer: Resource, amount: int, currency: str) -> int:
    """What the customer's credits would take off an invoice of this amount."""
    return min(customer["promotional_credits"], amount) if currency == customer["preferred_currency_code"] else 0


def change(
    site: Site, customer: Resource, kind: Literal["increment", "decrement"], amount: int, details: Resource
) -> Resource:
    """Move the balance; `details` are the caller's description and reference."""
    customer["promotional_credits"] += amount if kind == "increment" else -amount
    customer["balances"] = [_balance(customer)]
    site.touch(customer)
    credit: Resource = {
        "id": site.new_id("pc_"),
        "customer_id": customer["id"],
        "type": kind,
        "amount": amount,
        "currency_code": customer["preferred_currency_code"],
        "credit_type": "general",
        "closing_balance": customer["promotional_credits"],
        "done_by": "full_access_key_v1",
        "created_at": site.now(),
        "object": "promotional_credit",
        **details,
    }
    site.store.promotional_credits[credit["id"]] = credit
    return credit


def _balance(customer: Resource) -> Resource:
    currency = customer["preferred_currency_code"]
    kinds = ("promotional_credits", "excess_payments", "refundable_credits", "unbilled_charges")
    currencies = {"currency_code": currency, "balance_currency_code": currency}
    return {kind: customer[kind] for kind in kinds} | currencies | {"object": "customer_balance"}


def _changed_by(site: Site, call: Call, kind: Literal["increment", "decrement"], amount: int) -> Resource:
    customer = customers.find(site, call.params["customer_id"])
    given = {name: call.params[name] for name in ("description", "reference", "credit_type") if call.params.get(name)}
    credit = change(site, customer, kind, amount, given)
    content = {"customer": customer, "promotional_credit": credit}
    site.record(_EVENTS[kind], content, call.source)
    return content


def _customer(site: Site, call: Call) -> Resource:
    customer = customers.find(site, call.params["customer_id"])
    if call.params.get("currency_code") not in (None, customer["preferred_currency_code"]):
        raise not_simulated("promotional credits in another currency than the customer's")
    return customer


def add(site: Site, call: Call) -> Resource:
    _customer(site, call)
    amount = call.params.get("amount") or 0
    if amount < 1:
        raise wrong_value("amount", "must be at least 1")
    return _changed_by(site, call, "increment", amount)


def deduct(site: Site, call: Call) -> Resource:
    """Without an amount, all of the balance."""
    balance = _customer(site, call)["promotional_credits"]
    amount = call.params.get("amount")
    if amount is not None and amount < 1:
        raise wrong_value("amount", "must be at least 1")
    if not balance or (amount or 0) > balance:
        raise invalid_state("The customer does not have that many promotional credits")
    return _changed_by(site, call, "decrement", amount or balance)


def retrieve(site: Site, call: Call) -> Resource:
    if call.id not in site.store.promotional_credits:
        raise not_found("promotional_credit", call.id)
    return {"promotional_credit": site.store.promotional_credits[call.id]}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda credit: {"promotional_credit": credit}, sortable=frozenset())
    return list_resources(site.store.promotional_credits.values(), call.params, listing)


_DECIMALS = frozenset({"amount_in_decimal"})

OPERATIONS = (
    Operation("POST", "/promotional_credits/add", "promotional_credit.add", add, lacks=_DECIMALS),
    Operation("POST", "/promotional_credits/deduct", "promotional_credit.deduct", deduct, lacks=_DECIMALS),
    Operation("GET", "/promotional_credits", "promotional_credit.list", list_all),
    Operation("GET", "/promotional_credits/{id}", "promotional_credit.retrieve", retrieve),
)
