"""Reading the catalog."""

from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource

_SORTABLE = frozenset({"id", "name", "updated_at"})


def retrieve_item(site: Site, call: Call) -> Resource:
    if call.id not in site.catalog.items:
        raise not_found("item", call.id)
    return {"item": site.catalog.items[call.id]}


def list_items(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda item: {"item": item}, sortable=_SORTABLE, created="updated_at")
    return list_resources(site.catalog.items.values(), call.params, listing)


def retrieve_item_price(site: Site, call: Call) -> Resource:
    if call.id not in site.catalog.item_prices:
        raise not_found("item_price", call.id)
    return {"item_price": site.catalog.item_prices[call.id]}


def list_item_prices(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda price: {"item_price": price}, sortable=_SORTABLE, created="updated_at")
    return list_resources(site.catalog.item_prices.values(), call.params, listing)


OPERATIONS = (
    Operation("GET", "/items", "item.list", list_items, lacks=frozenset({"bundle_configuration"})),
    Operation("GET", "/items/{id}", "item.retrieve", retrieve_item),
    Operation("GET", "/item_prices", "item_price.list", list_item_prices),
    Operation("GET", "/item_prices/{id}", "item_price.retrieve", retrieve_item_price),
)
