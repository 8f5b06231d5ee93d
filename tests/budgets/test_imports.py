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
    "announcements/relay": 34,
    "announcements/run_hook": 26,
    "app/reconcile": 32,
    "chargebee/webhook": 30,
    "metering/add_costs": 43,
    "metering/adjust_wallet": 43,
    "metering/entitlement": 47,
    "metering/entitlements": 46,
    "metering/estimate": 49,
    "metering/expire_hold": 39,
    "metering/hold": 53,
    "metering/margin": 38,
    "metering/record_usage": 50,
    "metering/release_hold": 49,
    "metering/report_usage": 24,
    "metering/settle_hold": 51,
    "metering/use": 38,
    "metering/wallet": 38,
    "organizations/billing": 64,
    "organizations/delete": 54,
    "organizations/list": 40,
    "organizations/provision": 57,
    "organizations/read": 57,
    "organizations/save": 56,
    "organizations/sync": 56,
    "payments/add_method": 56,
    "payments/auto_top_up": 65,
    "payments/charge": 69,
    "payments/complete_purchase": 43,
    "payments/default_method": 43,
    "payments/list_methods": 44,
    "payments/purchase": 60,
    "payments/remove_method": 43,
    "payments/top_up": 59,
    "plans/list": 33,
    "runtime/session": 16,
    "scalekit/webhook": 28,
    "subscriptions/access": 32,
    "subscriptions/apply_event": 48,
    "subscriptions/cancel": 52,
    "subscriptions/complete_checkout": 40,
    "subscriptions/create": 49,
    "subscriptions/list": 32,
    "subscriptions/portal": 36,
    "subscriptions/restore": 52,
    "subscriptions/update": 45,
    "subscriptions/withdraw_checkout": 33,
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
