"""Fill a wallet up by itself when it is low: one charge at a time, under its rule."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from billing.core.chargebee_errors import ChargebeeTimeout, ChargebeeUnavailable
from billing.core.errors import InvalidRequest, OrganizationDeleted
from billing.core.until_won import CHARGE_ATTEMPTS, until_won
from billing.metering.domain.top_up_rule import (
    COOLDOWN,
    begin,
    due_at,
    fail,
    look_at,
    next_expiry,
    set_rule,
    succeed,
    wanted,
)
from billing.payments.domain.charge import TOP_UP, ChargeState, Order, Purpose
from billing.payments.domain.payment_method import PaymentMethodNotFound
from billing.payments.services.charge_card import CardCharge, charge_card
from billing.subscriptions.domain.transaction import WRITTEN_SOON, Command, Task

if TYPE_CHECKING:
    from billing.core.clock import Lifetime
    from billing.metering.domain.top_up_rule import (
        TopUpRule,
        TopUpSettings,
    )
    from billing.metering.services.ports import UsageStore
    from billing.payments.services.ports import DueRules, PaymentPorts, PaymentStore
    from billing.subscriptions.services.ports import Queue


MOST_RULES = 20
"""Wallets of one organization that fill themselves up: each asks Chargebee for itself, in the queue that all share."""


class TopUpOutcome(StrEnum):
    """What an automatic top-up did: nothing, or what its charge came to."""

    NO_RULE = "no_rule"
    NOT_WANTED = "not_wanted"
    WAITING = "waiting"
    CREATED = ChargeState.CREATED
    SUBMITTED = ChargeState.SUBMITTED
    UNKNOWN = ChargeState.UNKNOWN
    ACTION_REQUIRED = ChargeState.ACTION_REQUIRED
    SUCCEEDED = ChargeState.SUCCEEDED
    FAILED = ChargeState.FAILED


def set_auto_top_up(
    organization_id: str, wanted: TopUpSettings, usage: UsageStore, records: PaymentStore, commands: Queue
) -> TopUpRule:
    """Set the rule of one wallet; one that is low already is filled up at once.

    Queue the task before saving the rule, once: a wallet that is already low will not emit `wallet.low` again.
    Raises OrganizationDeleted, Conflict, or InvalidRequest for a currency more than an organization may have rules for.
    """

    def attempt() -> TopUpRule:
        account = usage.account(organization_id)
        organization = account.partition.organization
        if organization is not None and organization.deleted_at is not None:
            raise OrganizationDeleted("This organization has been deleted.")
        if wanted.currency not in account.rules and len(account.rules) >= MOST_RULES:
            raise InvalidRequest(f"An organization with {MOST_RULES} rules takes none for another currency.")
        rule = set_rule(account.rules.get(wanted.currency), wanted)
        records.save_rule(organization_id, rule)
        return rule

    if wanted.enabled:
        commands.command(Command(Task.AUTO_TOP_UP, organization_id, currency=wanted.currency, delay=WRITTEN_SOON))
    return until_won(attempt, CHARGE_ATTEMPTS, "The rule kept changing. Try again.")


def resume_top_ups(rules: DueRules, commands: Queue, now: int) -> int:
    """Queue a task for every rule whose timer is due at `now` (UTC seconds), and say how many.

    The timer stays due until the task has dealt with it, so that a task that is lost is queued again.
    """
    queued = 0
    for organization_id, currency in rules.due_rules(now):
        commands.command(Command(Task.AUTO_TOP_UP, organization_id, currency=currency))
        queued += 1
    return queued


def auto_top_up(
    organization_id: str, currency: str, ports: PaymentPorts, lifetime: Lifetime | None = None
) -> TopUpOutcome:
    """Do what the rule wants now, and say what that was. What is bought can be spent for the `lifetime`, None for ever.

    Invariant: the charge that is under way is named in the rule before it is made, and only its end makes room for
    another. So however often this runs, and wherever it stops, it carries on with that one charge. It queues nothing:
    whatever is to be done later, the rule's one timer is for.
    Raises Conflict when somebody else was faster, or ChargebeeRateLimited.
    """
    account = ports.usage.account(organization_id)
    rule, now = account.rules.get(currency), ports.world.clock()
    if rule is None:
        return TopUpOutcome.NO_RULE
    if rule.pending is None:
        wallet = account.at(now).wallet(currency)
        if not wanted(rule, wallet):
            _look_at(organization_id, rule, next_expiry(rule, wallet.lots, now), ports)
            return TopUpOutcome.NOT_WANTED
        if (moment := due_at(rule, now)) > now:
            _look_at(organization_id, rule, moment, ports)
            return TopUpOutcome.WAITING
        rule = begin(rule, now)
        ports.records.save_rule(organization_id, rule)
    state = _charge(organization_id, rule, ports, lifetime)
    if state in (ChargeState.SUCCEEDED, ChargeState.FAILED):
        _finish(organization_id, rule, state, ports)
    elif state is ChargeState.ACTION_REQUIRED:
        _look_at(organization_id, rule, now + COOLDOWN, ports)
    return TopUpOutcome(state)


def _look_at(organization_id: str, rule: TopUpRule, moment: int, ports: PaymentPorts) -> None:
    timed = look_at(rule, moment)
    if timed is not rule:
        ports.records.save_rule(organization_id, timed)


def _charge(organization_id: str, rule: TopUpRule, ports: PaymentPorts, lifetime: Lifetime | None) -> ChargeState:
    """What the lease waits for; one whose money came and was taken back has had its end."""
    order = Order(rule.currency, rule.pending_amount_minor, TOP_UP)
    wanted = CardCharge(organization_id, str(rule.pending), order, Purpose.AUTO_TOP_UP, lifetime)
    try:
        charge = charge_card(wanted, ports)
        return ChargeState.SUCCEEDED if charge.completed else charge.state
    except (PaymentMethodNotFound, OrganizationDeleted):
        return ChargeState.FAILED
    except (ChargebeeTimeout, ChargebeeUnavailable):
        return ChargeState.UNKNOWN


def _finish(organization_id: str, rule: TopUpRule, state: ChargeState, ports: PaymentPorts) -> None:
    """Give the lease back, unless that is done; an admin may have changed the rule meanwhile."""

    def attempt() -> None:
        now = ports.usage.account(organization_id).rules.get(rule.currency)
        if now is not None and now.pending == rule.pending:
            ports.records.save_rule(organization_id, succeed(now) if state is ChargeState.SUCCEEDED else fail(now))

    until_won(attempt, CHARGE_ATTEMPTS, "The rule kept changing.")
