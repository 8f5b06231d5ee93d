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
    "announcements/run_hook": 25,
    "app/reconcile": 40,
    "chargebee/webhook": 25,
    "metering/add_costs": 39,
    "metering/adjust_wallet": 39,
    "metering/alerts": 29,
    "metering/correct_use": 41,
    "metering/delete_grant": 52,
    "metering/entitlement": 49,
    "metering/entitlements": 48,
    "metering/estimate": 50,
    "metering/expire_hold": 43,
    "metering/hold": 54,
    "metering/list_grants": 31,
    "metering/margin": 34,
    "metering/read_grant": 31,
    "metering/record_usage": 51,
    "metering/release_hold": 50,
    "metering/report_usage": 22,
    "metering/save_alerts": 38,
    "metering/save_grant": 56,
    "metering/settle_hold": 52,
    "metering/spending_cap": 40,
    "metering/usage_history": 31,
    "metering/use": 34,
    "metering/void_use": 41,
    "metering/wallet": 34,
    "organizations/billing": 65,
    "organizations/delete": 49,
    "organizations/import": 37,
    "organizations/list": 37,
    "organizations/provision": 55,
    "organizations/read": 58,
    "organizations/save": 55,
    "organizations/sync": 53,
    "payments/add_method": 55,
    "payments/auto_top_up": 65,
    "payments/charge": 69,
    "payments/complete_purchase": 45,
    "payments/default_method": 44,
    "payments/list_invoices": 41,
    "payments/list_methods": 45,
    "payments/print_invoice": 39,
    "payments/purchase": 59,
    "payments/remove_method": 44,
    "payments/resume_top_ups": 46,
    "payments/top_up": 58,
    "plans/delete": 40,
    "plans/list": 32,
    "plans/read": 40,
    "plans/save": 42,
    "runtime/authorize_cookie": 14,
    "runtime/document": 0,
    "runtime/session": 19,
    "scalekit/webhook": 23,
    "subscriptions/access": 33,
    "subscriptions/apply_event": 44,
    "subscriptions/cancel": 45,
    "subscriptions/complete_checkout": 39,
    "subscriptions/create": 48,
    "subscriptions/list": 33,
    "subscriptions/portal": 36,
    "subscriptions/preview": 51,
    "subscriptions/restore": 45,
    "subscriptions/update": 46,
    "subscriptions/withdraw_checkout": 31,
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
