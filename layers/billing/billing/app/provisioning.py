"""The provisioning queue's messages, each to its service."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from billing.app import wiring
from billing.app.sync import sync
from billing.aws.sqs import read_command
from billing.core.chargebee_errors import ChargebeeError
from billing.core.errors import Conflict
from billing.organizations.domain import organization_event
from billing.organizations.domain.organization_event import OrganizationEvent
from billing.organizations.services.adopt_customer import Adoption, adopt_customer
from billing.organizations.services.follow_members import follow_members
from billing.organizations.services.provision_organization import provision_organization, rename_organization
from billing.organizations.services.retire_organization import cancel_orphan, retire_organization
from billing.runtime.logs import count, logger
from billing.runtime.settings import settings
from billing.scalekit.read_event import organization_of_membership, read_organization_event
from billing.subscriptions.domain.transaction import Command, Outcome, Task


class TaskOutcome(StrEnum):
    """What came of a message that has no more to say; the others are told by their services."""

    IGNORED = "ignored"
    UNCHANGED = "unchanged"
    SEATS_SET = "seats_set"
    RESYNCED = "resynced"
    UNANSWERED = "unanswered"
    LEVELS_READ = "levels_read"
    CANCELLED = "cancelled"
    NEVER_MADE = "never_made"


def _follow(organization_id: str) -> TaskOutcome:
    if settings().optional("SEATS_FOLLOW_MEMBERS") != "true":
        return TaskOutcome.IGNORED
    changed = follow_members(organization_id, wiring.scalekit(), wiring.catalog(), wiring.ports())
    for subscription_id, seats in changed.items():
        told = {"organization_id": organization_id, "subscription_id": subscription_id, "seats": seats}
        logger().info("seats_followed", extra=told)
    return TaskOutcome.SEATS_SET if changed else TaskOutcome.UNCHANGED


def _follow_update(event: OrganizationEvent) -> Outcome:
    """An update may tell of an organization from before this system, whose customer waits to be mapped."""
    if wiring.provisions_existing():
        return provision_organization(event, wiring.ports())
    return rename_organization(event, wiring.ports())


def _adopt(organization_id: str, customer_id: str) -> Adoption:
    adoption = adopt_customer(organization_id, customer_id, wiring.ports())
    if adoption is Adoption.REFUSED:
        count("customer_of_known_organization", organization_id=organization_id, customer_id=customer_id)
    return adoption


def _resync(organization_id: str) -> TaskOutcome:
    sync(organization_id)
    return TaskOutcome.RESYNCED


def _read_levels(subscription_id: str) -> TaskOutcome:
    from billing.app.levels import read_levels_of  # noqa: PLC0415 - only where Chargebee says levels

    return TaskOutcome.LEVELS_READ if read_levels_of(subscription_id) else TaskOutcome.IGNORED


def _verify(organization_id: str) -> TaskOutcome:
    """No failure of Chargebee's is repeated: while it is away, every question would leave a task behind."""
    try:
        return _resync(organization_id)
    except (ChargebeeError, Conflict) as error:
        logger().warning("not_verified", extra={"organization_id": organization_id, "code": error.code})
        return TaskOutcome.UNANSWERED


def consume(body: Mapping[str, Any]) -> None:
    """Handle one message; running it twice does no more than once. Types that nobody here knows are acknowledged."""
    outcome: StrEnum
    match body.get("type"):
        case organization_event.CREATED:
            outcome = provision_organization(read_organization_event(body), wiring.ports())
        case organization_event.UPDATED:
            outcome = _follow_update(read_organization_event(body))
        case organization_event.DELETED:
            outcome = retire_organization(read_organization_event(body), wiring.ports())
        case organization_event.JOINED | organization_event.CHANGED | organization_event.LEFT:
            outcome = _follow(organization_of_membership(body))
        case str(kind) if kind in Task:
            outcome = _perform(read_command(body))
        case _:
            outcome = TaskOutcome.IGNORED
    logger().info("provisioned", extra={"id": body.get("id"), "type": body.get("type"), "outcome": str(outcome)})


def _perform(command: Command) -> StrEnum:
    """A task of our own."""
    match command.task:
        case Task.RESYNC:
            return _resync(command.organization_id)
        case Task.VERIFY:
            return _verify(command.organization_id)
        case Task.READ_LEVELS:
            return _read_levels(command.subscription_id)
        case Task.CANCEL_ORPHAN:
            cancel_orphan(command.subscription_id, wiring.ports())
            return TaskOutcome.CANCELLED
        case Task.ADOPT_CUSTOMER:
            return _adopt(command.organization_id, command.customer_id)
        case Task.RESOLVE_CHARGE:
            from billing.payments.services.charge_card import resolve_charge  # noqa: PLC0415 - payments are few here

            state = resolve_charge(command.organization_id, command.charge_id, wiring.payment_ports())
            return state or TaskOutcome.NEVER_MADE
        case Task.AUTO_TOP_UP:
            from billing.payments.services.auto_top_up import auto_top_up  # noqa: PLC0415

            lifetime = wiring.shipped_catalog().top_up_lifetime
            return auto_top_up(command.organization_id, command.currency, wiring.payment_ports(), lifetime)
        case _:
            return TaskOutcome.IGNORED
