"""What each function imports before it can answer: an import is time that every cold start pays.

Counted in a fresh process that imports the handler's file and, where it says so, calls it.
"""

import json
import subprocess
import sys
from functools import cache

import pytest

from tests.deployment.template import ROOT, functions

CHARGEBEE = {"chargebee", "httpx"}
SCALEKIT = {"scalekit", "grpc"}
HEAVY = CHARGEBEE | SCALEKIT | {"pydantic", "jwt", "cryptography", "requests"}

LEAN = (
    "scalekit/webhook",
    "chargebee/webhook",
    "subscriptions/apply_event",
    "subscriptions/list",
    "announcements/relay",
    "announcements/run_hook",
)
"""Functions that need none of it, however they are called."""

OWN_MODULES = {
    "announcements/relay": 37,
    "announcements/run_hook": 30,
    "app/reconcile": 34,
    "chargebee/webhook": 34,
    "metering/add_costs": 47,
    "metering/adjust_wallet": 47,
    "metering/entitlement": 52,
    "metering/entitlements": 51,
    "metering/estimate": 53,
    "metering/expire_hold": 42,
    "metering/hold": 57,
    "metering/margin": 42,
    "metering/record_usage": 54,
    "metering/release_hold": 53,
    "metering/report_usage": 28,
    "metering/settle_hold": 55,
    "metering/use": 42,
    "metering/wallet": 42,
    "organizations/billing": 68,
    "organizations/delete": 58,
    "organizations/list": 44,
    "organizations/provision": 59,
    "organizations/read": 61,
    "organizations/save": 60,
    "organizations/sync": 60,
    "payments/add_method": 60,
    "payments/auto_top_up": 69,
    "payments/charge": 73,
    "payments/complete_purchase": 50,
    "payments/default_method": 50,
    "payments/list_methods": 51,
    "payments/purchase": 64,
    "payments/remove_method": 50,
    "payments/resume_top_ups": 46,
    "payments/top_up": 63,
    "plans/list": 37,
    "runtime/session": 20,
    "scalekit/webhook": 32,
    "subscriptions/access": 37,
    "subscriptions/apply_event": 50,
    "subscriptions/cancel": 56,
    "subscriptions/complete_checkout": 47,
    "subscriptions/create": 53,
    "subscriptions/list": 37,
    "subscriptions/portal": 40,
    "subscriptions/restore": 56,
    "subscriptions/update": 49,
    "subscriptions/withdraw_checkout": 37,
}
"""How many of our own modules each function imports before it can answer, its packages among them. One more has to be
worth it: merge what belongs together, import for a type only under TYPE_CHECKING, and a rare branch where it begins."""

_PROBE = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("app", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
print(json.dumps(list(sys.modules)))
"""


@cache
def imported(function: str) -> frozenset[str]:
    """The modules in memory once the handler's file has been imported."""
    answer = subprocess.run(
        [sys.executable, "-c", _PROBE, str(ROOT / "functions" / function / "app.py")],
        env={"PYTHONPATH": str(ROOT / "layers" / "billing"), "PATH": ""},
        capture_output=True,
        check=True,
        text=True,
    )
    return frozenset(json.loads(answer.stdout))


@pytest.mark.parametrize("function", functions())
def test_no_function_imports_an_sdk_before_it_needs_one(function: str) -> None:
    allowed = set() if function in LEAN else {"pydantic"}
    assert {name.partition(".")[0] for name in imported(function)} & HEAVY <= allowed


@pytest.mark.parametrize("function", functions())
def test_a_function_imports_no_more_of_our_modules_than_its_budget(function: str) -> None:
    own = sorted(name for name in imported(function) if name.partition(".")[0] == "billing")
    assert len(own) <= OWN_MODULES[function], own
