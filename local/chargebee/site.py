"""The simulated site: its clock, its records, and the feed of what happened.

Only the server's event loop touches a site, and never across an `await`: the loop is the one lock, so every
operation is atomic.
"""

import copy
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from local.chargebee import stray_events
from local.chargebee.assumptions import Assumptions
from local.chargebee.catalog import Catalog
from local.chargebee.clock import Clock
from local.chargebee.contents import CONTENTS
from local.chargebee.site_settings import SiteSettings
from local.chargebee.store import Resource, Store

Publish = Callable[[Resource], None]

_AUTO_CLOSE_AFTER = 2 * 24 * 3600
# The resources that the vendor's types give a `business_entity_id`.
_OF_AN_ENTITY = frozenset(
    {"customer", "subscription", "invoice", "credit_note", "transaction", "payment_source", "hosted_page"}
)


@dataclass
class Site:
    base_url: str
    catalog: Catalog
    publish: Publish
    clock: Clock = field(default_factory=Clock)
    store: Store = field(default_factory=Store)
    assumptions: Assumptions = field(default_factory=Assumptions)
    settings: SiteSettings = field(default_factory=SiteSettings)
    # The one that the request under way asks for; None is the site's default one.
    business_entity: str | None = None
    _version: int = 0
    # How long a pending invoice waits (seconds): a setting of the site, of up to 50 days at the vendor's.
    auto_close_after: int = _AUTO_CLOSE_AFTER
    # Whether events come among those that a real site sends around them.
    stray_events: bool = False

    def __post_init__(self) -> None:
        self._catalog_at_start = copy.deepcopy(self.catalog)
        self.settings = self._settings_at_start()

    def _settings_at_start(self) -> SiteSettings:
        return SiteSettings(multi_decimal="on" if self.catalog.in_decimals else "off")

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{secrets.token_hex(12)}"

    def now(self) -> int:
        return self.clock.now()

    def touch(self, resource: Resource) -> None:
        """Mark a change: `updated_at` in seconds, `resource_version` in milliseconds and never the same twice."""
        self._version = max(int(self.clock.precise() * 1000), self._version + 1)
        resource["updated_at"] = self.clock.now()
        resource["resource_version"] = self._version
        if self.settings.business_entities and resource["object"] in _OF_AN_ENTITY:
            resource.setdefault("business_entity_id", self._entity_of(resource))

    def _entity_of(self, resource: Resource) -> str:
        """Its customer's; a new customer belongs to the entity that the request names, else to the default one."""
        customer = self.store.customers.get(resource.get("customer_id", ""), {})
        entity: str | None = customer.get("business_entity_id", self.business_entity)
        return entity or self.settings.business_entities[0]

    def record(self, event_type: str, resources: Resource, source: str) -> None:
        """Note an event with a snapshot of those resources that it carries, and hand it to the webhooks."""
        events = stray_events.around(event_type, resources) if self.stray_events else [(event_type, resources)]
        for name, known in events:
            self.note(name, {carried: known.get(carried) for carried in CONTENTS[name]}, source)

    def note(self, event_type: str, content: Resource, source: str) -> None:
        """Send what is given, whatever it is."""
        event: Resource = {
            "id": self.new_id("ev_"),
            "occurred_at": self.now(),
            "source": source,
            "object": "event",
            "api_version": "v2",
            "event_type": event_type,
            "webhook_status": "scheduled",
            "webhooks": [{"id": "whv2_primary", "webhook_status": "scheduled", "object": "webhook"}],
            "content": {name: copy.deepcopy(value) for name, value in content.items() if value is not None},
        }
        self.store.events[event["id"]] = event
        self.publish(event)

    def reset(self) -> None:
        self.store.clear()
        self.clock.reset()
        self.catalog = copy.deepcopy(self._catalog_at_start)
        self.assumptions, self.settings = Assumptions(), self._settings_at_start()
        self._version = 0
        self.auto_close_after = _AUTO_CLOSE_AFTER
        self.stray_events = False
