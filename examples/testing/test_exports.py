"""What this team's code does with billing, tried against all of it."""

import pytest

from organization_billing import Billing, MachineClient, UsageBuffer
from organization_billing_local import BillingStack, Organization


@pytest.fixture
def organization(empty_billing_stack: BillingStack) -> Organization:
    return empty_billing_stack.organization("Acme")


@pytest.fixture
def billing(billing_stack: BillingStack) -> Billing:
    backend = billing_stack.backend
    return Billing(billing_stack.url, MachineClient(billing_stack.scalekit, backend.id, backend.secret))


def exports_left(billing: Billing, organization: Organization) -> int:
    balance = billing.metering.entitlement("exports", organization_id=organization.id)["balance"]
    return balance["balance"] if balance else 0


def test_who_pays_has_more_exports_and_each_counts_once(billing: Billing, organization: Organization) -> None:
    assert exports_left(billing, organization) == 2
    organization.subscribe("team-monthly", seats=3)
    assert exports_left(billing, organization) == 500
    usage = UsageBuffer(billing)
    usage.add(organization.id, "exports", event_id="export-1")
    assert usage.flush().recorded == 1
    assert exports_left(billing, organization) == 499


def test_access_ends_with_the_subscription(billing: Billing, organization: Organization) -> None:
    organization.subscribe("team-monthly")
    assert billing.subscriptions.access(feature="sso", organization_id=organization.id)["allowed"]
    admin = billing.acting_as(organization.token("admin"))
    admin.subscriptions.cancel({"at": "now"})
    organization.stack.come_to_rest()
    assert not billing.subscriptions.access(feature="sso", organization_id=organization.id)["allowed"]
