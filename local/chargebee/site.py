"""The simulated site: its clock, its records, and the feed of what happened.

Only the server's event loop touches a site, and never across an `await`: the loop is the one lock, so every
operation is atomic.
"""

import copy
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from local.chargebee import stray_events
from local.chargebee.catalog import Catalog
from local.chargebee.clock import Clock
from local.chargebee.contents import CONTENTS
from local.chargebee.store import Resource, Store

Publish = Callable[[Resource], None]

_AUTO_CLOSE_AFTER = 2 * 24 * 3600


@dataclass
class Site:
    base_url: str
    catalog: Catalog
    publish: Publish
    clock: Clock = field(default_factory=Clock)
    store: Store = field(default_factory=Store)
    _version: int = 0
    # How long a pending invoice waits (seconds): a setting of the site, of up to 50 days at the vendor's.
    auto_close_after: int = _AUTO_CLOSE_AFTER
    # Whether events come among those that a real site sends around them.
    stray_events: bool = False

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{secrets.token_hex(12)}"

    def now(self) -> int:
        return self.clock.now()

    def touch(self, resource: Resource) -> None:
        """Mark a change: `updated_at` in seconds, `resource_version` in milliseconds and never the same twice."""
        self._version = max(int(self.clock.precise() * 1000), self._version + 1)
        resource["updated_at"] = self.clock.now()
        resource["resource_version"] = self._version

    def record(self, event_type: str, resources: Resource, source: str) -> None:
        """Note an event with a snapshot of those resources that it carries, and hand it to the webhooks."""
        events = stray_events.around(event_type, resources) if self.stray_events else [(event_type, resources)]
        for name, known in events:
            self._note(name, {carried: known.get(carried) for carried in CONTENTS[name]}, source)

    def _note(self, event_type: str, content: Resource, source: str) -> None:
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
        self._version = 0
        self.auto_close_after = _AUTO_CLOSE_AFTER
        self.stray_events = False
