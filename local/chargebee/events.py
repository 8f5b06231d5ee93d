"""Reading the feed of events."""

from local.chargebee.call import Call, Operation
from local.chargebee.errors import not_found
from local.chargebee.listing import Listing, list_resources
from local.chargebee.site import Site
from local.chargebee.store import Resource


def retrieve(site: Site, call: Call) -> Resource:
    event = site.store.events.get(call.id)
    if event is None:
        raise not_found("event", call.id)
    return {"event": event}


def list_all(site: Site, call: Call) -> Resource:
    listing = Listing(entry=lambda event: {"event": event}, sortable=frozenset({"occurred_at"}), created="occurred_at")
    return list_resources(site.store.events.values(), call.params, listing)


OPERATIONS = (
    Operation("GET", "/events", "event.list", list_all, lacks=frozenset({"start_time", "end_time"})),
    Operation("GET", "/events/{id}", "event.retrieve", retrieve),
)
