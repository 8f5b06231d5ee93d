"""What the fixtures promise, seen from a team's project; the stack tests run it together with the example."""

import json
import urllib.request

import pytest

from organization_billing_local import BillingStack, Organization, StackRefused


def read(stack: BillingStack, path: str, token: str) -> dict[str, object]:
    request = urllib.request.Request(f"{stack.url}{path}", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as answer:
        return dict(json.load(answer))


def organizations(stack: BillingStack) -> list[object]:
    found = read(stack, "/api/organizations", stack.machine_token("billing:admin"))["organizations"]
    assert isinstance(found, list)
    return found


def test_the_next_test_begins_with_nobody(empty_billing_stack: BillingStack) -> None:
    assert organizations(empty_billing_stack) == []
    empty_billing_stack.organization("Globex").subscribe("team-monthly")
    assert len(organizations(empty_billing_stack)) == 1
    empty_billing_stack.reset()
    assert organizations(empty_billing_stack) == []


def test_the_hooks_are_the_team_s_own(billing_stack: BillingStack) -> None:
    with pytest.raises(StackRefused, match="403"):
        Organization(billing_stack, "org_999999999999999999", "By contract").subscribe("team-monthly")


def test_a_trip_in_time_renews_what_runs(billing_stack: BillingStack) -> None:
    acme = billing_stack.organization()
    acme.subscribe("team-monthly")
    before = read(billing_stack, "/api/subscription/list", acme.token())
    billing_stack.advance_clock(32 * 86_400)
    assert read(billing_stack, "/api/subscription/list", acme.token()) != before
