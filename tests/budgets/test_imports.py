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
    "announcements/relay": 33,
    "announcements/run_hook": 28,
    "app/reconcile": 42,
    "chargebee/webhook": 28,
    "metering/add_costs": 41,
    "metering/adjust_wallet": 41,
    "metering/entitlement": 50,
    "metering/entitlements": 49,
    "metering/estimate": 51,
    "metering/expire_hold": 42,
    "metering/hold": 55,
    "metering/margin": 36,
    "metering/record_usage": 52,
    "metering/release_hold": 51,
    "metering/report_usage": 24,
    "metering/settle_hold": 53,
    "metering/use": 36,
    "metering/wallet": 36,
    "organizations/billing": 66,
    "organizations/delete": 53,
    "organizations/list": 40,
    "organizations/provision": 56,
    "organizations/read": 59,
    "organizations/save": 58,
    "organizations/sync": 56,
    "payments/add_method": 57,
    "payments/auto_top_up": 66,
    "payments/charge": 70,
    "payments/complete_purchase": 49,
    "payments/default_method": 47,
    "payments/list_methods": 48,
    "payments/purchase": 61,
    "payments/remove_method": 47,
    "payments/resume_top_ups": 48,
    "payments/top_up": 60,
    "plans/list": 33,
    "runtime/session": 18,
    "scalekit/webhook": 26,
    "subscriptions/access": 35,
    "subscriptions/apply_event": 47,
    "subscriptions/cancel": 51,
    "subscriptions/complete_checkout": 44,
    "subscriptions/create": 51,
    "subscriptions/list": 35,
    "subscriptions/portal": 38,
    "subscriptions/restore": 51,
    "subscriptions/update": 47,
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
