"""Metered billing over the SDK, where Chargebee's own sites differ from each other."""

import pytest

from billing.chargebee.calls import PacedRetry, Retry
from billing.chargebee.connection import connect
from billing.chargebee.usage import ChargebeeUsage
from billing.metering.domain.billing_day import BilledDay, BillingDay
from billing.metering.services.reporting_ports import ToldUsage
from tests.chargebee.scripted_server import ScriptedServer, json_reply


@pytest.mark.parametrize("quantity", ["12", "12.0", "12.000000"])
def test_a_quantity_with_decimals_is_the_same_quantity(server: ScriptedServer, quantity: str) -> None:
    server.script(json_reply({"list": [{"usage": {"id": "use_1", "quantity": quantity}}]}))
    billing = ChargebeeUsage(connect("site", "key", server.url), PacedRetry(Retry(attempts=1), interval=0))
    assert billing.told_usage("use_1", "sub_1") == ToldUsage(12, None)


@pytest.mark.parametrize(("decimals", "told"), [(0, "1250"), (3, "1.250")])
def test_what_is_counted_in_fractions_is_told_as_a_decimal(server: ScriptedServer, decimals: int, told: str) -> None:
    server.script(json_reply({"usage": {"id": "use_1", "quantity": told}}))
    billing = ChargebeeUsage(connect("site", "key", server.url), PacedRetry(Retry(attempts=1), interval=0))
    day = BilledDay("org_1", BillingDay(0, "sub_1", "calls", 0, 86_400, "metered", decimals=decimals), 1250)
    answer = billing.create_usage("use_1", day)
    assert server.asked[0].params["quantity"] == told
    assert answer.quantity == day.units
