"""The official SDK on demand, each time in a process that has imported nothing yet."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.deployment.template import ROOT

OURS = ("Customer", "Subscription", "HostedPage", "PortalSession", "Event", "Invoice", "PaymentSource", "Usage")
"""The resources that `chargebee/` calls."""

LOADED = """
def loaded():
    import sys
    modules = {name: each for name, each in sys.modules.items() if name.startswith("chargebee.models.")}
    whole = [name for name, each in modules.items() if object.__getattribute__(each, "__class__").__name__ == "module"]
    return sorted({name.split(".")[2] for name in whole} - {"enums"})
"""


def told(script: str) -> Any:
    """What a script prints, as JSON."""
    code = f"import json\nfrom billing.chargebee.resources import Resources, prepare\n{LOADED}\n{script}"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "layers" / "billing"), "PATH": ""},
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(answer.stdout)


@pytest.mark.parametrize("name", OURS)
def test_a_resource_is_loaded_alone(name: str) -> None:
    """Which also says that no two threads can wait for each other's resource."""
    module = "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")
    assert told(f"prepare(); Resources('key', 'site').{name}; print(json.dumps(loaded()))") == [module]


def test_no_resource_is_loaded_before_it_is_used() -> None:
    assert told("prepare(); Resources('key', 'site'); import chargebee; print(json.dumps(loaded()))") == []


def test_an_answer_loads_what_it_contains() -> None:
    script = """
prepare()
from chargebee import Chargebee, http_request
sdk = Resources("key", "site")
http_request._make_request = lambda arguments: ({"customer": {"id": "a"}, "card": {"last4": "4242"}}, {}, 200)
answer = sdk.Customer.retrieve("a")
print(json.dumps([answer.customer.id, answer.card.last4, loaded()]))
"""
    assert told(script) == ["a", "4242", ["card", "customer"]]


def test_whoever_imports_the_sdk_beside_us_has_all_of_it() -> None:
    script = """
prepare()
ours = Resources("key", "site")
ours.Customer
import chargebee
from chargebee import EventType, InvalidRequestError, PromotionalCredit
theirs = chargebee.Chargebee("key", "site")
same = [type(getattr(ours, name)) is type(getattr(theirs, name)) for name in NAMES]
print(json.dumps([all(same), len(loaded()) > 100, EventType.CUSTOMER_CREATED.value]))
""".replace("NAMES", repr(OURS))
    assert told(script) == [True, True, "customer_created"]


def test_an_sdk_that_is_there_already_is_used_as_it_is() -> None:
    script = (
        "import chargebee; prepare(); print(json.dumps(type(Resources('key', 'site').Customer) is chargebee.Customer))"
    )
    assert told(script) is True


def test_the_address_and_the_credentials_are_those_of_the_whole_client() -> None:
    script = """
prepare()
ours = vars(Resources("key", "site").env)
from chargebee import Chargebee
print(json.dumps(ours == vars(Chargebee("key", "site").env) or [repr(ours), repr(vars(Chargebee("key", "site").env))]))
"""
    assert told(script) is True


def test_connecting_leaves_unloaded_what_only_the_sdks_other_client_needs_and_whoever_asks_for_it_has_it() -> None:
    script = """
import sys
from billing.chargebee.connection import connect
connect("site", "key")
unloaded = "asyncio.events" not in sys.modules
import asyncio
async def answer():
    return 42
print(json.dumps([unloaded, asyncio.run(answer())]))
"""
    assert told(script) == [True, 42]
