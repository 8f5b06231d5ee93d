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
HEAVY = CHARGEBEE | SCALEKIT | {"boto3", "pydantic", "jwt", "cryptography", "requests"}

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
    "announcements/relay": 29,
    "announcements/run_hook": 23,
    "app/reconcile": 38,
    "chargebee/webhook": 22,
    "metering/add_costs": 40,
    "metering/adjust_meter": 59,
    "metering/adjust_wallet": 40,
    "metering/alerts": 27,
    "metering/correct_use": 51,
    "metering/delete_grant": 50,
    "metering/entitlement": 47,
    "metering/entitlements": 46,
    "metering/estimate": 48,
    "metering/expire_hold": 43,
    "metering/hold": 52,
    "metering/list_grants": 29,
    "metering/margin": 32,
    "metering/own_grants": 30,
    "metering/read_grant": 29,
    "metering/record_usage": 49,
    "metering/release_hold": 48,
    "metering/report_usage": 22,
    "metering/save_alerts": 39,
    "metering/save_grant": 54,
    "metering/settle_hold": 50,
    "metering/spending_cap": 41,
    "metering/usage_history": 33,
    "metering/use": 32,
    "metering/void_use": 51,
    "metering/wallet": 33,
    "organizations/billing": 67,
    "organizations/delete": 49,
    "organizations/import": 36,
    "organizations/list": 37,
    "organizations/provision": 56,
    "organizations/read": 58,
    "organizations/save": 55,
    "organizations/sync": 53,
    "payments/add_method": 54,
    "payments/auto_top_up": 66,
    "payments/charge": 68,
    "payments/complete_purchase": 40,
    "payments/default_method": 42,
    "payments/list_invoices": 38,
    "payments/list_methods": 43,
    "payments/print_invoice": 36,
    "payments/purchase": 58,
    "payments/remove_method": 42,
    "payments/resume_top_ups": 45,
    "payments/top_up": 57,
    "plans/delete": 42,
    "plans/list": 31,
    "plans/read": 42,
    "plans/save": 44,
    "runtime/authorize_cookie": 16,
    "runtime/document": 0,
    "runtime/session": 16,
    "scalekit/webhook": 20,
    "subscriptions/access": 31,
    "subscriptions/apply_event": 43,
    "subscriptions/cancel": 44,
    "subscriptions/complete_checkout": 34,
    "subscriptions/create": 51,
    "subscriptions/list": 30,
    "subscriptions/portal": 33,
    "subscriptions/preview": 50,
    "subscriptions/restore": 44,
    "subscriptions/update": 47,
    "subscriptions/withdraw_checkout": 28,
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
