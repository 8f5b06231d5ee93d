"""The records that a call touches, by what it names."""

from collections.abc import Iterable

from local.chargebee.site import Site


def concerned(site: Site, path: str, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The ids in the path and the parameters, with the customers and subscriptions that own those records."""
    named: set[str] = {*path.split("/"), *(value for _, value in pairs)}
    store = site.store
    for table in (store.invoices, store.transactions, store.payment_sources, store.subscriptions):
        for record in table.values():
            if record["id"] in named:
                named |= {record["customer_id"], record.get("subscription_id") or record["customer_id"]}
    return frozenset(named)
