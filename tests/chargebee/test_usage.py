"""Metered billing over the SDK, where Chargebee's own sites differ from each other."""

import pytest

from billing.chargebee.calls import PacedRetry, Retry
from billing.chargebee.connection import connect
from billing.chargebee.usage import ChargebeeUsage
from billing.metering.services.reporting_ports import ToldUsage
from tests.chargebee.scripted_server import ScriptedServer, json_reply


@pytest.mark.parametrize("quantity", ["12", "12.0", "12.000000"])
def test_a_quantity_with_decimals_is_the_same_quantity(server: ScriptedServer, quantity: str) -> None:
    server.script(json_reply({"list": [{"usage": {"id": "use_1", "quantity": quantity}}]}))
    billing = ChargebeeUsage(connect("site", "key", server.url), PacedRetry(Retry(attempts=1), interval=0))
    assert billing.told_usage("use_1", "sub_1") == ToldUsage(12, None)
