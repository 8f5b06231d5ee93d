"""A subscription's entitlements over the SDK: what is in force, and what it says."""

from collections.abc import Mapping
from typing import Any

import pytest

from billing.chargebee.calls import Retry
from billing.chargebee.connection import connect
from billing.chargebee.entitlements import ChargebeeEntitlements
from billing.plans.feature import Counted, Feature, Switch
from billing.plans.levels import UnreadableLevel, read_level
from billing.subscriptions.domain.subscription import Level
from tests.chargebee.scripted_server import Reply, ScriptedServer, json_reply


def listing(*entitlements: Mapping[str, Any], **more: str) -> Reply:
    return json_reply({"list": [{"subscription_entitlement": each} for each in entitlements], **more})


def read(server: ScriptedServer) -> Mapping[str, Level]:
    entitlements = ChargebeeEntitlements(connect("site", "key", server.url), Retry(attempts=1))
    return entitlements.levels("sub_1")


def test_every_page_is_read(server: ScriptedServer) -> None:
    calls, exports = ({"feature_id": name, "value": "5", "is_enabled": True} for name in ("calls", "exports"))
    server.script(listing(calls, next_offset="2"), listing(exports))
    assert read(server) == {name: Level(name, "5") for name in ("calls", "exports")}
    assert [each.params.get("offset") for each in server.asked] == [None, "2"]


def test_an_override_that_is_still_to_begin_does_not_count(server: ScriptedServer) -> None:
    now = {"feature_id": "calls", "value": "5", "is_enabled": True}
    server.script(listing(now, now | {"value": "9", "schedule_status": "scheduled"}))
    assert read(server) == {"calls": Level("calls", "5")}


def test_what_is_not_enabled_is_nothing_whatever_its_value(server: ScriptedServer) -> None:
    server.script(listing({"feature_id": "calls", "value": "5", "is_enabled": False}))
    assert read(server) == {"calls": Level("calls")}


@pytest.mark.parametrize("kind", [Switch("calls"), Counted("calls", 10)])
@pytest.mark.parametrize("value", [{}, {"value": ""}, {"value": 5}, {"value": True}])
def test_what_is_enabled_without_a_readable_level_takes_nothing_away(
    server: ScriptedServer, kind: Feature, value: dict[str, Any]
) -> None:
    server.script(listing({"feature_id": "calls", "is_enabled": True, **value}))
    with pytest.raises(UnreadableLevel):
        read_level(kind, read(server)["calls"].value)
