"""Whom an event is about that carries neither a subscription nor a customer, and what it may have changed of it.

https://apidocs.chargebee.com/docs/api/events: `invoice_*`, `pending_invoice_*`, `dunning_updated` and
`invoice_deleted` carry the invoice alone, `credit_note_*` the credit note, `transaction_*` the transaction. Each names
its customer, and so will contents that do not exist yet.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from billing.chargebee.fields import integer
from billing.subscriptions.domain.billing_event import Dues, text_or_none

_WITHOUT_DUES = frozenset({"pending", "posted"})
"""Invoices that are not due yet."""
_UNDER_WAY = frozenset({"success", "in_progress"})


def read_owner(content: Mapping[str, Any]) -> str | None:
    """The customer that everything in the content names; None when nothing does, or not all the same one."""
    named = {each["customer_id"] for each in _resources(content) if text_or_none(each.get("customer_id"))}
    return named.pop() if len(named) == 1 else None


def read_dues(content: Mapping[str, Any]) -> Dues:
    """What the event says of the dues of a subscription that it does not show."""
    if isinstance(content.get("subscription"), Mapping):
        return Dues.UNTOUCHED
    found = [_dues(name, each) for name, each in content.items() if isinstance(each, Mapping)]
    return max(found, default=Dues.UNTOUCHED)


def read_excess(content: Mapping[str, Any]) -> int:
    """What came in and no invoice takes, in minor units.

    https://apidocs.chargebee.com/docs/api/transactions: `amount_unused` of a payment.
    """
    transaction = content.get("transaction")
    if not isinstance(transaction, Mapping) or transaction.get("status") != "success":
        return 0
    return integer(transaction.get("amount_unused")) or 0 if transaction.get("type") == "payment" else 0


def read_entitled(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The subscriptions whose entitlements are others now.

    https://apidocs.chargebee.com/docs/api/events: `subscription_entitlements_*` say one id in their detail, and those
    of overrides, items and features the ids of `impacted_subscription`. None carries all that a subscription has.
    """
    details = [each for name, each in content.items() if name.startswith("subscription_entitlements_")]
    told = [each.get("subscription_id") for each in details if isinstance(each, Mapping)]
    impacted = content.get("impacted_subscription")
    listed = impacted.get("subscription_ids") if isinstance(impacted, Mapping) else None
    told += listed if isinstance(listed, list) else []
    return tuple(dict.fromkeys(known for each in told if (known := text_or_none(each))))


def _dues(name: str, source: Mapping[str, Any]) -> Dues:
    match name:
        case "invoice" if of_subscription(source):
            return _invoice_dues(source)
        case "credit_note" if source.get("subscription_id") and source.get("type") == "adjustment":
            return Dues.CHANGED
        case "transaction" if source.get("subscription_id") and source.get("status") not in _UNDER_WAY:
            return Dues.CHANGED
    return Dues.UNTOUCHED


def _invoice_dues(source: Mapping[str, Any]) -> Dues:
    """An invoice that a payment paid whole has an event of its own, with the subscription in it."""
    if source.get("deleted") is True:
        return Dues.CHANGED
    if source.get("status") in _WITHOUT_DUES:
        return Dues.UNTOUCHED
    settled = source.get("status") == "paid" and source.get("amount_paid") == source.get("total")
    return Dues.SETTLED if settled else Dues.CHANGED


def of_subscription(source: Mapping[str, Any]) -> bool:
    """One invoice for several subscriptions names them in its lines alone."""
    lines = source.get("line_items")
    named = (source, *(lines if isinstance(lines, list) else ()))
    return any(each.get("subscription_id") for each in named if isinstance(each, Mapping))


def _resources(content: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in content.values():
        listed = each if isinstance(each, list) else [each]
        yield from (resource for resource in listed if isinstance(resource, Mapping))
