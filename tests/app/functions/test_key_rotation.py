"""A warm function stops sending a Chargebee key that was rotated."""

import time

from billing.app.clients import SECRET_LIFETIME
from tests.deployment.gateway import ADMIN, http_event
from tests.deployment.subscriptions import subscribed
from tests.deployment.world import World

PORTAL = "POST /api/subscription/portal"
REVOKED = {"api_error_code": "api_authentication_failed", "message": "Sorry, authentication failed."}


def keys_sent(world: World) -> list[str]:
    """The API key of every call that opening the portal makes, from a function that stays warm."""
    world.chargebee.forget_calls()
    assert world.call("subscriptions/portal", http_event(PORTAL, claims=ADMIN, body={})).status == 200
    return [call["api_key"] for call in world.chargebee.calls()]


def rotated(world: World) -> None:
    subscribed(world)
    assert set(keys_sent(world)) == {"test_key"}
    world.keep_secret("ChargebeeApiSecret", api_key="test_key_new")


def test_within_five_minutes_of_a_rotation_the_new_key_is_sent(world: World) -> None:
    world.freeze(now := int(time.time()))
    rotated(world)
    assert set(keys_sent(world)) == {"test_key"}
    world.freeze(now + SECRET_LIFETIME)
    assert set(keys_sent(world)) == {"test_key_new"}


def test_a_key_that_is_revoked_is_replaced_in_the_same_call(world: World) -> None:
    rotated(world)
    world.chargebee.fail("/portal_sessions", status=401, body=REVOKED, count=1)
    assert keys_sent(world)[-2:] == ["test_key", "test_key_new"]
    assert set(keys_sent(world)) == {"test_key_new"}
