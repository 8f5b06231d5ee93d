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
    "announcements/relay": 30,
    "announcements/run_hook": 24,
    "app/reconcile": 39,
    "chargebee/webhook": 23,
    "metering/add_costs": 37,
    "metering/adjust_wallet": 37,
    "metering/alerts": 27,
    "metering/correct_use": 39,
    "metering/delete_grant": 50,
    "metering/entitlement": 47,
    "metering/entitlements": 46,
    "metering/estimate": 48,
    "metering/expire_hold": 43,
    "metering/hold": 52,
    "metering/list_grants": 29,
    "metering/margin": 32,
    "metering/read_grant": 29,
    "metering/record_usage": 49,
    "metering/release_hold": 48,
    "metering/report_usage": 22,
    "metering/save_alerts": 36,
    "metering/save_grant": 54,
    "metering/settle_hold": 50,
    "metering/spending_cap": 38,
    "metering/usage_history": 29,
    "metering/use": 32,
    "metering/void_use": 39,
    "metering/wallet": 32,
    "organizations/billing": 63,
    "organizations/delete": 47,
    "organizations/import": 37,
    "organizations/list": 35,
    "organizations/provision": 55,
    "organizations/read": 56,
    "organizations/save": 53,
    "organizations/sync": 51,
    "payments/add_method": 53,
    "payments/auto_top_up": 63,
    "payments/charge": 67,
    "payments/complete_purchase": 41,
    "payments/default_method": 42,
    "payments/list_invoices": 39,
    "payments/list_methods": 43,
    "payments/print_invoice": 37,
    "payments/purchase": 57,
    "payments/remove_method": 42,
    "payments/resume_top_ups": 46,
    "payments/top_up": 56,
    "plans/delete": 38,
    "plans/list": 30,
    "plans/read": 38,
    "plans/save": 40,
    "runtime/document": 0,
    "runtime/session": 16,
    "scalekit/webhook": 21,
    "subscriptions/access": 31,
    "subscriptions/apply_event": 44,
    "subscriptions/cancel": 43,
    "subscriptions/complete_checkout": 35,
    "subscriptions/create": 46,
    "subscriptions/list": 31,
    "subscriptions/portal": 34,
    "subscriptions/preview": 49,
    "subscriptions/restore": 43,
    "subscriptions/update": 44,
    "subscriptions/withdraw_checkout": 29,
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
