"""Fill a wallet up by itself when it is low: one charge at a time, under its rule."""

from enum import StrEnum

from billing.core.chargebee_errors import ChargebeeTimeout, ChargebeeUnavailable
from billing.core.errors import OrganizationDeleted, PaymentMethodNotFound
from billing.core.until_won import CHARGE_ATTEMPTS, until_won
from billing.metering.domain.top_up_rule import (
    COOLDOWN,
    TopUpRule,
    TopUpSettings,
    begin,
    due_at,
    fail,
    set_rule,
    succeed,
    wanted,
)
from billing.metering.services.ports import UsageStore
from billing.payments.domain.charge import IN_FLIGHT, TOP_UP, ChargeState, Order, Purpose
from billing.payments.services.charge_card import CardCharge, charge_card
from billing.payments.services.ports import PaymentPorts, PaymentStore
from billing.subscriptions.domain.transaction import MAX_DELAY, WRITTEN_SOON, Command, Task
from billing.subscriptions.services.ports import Queue


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

    Queue the task before saving the rule: a wallet that is already low will not emit `wallet.low` again.
    Raises OrganizationDeleted or Conflict.
    """

    def attempt() -> TopUpRule:
        account = usage.account(organization_id)
        organization = account.partition.organization
        if organization is not None and organization.deleted_at is not None:
            raise OrganizationDeleted("This organization has been deleted.")
        rule = set_rule(account.rules.get(wanted.currency), wanted)
        if rule.enabled:
            commands.command(Command(Task.AUTO_TOP_UP, organization_id, currency=wanted.currency, delay=WRITTEN_SOON))
        records.save_rule(organization_id, rule)
        return rule

    return until_won(attempt, CHARGE_ATTEMPTS, "The rule kept changing. Try again.")


def auto_top_up(organization_id: str, currency: str, ports: PaymentPorts) -> TopUpOutcome:
    """Do what the rule wants now, and say what that was.

    Invariant: the charge that is under way is named in the rule before it is made, and only its end makes room for
    another. So however often this runs, and wherever it stops, it carries on with that one charge. What is not done
    yet is queued again, last, so that a message that is repeated does not multiply.
    Raises Conflict when somebody else was faster, or ChargebeeRateLimited.
    """
    account = ports.usage.account(organization_id)
    rule, now = account.rules.get(currency), ports.world.clock()
    if rule is None:
        return TopUpOutcome.NO_RULE
    if rule.pending is None:
        if not wanted(rule, account.wallet(currency)):
            return TopUpOutcome.NOT_WANTED
        if (wait := due_at(rule, now) - now) > 0:
            _again(organization_id, currency, wait, ports)
            return TopUpOutcome.WAITING
        rule = begin(rule, now)
        ports.records.save_rule(organization_id, rule)
    return _carry_on(organization_id, rule, ports)


def _carry_on(organization_id: str, rule: TopUpRule, ports: PaymentPorts) -> TopUpOutcome:
    state = _charge(organization_id, rule, ports)
    if state in (ChargeState.SUCCEEDED, ChargeState.FAILED):
        _finish(organization_id, rule, state, ports)
        _again(organization_id, rule.currency, COOLDOWN, ports)
    else:
        _again(organization_id, rule.currency, IN_FLIGHT, ports)
    return TopUpOutcome(state)


def _charge(organization_id: str, rule: TopUpRule, ports: PaymentPorts) -> ChargeState:
    order = Order(rule.currency, rule.pending_amount_minor, TOP_UP)
    wanted = CardCharge(organization_id, str(rule.pending), order, Purpose.AUTO_TOP_UP)
    try:
        return charge_card(wanted, ports).state
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


def _again(organization_id: str, currency: str, seconds: int, ports: PaymentPorts) -> None:
    delay = min(seconds, MAX_DELAY)
    ports.world.commands.command(Command(Task.AUTO_TOP_UP, organization_id, currency=currency, delay=delay))
