"""Every sample in `events/`, through the handler that it is named after, with what must come of it."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from billing.core.errors import InvalidRequest
from events.sign import signed
from tests.app.functions.test_reconcile import Scalekit
from tests.deployment.gateway import failed
from tests.deployment.lambda_runtime import http_answer
from tests.deployment.subscriptions import post, subscribed
from tests.deployment.template import ROOT, functions
from tests.deployment.world import WEBHOOK_SECRET, World
from tests.samples.test_metering_samples import SAMPLES as METERING
from tests.samples.test_organization_samples import SAMPLES as ORGANIZATIONS
from tests.samples.test_payment_samples import SAMPLES as PAYMENTS

SAMPLES = ROOT / "events"
Check = Callable[[World, dict[str, Any]], None]


def answers(status: int, /, **body: Any) -> Check:
    """An HTTP answer whose body has at least these fields."""

    def check(_: World, response: dict[str, Any]) -> None:
        answer = http_answer(response)
        assert answer.status == status, answer.text
        assert {name: answer.body.get(name) for name in body} == body

    return check


def redirects(location: str) -> Check:
    def check(world: World, response: dict[str, Any]) -> None:
        answer = http_answer(response)
        assert (answer.status, answer.headers["location"]) == (302, location)
        assert world.chargebee.calls() == []

    return check


def queues(queue: str, types: list[str]) -> Check:
    """A webhook that is accepted and durable."""

    def check(world: World, response: dict[str, Any]) -> None:
        assert http_answer(response).body == {"received": True}
        messages = world.messages(queue)
        assert [message.get("type") or message["event_type"] for message in messages] == types

    return check


def applies(
    *announced: str, row: str | None = None, outcome: str = "applied", gives_back: list[str] | None = None
) -> Check:
    """A batch: what was announced, the row's state afterwards, the ledger's word, and the messages that failed."""

    def check(world: World, response: dict[str, Any]) -> None:
        assert failed(response) == (gives_back or [])
        assert [each.removeprefix("subscription.") for each in world.announced()] == list(announced)
        rows = {item["sk"]: item["status"] for item in world.items("ORG#") if item["sk"].startswith("SUB#")}
        assert rows.get("SUB#cb1") == row
        outcomes = [item["outcome"] for item in world.items("EVENT#")]
        assert outcome in outcomes or not outcomes

    return check


def works(*announced: str, gives_back: list[str] | None = None) -> Check:
    return applies(*announced, gives_back=gives_back)


def returns(**parts: Any) -> Check:
    def check(_: World, response: dict[str, Any]) -> None:
        assert response == parts

    return check


def publishes(*transitions: str) -> Check:
    def check(world: World, response: dict[str, Any]) -> None:
        assert failed(response) == []
        assert [event["DetailType"] for event in world.account.published] == list(transitions)

    return check


BORN = ("customer.created", "created")
NEW = (*BORN, "activated")
NOTHING = {"read": 0, "queued": 0}

ON_AN_EMPTY_DEPLOYMENT: dict[str, Check] = {
    "subscriptions/access.no_plan_named": answers(400, code="invalid_request"),
    "subscriptions/access.no_subscription": answers(200, allowed=False, reason="no_subscription"),
    "subscriptions/apply_event.customer_deleted": applies("created", "cancelled", "deleted", row="deleted"),
    "subscriptions/apply_event.customer_of_nobody": applies(outcome="orphan"),
    "subscriptions/apply_event.customer_with_an_id_of_its_own": applies(*NEW, row="active"),
    "subscriptions/apply_event.event_of_a_type_not_yet_known": applies(*NEW, row="active"),
    "subscriptions/apply_event.invoice_generated": applies(outcome="ignored"),
    "subscriptions/apply_event.one_poisoned_message": applies(
        *NEW, "created", "activated", row="active", gives_back=["message-2"]
    ),
    "subscriptions/apply_event.out_of_order": applies(*BORN, "cancelled", row="cancelled", outcome="stale"),
    "subscriptions/apply_event.payment_failed": applies(*NEW, "past_due", row="active"),
    "subscriptions/apply_event.payment_source_added": applies("customer.created"),
    "subscriptions/apply_event.payment_succeeded": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_activated": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_cancellation_scheduled": applies(
        *NEW, "cancellation_scheduled", row="non_renewing"
    ),
    "subscriptions/apply_event.subscription_cancelled": applies(*BORN, "cancelled", row="cancelled"),
    "subscriptions/apply_event.subscription_changed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_changed_product_catalog_1": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_created": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_created_for_later": applies(*BORN, row="future"),
    "subscriptions/apply_event.subscription_created_in_trial": applies(*NEW, "trial_started", row="in_trial"),
    "subscriptions/apply_event.subscription_deleted": applies(*BORN, "cancelled", "deleted", row="deleted"),
    "subscriptions/apply_event.subscription_paused": applies(*NEW, "paused", row="paused"),
    "subscriptions/apply_event.subscription_reactivated": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_renewed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_resumed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_scheduled_cancellation_removed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_without_items": applies(*NEW, row="active"),
    "subscriptions/apply_event.the_same_event_twice": applies(*NEW, row="active"),
    "chargebee/webhook.base64_body": queues("EventsQueue", ["subscription_created"]),
    "chargebee/webhook.no_credentials": answers(401, code="unauthenticated"),
    "chargebee/webhook.no_event_id": answers(400, code="invalid_request"),
    "chargebee/webhook.not_json": answers(400, code="invalid_request"),
    "chargebee/webhook.subscription_created": queues("EventsQueue", ["subscription_created"]),
    "chargebee/webhook.wrong_password": answers(401, code="unauthenticated"),
    "organizations/sync.browser_session": answers(403, code="forbidden"),
    "plans/list.member": answers(200),
    "organizations/provision.cancel_orphan": works(),
    "organizations/provision.created_then_deleted": works("customer.created"),
    "organizations/provision.event_of_another_type": works(),
    "organizations/provision.one_poisoned_message": works("customer.created", gives_back=["message-1"]),
    "organizations/provision.organization_created": works("customer.created"),
    "organizations/provision.organization_deleted": works(),
    "organizations/provision.organization_updated": works("customer.created"),
    "app/reconcile.replay": returns(events=NOTHING),
    "app/reconcile.replay_one_organization": returns(events=NOTHING),
    "announcements/relay.customer_created": publishes("customer.created"),
    "announcements/relay.subscription_created": publishes("subscription.created"),
    "announcements/run_hook.subscription_cancelled": works(),
    "announcements/run_hook.subscription_created": works(),
    "scalekit/webhook.organization_created": queues("ProvisioningQueue", ["organization.created"]),
    "scalekit/webhook.organization_deleted": queues("ProvisioningQueue", ["organization.deleted"]),
    "scalekit/webhook.organization_updated": queues("ProvisioningQueue", ["organization.updated"]),
    "scalekit/webhook.stale_signature": answers(401, code="unauthenticated"),
    "scalekit/webhook.unsigned": answers(401, code="unauthenticated"),
    "runtime/session.signed_in": answers(200, userId="usr_1", organizationId="org_1", roles=["admin", "owner"]),
    "runtime/session.signed_in_without_an_organization": answers(403, code="organization_required"),
    "runtime/session.signed_out": answers(401, code="unauthenticated"),
    "subscriptions/create.another_organization": answers(403, code="forbidden"),
    "subscriptions/create.base64_body": answers(200, mode="hosted"),
    "subscriptions/create.growth": answers(200, mode="hosted"),
    "subscriptions/create.member": answers(403, code="forbidden"),
    "subscriptions/create.own_trial": answers(400, code="invalid_request"),
    "subscriptions/create.seats_as_text": answers(400, code="invalid_request"),
    "subscriptions/create.too_many_seats": answers(400, code="invalid_seats"),
    "subscriptions/create.unknown_plan": answers(400, code="unknown_plan"),
    "subscriptions/create.url_of_another_site": answers(400, code="invalid_url"),
    "subscriptions/create.with_addon": answers(200, mode="hosted"),
    "subscriptions/cancel.someday": answers(400, code="invalid_request"),
    "subscriptions/list.another_organization": answers(403, code="forbidden"),
    "subscriptions/list.history": answers(200, subscriptions=[], cursor=None),
    "subscriptions/list.live": answers(200, subscriptions=[], pendingCheckout=None),
    "subscriptions/portal.open": answers(200),
    "subscriptions/portal.url_of_another_site": answers(400, code="invalid_url"),
    "subscriptions/complete_checkout.forged_state": redirects("https://app.example.com/billing"),
    "subscriptions/complete_checkout.url_of_another_site": redirects("https://app.example.com/"),
    "subscriptions/complete_checkout.without_state": redirects("https://app.example.com/billing"),
    "subscriptions/update.no_such_subscription": answers(404, code="subscription_not_found"),
}

WITH_A_SUBSCRIPTION: dict[str, Check] = {
    "organizations/sync.machine": answers(200, organizationId="org_1", subscriptions=1, changed=0),
    "organizations/provision.resync": lambda _, response: None if failed(response) == [] else pytest.fail(),
    "app/reconcile.sync_one_organization": returns(organizationId="org_1", subscriptions=1, changed=0),
    "subscriptions/cancel.now": answers(200, status="cancelled"),
    "subscriptions/cancel.term_end": answers(200, status="in_trial"),  # until the trial's end
    "subscriptions/update.more_seats": answers(200, mode="hosted"),
    "subscriptions/update.nothing_to_change": answers(400, code="nothing_to_change"),
}

ELSEWHERE = {
    "app/reconcile.no_such_task": "refused with an exception",
    "app/reconcile.schedule": "asks Scalekit too",
    "subscriptions/restore.scheduled_cancellation": "needs a cancellation first",
}
"""Samples with a test of their own below."""


def sample(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    signable = name.startswith("scalekit/webhook.organization")
    return signed(event, WEBHOOK_SECRET, int(time.time())) if signable else event


def invoke(world: World, name: str) -> dict[str, Any]:
    return world.invoke(name.partition(".")[0], sample(name))


@pytest.mark.parametrize("name", ON_AN_EMPTY_DEPLOYMENT)
def test_a_sample_does_what_its_name_says(world: World, name: str) -> None:
    ON_AN_EMPTY_DEPLOYMENT[name](world, invoke(world, name))


@pytest.mark.parametrize("name", WITH_A_SUBSCRIPTION)
def test_a_sample_does_what_its_name_says_to_a_subscription(world: World, name: str) -> None:
    subscribed(world)
    WITH_A_SUBSCRIPTION[name](world, invoke(world, name))


def test_the_sample_of_a_restore_takes_a_cancellation_back(world: World) -> None:
    subscribed(world)
    post(world, "subscriptions/cancel")
    answers(200, status="in_trial")(world, invoke(world, "subscriptions/restore.scheduled_cancellation"))


def test_the_sample_of_the_schedule_reads_both_vendors(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("billing.app.wiring.scalekit", Scalekit)
    result = invoke(world, "app/reconcile.schedule")
    assert result == {"events": NOTHING, "subscriptions": NOTHING, "organizations": NOTHING}


def test_the_sample_of_a_task_that_there_is_not_is_refused(world: World) -> None:
    with pytest.raises(InvalidRequest):
        invoke(world, "app/reconcile.no_such_task")


def test_every_sample_is_proved_and_belongs_to_a_function() -> None:
    there = {str(path.relative_to(SAMPLES).with_suffix("")) for path in SAMPLES.rglob("*.json")}
    assert there == {*ON_AN_EMPTY_DEPLOYMENT, *WITH_A_SUBSCRIPTION, *ELSEWHERE, *METERING, *ORGANIZATIONS, *PAYMENTS}
    assert {name.partition(".")[0] for name in there} <= set(functions())
