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
    "announcements/run_hook": 31,
    "app/reconcile": 51,
    "chargebee/webhook": 31,
    "metering/add_costs": 44,
    "metering/adjust_wallet": 44,
    "metering/entitlement": 55,
    "metering/entitlements": 54,
    "metering/estimate": 54,
    "metering/expire_hold": 44,
    "metering/hold": 58,
    "metering/margin": 39,
    "metering/record_usage": 55,
    "metering/release_hold": 54,
    "metering/report_usage": 26,
    "metering/settle_hold": 56,
    "metering/use": 39,
    "metering/wallet": 39,
    "organizations/billing": 69,
    "organizations/delete": 57,
    "organizations/list": 43,
    "organizations/provision": 60,
    "organizations/read": 62,
    "organizations/save": 60,
    "organizations/sync": 60,
    "payments/add_method": 60,
    "payments/auto_top_up": 69,
    "payments/charge": 73,
    "payments/complete_purchase": 52,
    "payments/default_method": 50,
    "payments/list_methods": 51,
    "payments/purchase": 64,
    "payments/remove_method": 50,
    "payments/resume_top_ups": 50,
    "payments/top_up": 63,
    "plans/list": 36,
    "runtime/session": 21,
    "scalekit/webhook": 29,
    "subscriptions/access": 40,
    "subscriptions/apply_event": 50,
    "subscriptions/cancel": 55,
    "subscriptions/complete_checkout": 48,
    "subscriptions/create": 55,
    "subscriptions/list": 40,
    "subscriptions/portal": 41,
    "subscriptions/restore": 55,
    "subscriptions/update": 51,
    "subscriptions/withdraw_checkout": 36,
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
