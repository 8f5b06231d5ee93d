"""A webhook is taken from its vendor only, byte for byte, and only if it is one."""

import base64
import json
import time
from typing import Any

import pytest

from tests.stack.account import Account
from tests.stack.api import refused
from tests.stack.scalekit import organization_event, signed
from tests.stack.world import Cloud, fresh, now

type Json = dict[str, Any]


def test_scalekit_webhooks_need_a_fresh_signature_over_these_very_bytes(world: Cloud) -> None:
    organization_id = fresh("org")
    body = organization_event("organization.created", fresh("evt"), organization_id)
    secret, stamp = world.stack.scalekit_webhook_secret, time.time()
    good = signed(body, secret, "msg_1", stamp)
    other = "whsec_" + base64.b64encode(b"somebody else's secret").decode()

    for wrong in (
        {},
        signed(body, other, "msg_1"),
        signed(body, secret, "msg_1", stamp - 360),
        signed(body, secret, "msg_1", stamp + 360),
        signed(body + b" ", secret, "msg_1"),
        good | {"webhook-id": "msg_2"},
        good | {"webhook-timestamp": str(int(stamp) + 1)},
        good | {"webhook-timestamp": "now"},
        good | {"webhook-signature": ""},
        good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v2,")},
    ):
        refused(world.deliver_scalekit(body, wrong), 401, "unauthenticated")
    reserialized = json.dumps(json.loads(body), separators=(",", ":")).encode()
    refused(world.deliver_scalekit(reserialized, good), 401, "unauthenticated")
    world.queues.drained("ProvisioningQueue")
    world.untouched(organization_id)

    among_others = f"v1,AAAA {good['webhook-signature']}"
    assert world.deliver_scalekit(body, good | {"webhook-signature": among_others}).json() == {"received": True}
    assert world.mapped(organization_id) == organization_id


def test_chargebee_webhooks_need_the_password(world: Cloud) -> None:
    organization_id = fresh("org")
    credentials = world.stack.chargebee_webhook
    event = _customer_event(organization_id)

    for wrong in (
        (credentials.username, "wrong"),
        ("wrong", credentials.password),
        (credentials.username, ""),
        ("", ""),
        (credentials.password, credentials.username),
    ):
        refused(world.deliver(event, wrong), 401, "unauthenticated")
    for header in ("Basic !!!", "Basic", f"Bearer {credentials.password}", ""):
        answer = world.http.post("/api/webhooks/chargebee", json=event, headers={"authorization": header})
        refused(answer, 401, "unauthenticated")
    assert world.table.ledger(event["id"]) is None
    assert world.table.organization(organization_id) is None


@pytest.mark.parametrize(
    "text", ["", "null", "{", "[]", '"text"', "{}", '{"id":"ev_1"}', '{"event_type":"x"}', '{"id":7,"event_type":"x"}']
)
def test_a_webhook_that_is_no_event_is_refused(world: Cloud, text: str) -> None:
    refused(world.deliver(text), 400, "invalid_request")


def test_a_webhook_of_more_than_a_mebibyte_is_accepted_for_what_is_read_of_it(world: Cloud) -> None:
    event = _customer_event(fresh("org"))

    assert world.deliver(event | {"padding": ["x" * 1_400] * 1_000}).status_code == 200
    world.dealt_with(event["id"])


def test_a_webhook_of_which_more_is_read_than_a_queue_takes_is_refused(world: Cloud) -> None:
    refused(world.deliver(_customer_event(fresh("org")) | {"source": "x" * 256 * 1024}), 413, "payload_too_large")


def test_a_webhook_of_other_bytes_than_ascii_arrives_as_it_was_sent(world: Cloud) -> None:
    organization_id = fresh("org")
    body = organization_event("organization.created", fresh("evt"), organization_id, "Müller & Søn 株式会社 🚀")

    assert world.deliver_scalekit(body).status_code == 200

    world.mapped(organization_id)
    assert world.chargebee.customer(organization_id)["company"] == "Müller & Søn 株式会社 🚀"


def test_only_a_valid_fresh_signature_is_2xx(world: Cloud) -> None:
    body = organization_event("organization.created", fresh("evt"), fresh("org"))
    secret = world.stack.scalekit_webhook_secret

    assert world.deliver_scalekit(body, signed(body, secret, "msg_1")).status_code == 200
    wrong = signed(body, "whsec_" + "c29tZWJvZHkgZWxzZQ==", "msg_1")
    old = signed(body, secret, "msg_1", time.time() - 360)
    for headers in (wrong, old, {}):
        refused(world.deliver_scalekit(body, headers), 401, "unauthenticated")


def test_bad_or_absent_basic_is_401_and_changes_nothing(account: Account) -> None:
    world, event = account.world, account.event("subscription_created", account.document(10))

    refused(world.deliver(event, ("chargebee", "wrong")), 401, "unauthenticated")
    refused(world.http.post("/api/webhooks/chargebee", json=event), 401, "unauthenticated")

    assert world.table.ledger(event["id"]) is None
    assert account.admin.subscriptions() == []


def test_unset_credentials_refuse_everything(account: Account) -> None:
    world, event = account.world, account.event("subscription_created", account.document(10))
    unset = {f"{each}_{field}": "" for each in ("current", "previous") for field in ("username", "password")}

    with (
        world.secrets.replaced("ChargebeeWebhookSecret", **unset),
        world.functions.reconfigured("ChargebeeWebhook", STARTED_ANEW="1"),
    ):
        for auth in (None, ("", ""), ("chargebee", "")):
            refused(world.deliver(event, auth), 500, "not_configured")

    assert world.apply(event)["outcome"] == "applied"


@pytest.mark.parametrize("text", ["not json", "null", '{"event_type":"subscription_created","content":{}}'])
def test_what_is_no_event_is_400(world: Cloud, text: str) -> None:
    refused(world.deliver(text), 400, "invalid_request")


def _customer_event(organization_id: str) -> Json:
    return {
        "id": fresh("ev"),
        "event_type": "customer_created",
        "occurred_at": now(),
        "content": {"customer": {"id": organization_id, "meta_data": {"organizationId": organization_id}}},
    }
