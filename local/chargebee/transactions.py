"""The transactions of a site, as they are read: payments, also the failed ones, and refunds."""

from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_LISTING = Listing(
    entry=lambda transaction: {"transaction": transaction},
    sortable=frozenset({"date", "updated_at"}),
    created="date",
)


def retrieve(site: Site, call: Call) -> Resource:
    if call.id not in site.store.transactions:
        raise not_found("transaction", call.id)
    return {"transaction": site.store.transactions[call.id]}


def list_all(site: Site, call: Call) -> Resource:
    return list_resources(site.store.transactions.values(), call.params, _LISTING)


OPERATIONS = (
    Operation("GET", "/transactions", "transaction.list", list_all),
    Operation("GET", "/transactions/{id}", "transaction.retrieve", retrieve),
)
