"""What a simulated site knows, in a file for its next start."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from local.chargebee.assumptions import Assumptions
from local.chargebee.site import Site
from local.chargebee.site_settings import SiteSettings
from local.chargebee.store import Store
from local.whole_file import whole_file


@dataclass(frozen=True)
class Kept:
    """`ahead` is by how many seconds the site's clock is ahead of the machine's."""

    ahead: float
    store: Store
    assumptions: Assumptions
    settings: SiteSettings
    auto_close_after: int


_JSON = TypeAdapter(Kept)


def save(site: Site, path: Path) -> None:
    """Written whole or not at all. Deliveries that are under way and idempotency keys are not in it."""
    kept = Kept(site.clock.ahead, site.store, site.assumptions, site.settings, site.auto_close_after)
    with whole_file(path) as file:
        file.write(_JSON.dump_json(kept).decode())


def load(site: Site, path: Path) -> None:
    """Nothing where nothing was saved."""
    if not path.exists():
        return
    kept = _JSON.validate_json(path.read_bytes())
    site.clock.advance(kept.ahead)
    site.store, site.assumptions, site.settings = kept.store, kept.assumptions, kept.settings
    site.auto_close_after = kept.auto_close_after
