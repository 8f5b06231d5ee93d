"""The provisioning queue's messages, each to its service."""

from collections.abc import Mapping
from typing import Any

from billing.app import wiring
from billing.app.outcome_log import report
from billing.aws.sqs import read_command
from billing.organizations.domain import organization_event
from billing.organizations.services.follow_members import follow_members
from billing.organizations.services.provision_organization import provision_organization
from billing.organizations.services.retire_organization import cancel_orphan, retire_organization
from billing.payments.services.auto_top_up import auto_top_up
from billing.payments.services.charge_card import resolve_charge
from billing.runtime.logs import logger
from billing.runtime.settings import settings
from billing.scalekit.read_event import organization_of_membership, read_organization_event
from billing.subscriptions.domain.transaction import Command, Task
from billing.subscriptions.services.resync_organization import resync_organization


def _follow(organization_id: str) -> str:
    if settings().optional("SEATS_FOLLOW_MEMBERS") != "true":
        return "ignored"
    seats = follow_members(organization_id, wiring.scalekit(), wiring.catalog()(), wiring.ports())
    return "unchanged" if seats is None else f"{seats} seats"


def consume(body: Mapping[str, Any]) -> None:
    """Handle one message; running it twice does no more than once. Types that nobody here knows are acknowledged."""
    match body.get("type"):
        case organization_event.CREATED | organization_event.UPDATED:
            outcome = str(provision_organization(read_organization_event(body), wiring.ports()))
        case organization_event.DELETED:
            outcome = str(retire_organization(read_organization_event(body), wiring.ports()))
        case organization_event.JOINED | organization_event.LEFT:
            outcome = _follow(organization_of_membership(body))
        case str(kind) if kind in Task:
            outcome = _perform(read_command(body))
        case _:
            outcome = "ignored"
    logger().info("provisioned", extra={"id": body.get("id"), "type": body.get("type"), "outcome": outcome})


def _perform(command: Command) -> str:
    """A task of our own."""
    match command.task:
        case Task.RESYNC:
            for applied in resync_organization(command.organization_id, wiring.ports()):
                report(applied, organization_id=command.organization_id)
            return "resynced"
        case Task.CANCEL_ORPHAN:
            cancel_orphan(command.subscription_id, wiring.ports())
            return "cancelled"
        case Task.RESOLVE_CHARGE:
            return resolve_charge(command.organization_id, command.charge_id, wiring.payment_ports())
        case Task.AUTO_TOP_UP:
            return auto_top_up(command.organization_id, command.currency, wiring.payment_ports())
        case _:
            return "ignored"
