"""What a simulated site knows outlives its process."""

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from local.chargebee import kept
from local.chargebee.assumptions import Assumptions
from local.chargebee.simulator import Settings, build
from local.chargebee.site import Site
from local.chargebee.site_settings import SiteSettings
from local.chargebee.store import Download, Gathering, PageRequest, PendingMove, ScheduledChange, Span, Store
from tests.yours import YOURS

WHAT_IT_KNOWS: dict[str, Any] = {
    "card_behaviours": {"pm_1": "declined"},
    "downloads": {"d1": Download("inv_1", 7)},
    "page_requests": {"hp_1": PageRequest({"subscription_items": [{"quantity": 2}]})},
    "scheduled_changes": {"sub_1": ScheduledChange([{"quantity": 2}], 9)},
    "pending_moves": {"m1": PendingMove("org_2", 9, "api", subscription_id="sub_1", copies_card=True)},
    "term_anchors": {"sub_1": 5},
    "metered_from": {"sub_1": 6},
    "collects_as_customer": {"sub_1"},
    "gathering": {"inv_1": Gathering("sub_1", Span(1, 2), 3)},
    "reminded": {("sub_1", "subscription_trial_end_reminder", 4)},
    "portal_cookies": {"c1": "org_1"},
}


def site() -> Site:
    return build(Settings("http://127.0.0.1:1", YOURS / "item_prices.json")).site


def test_a_site_goes_on_with_all_that_it_knew(tmp_path: Path) -> None:
    before, after = site(), site()
    resources: dict[str, Any] = {each.name: {"r1": {"id": "r1", "deep": [{"n": 1.5}]}} for each in fields(Store)}
    before.store = Store(**(resources | WHAT_IT_KNOWS))
    before.assumptions = Assumptions(meta_data="merged")
    before.settings = SiteSettings(time_zone="Europe/Berlin", currencies=("EUR",))
    before.auto_close_after = 60
    before.clock.advance(86_400)
    kept.save(before, tmp_path / "chargebee.json")
    kept.load(after, tmp_path / "chargebee.json")
    assert after.store == before.store
    assert all(asdict(after.store).values())
    assert (after.assumptions, after.settings) == (before.assumptions, before.settings)
    assert (after.auto_close_after, after.clock.ahead) == (60, 86_400)


def test_a_site_that_nobody_has_kept_is_empty(tmp_path: Path) -> None:
    fresh = site()
    kept.load(fresh, tmp_path / "chargebee.json")
    assert fresh.store == Store()
