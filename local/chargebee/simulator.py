"""The site with what surrounds it: its webhooks, the faults asked for, and the record of every call."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.chargebee.catalog import load_catalog
from local.chargebee.clock import Clock
from local.chargebee.faults import Faults
from local.chargebee.idempotency import Replays
from local.chargebee.site import Site
from local.chargebee.webhooks import RETRY_DELAYS, Courier, Endpoint


@dataclass(frozen=True)
class Settings:
    """`base_url` is how browsers and the API's clients reach the simulator; `catalog` is a file of item prices.

    `keep` is where what the site knows outlives it; None forgets it.
    """

    base_url: str
    catalog: Path
    endpoint: Endpoint | None = None
    retry_delays: tuple[float, ...] = RETRY_DELAYS
    keep: Path | None = None


@dataclass
class Simulator:
    site: Site
    courier: Courier
    faults: Faults
    replays: Replays = field(default_factory=Replays)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def reset(self) -> None:
        """As at the start: deliveries that are still to come are dropped, the webhook endpoint stays."""
        self.courier.drop_all()
        self.site.reset()
        self.faults.replace((), {})
        self.replays.clear()
        self.requests.clear()


def build(settings: Settings) -> Simulator:
    faults, clock = Faults(), Clock()
    courier = Courier(settings.endpoint, faults, settings.retry_delays)
    catalog = load_catalog(settings.catalog, clock.now())
    site = Site(settings.base_url, catalog, courier.submit, clock)
    return Simulator(site, courier, faults)
