"""Secrets rotate without a lost webhook: the current and the previous one are both good, the one before is not."""

import base64
import secrets
from pathlib import Path

from local.operations.setting_secrets import drop_previous, from_file, set_secrets
from local.operations.target import Target
from tests.stack.api import Member, refused
from tests.stack.scalekit import organization_event, signed
from tests.stack.world import Cloud, fresh, now


def test_chargebees_password_rotates(world: Cloud, admin: Member) -> None:
    old = world.stack.chargebee_webhook
    new = {"current_username": "chargebee", "current_password": secrets.token_urlsafe(12)}
    both = new | {"previous_username": old.username, "previous_password": old.password}
    customer = {"id": admin.organization_id, "meta_data": {"organizationId": admin.organization_id}}

    def deliver(password: str) -> int:
        event = {"id": fresh("ev"), "event_type": "x", "occurred_at": now(), "content": {"customer": customer}}
        return world.deliver(event, ("chargebee", password)).status_code

    with world.secrets.replaced("ChargebeeWebhookSecret", **both):
        assert deliver(old.password) == 200, "a warm function trusts what it read for five minutes"
        with world.functions.reconfigured("ChargebeeWebhook", STARTED_ANEW="1"):
            assert deliver(new["current_password"]) == 200
            assert deliver(old.password) == 200
            assert deliver("neither") == 401

    with (
        world.secrets.replaced("ChargebeeWebhookSecret", **new),
        world.functions.reconfigured("ChargebeeWebhook", STARTED_ANEW="2"),
    ):
        assert deliver(new["current_password"]) == 200
        assert deliver(old.password) == 401

    assert deliver(old.password) == 200
    world.queues.drained("EventsQueue")


def test_scalekits_signing_secret_rotates(world: Cloud) -> None:
    old = world.stack.scalekit_webhook_secret
    new = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    older = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()

    def deliver(*keys: str) -> int:
        body = organization_event("organization.updated", fresh("evt"), fresh("org"))
        headers = signed(body, keys[0], "msg_1")
        for key in keys[1:]:
            headers["webhook-signature"] += f" {signed(body, key, 'msg_1')['webhook-signature']}"
        return world.deliver_scalekit(body, headers).status_code

    with (
        world.secrets.replaced("ScalekitSigningSecret", current=new, previous=old),
        world.functions.reconfigured("ScalekitWebhook", STARTED_ANEW="1"),
    ):
        assert deliver(new) == 200
        assert deliver(old) == 200
        assert deliver(older) == 401
        assert deliver(older, old) == 200

    with (
        world.secrets.replaced("ScalekitSigningSecret", current="", previous=""),
        world.functions.reconfigured("ScalekitWebhook", STARTED_ANEW="2"),
    ):
        body = organization_event("organization.created", fresh("evt"), fresh("org"))
        refused(world.deliver_scalekit(body, signed(body, old, "msg_1")), 500, "not_configured")
        empty = signed(body, "whsec_", "msg_1")
        refused(world.deliver_scalekit(body, empty), 500, "not_configured")

    assert deliver(old) == 200
    world.queues.drained("ProvisioningQueue")


def test_an_operator_rotates_a_secret_of_the_running_stack(world: Cloud, tmp_path: Path) -> None:
    old = world.stack.scalekit_webhook_secret
    new = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    operated = Target("the stack of the tests", world.stack.outputs, world.stack.client)
    file = tmp_path / "secrets"
    file.write_text(f"SCALEKIT_WEBHOOK_SECRET={new}\n")

    def deliver(key: str) -> int:
        body = organization_event("organization.updated", fresh("evt"), fresh("org"))
        return world.deliver_scalekit(body, signed(body, key, "msg_1")).status_code

    with world.secrets.replaced("ScalekitSigningSecret", **world.secrets.read("ScalekitSigningSecret")):
        set_secrets(operated, from_file(file))
        with world.functions.reconfigured("ScalekitWebhook", STARTED_ANEW="3"):
            assert (deliver(new), deliver(old)) == (200, 200)
        drop_previous(operated)
        with world.functions.reconfigured("ScalekitWebhook", STARTED_ANEW="4"):
            assert (deliver(new), deliver(old)) == (200, 401)

    assert deliver(old) == 200
    world.queues.drained("ProvisioningQueue")
