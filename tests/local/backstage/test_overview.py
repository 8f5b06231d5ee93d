"""What the operator's page is told of logs."""

from local.backstage.overview import found_by_reconciling, hook_calls, usage_alerts
from local.operations.log_lines import Line


def test_calls_of_hooks_are_the_newest_first_with_how_they_ended() -> None:
    said = {"organization_id": "org_acme", "key": "k"}
    lines = [
        Line(1, "RunHooks", {"message": "hook_called", "hook": "on_charge", **said}),
        Line(
            2,
            "RunHooks",
            {"message": "message_failed", "type": "charge.succeeded", "exception_name": "OSError", **said},
        ),
        Line(3, "ApplyBillingEvent", {"message": "message_failed", "exception_name": "OSError", **said}),
    ]
    assert [(each["hook"], each["outcome"]) for each in hook_calls(lines)] == [
        ("charge.succeeded", "OSError"),
        ("on_charge", "done"),
    ]


def test_an_alert_is_told_with_what_was_reached() -> None:
    said = {"message": "relayed", "organization_id": "org_acme"}
    alert = {"transition": "entitlement.threshold_reached", "key": "org_acme#alert#api-calls#1795925725#80"}
    used_up = {"transition": "entitlement.exhausted", "key": "org_acme#exhausted#api-calls#1795925725#7"}
    other = {"transition": "wallet.low", "key": "org_acme#low#USD#3"}
    told = usage_alerts([Line(at, "RelayOutbox", said | it) for at, it in enumerate((alert, used_up, other))])
    assert [(each["feature"], each["percent"]) for each in told] == [("api-calls", None), ("api-calls", "80")]


def test_what_reconciling_found_is_told_with_its_counts_or_whom_it_was_about() -> None:
    lines = [
        Line(1, "Reconcile", {"message": "reconciled", "result": {"events": {"queued": 1}}}),
        Line(2, "ApplyBillingEvent", {"message": "drift_repaired", "organization_id": "org_acme", "level": "WARNING"}),
        Line(3, "Reconcile", {"message": "done"}),
    ]
    assert [each["found"] for each in found_by_reconciling(lines)] == [
        {"organization_id": "org_acme"},
        {"events": {"queued": 1}},
    ]
