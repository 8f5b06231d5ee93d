"""Access tokens as Scalekit signs them, and the environment that publishes its keys."""

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.chargebee.scripted_server import ScriptedServer, json_reply, running_server
from tests.deployment.world import World

KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))


def published(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    jwk: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return jwk | {"kid": kid, "use": "sig", "alg": "RS256"}


@pytest.fixture
def scalekit(world: World) -> Iterator[ScriptedServer]:
    """Scalekit's environment, of which only the keys are asked for."""
    with running_server() as server:
        server.script(json_reply({"keys": [published(KEY, "key_1")]}))
        world.values["ScalekitEnvironmentUrl"] = server.url
        yield server


def claims(server: ScriptedServer, **changed: Any) -> dict[str, Any]:
    """What Scalekit puts into an access token; None leaves a claim out, `exp` and `nbf` are seconds from now."""
    now = int(time.time())
    changed |= {name: now + changed[name] for name in ("exp", "nbf") if isinstance(changed.get(name), int)}
    values = {
        "iss": server.url,
        "aud": ["skc_1"],
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "sub": "usr_1",
        "sid": "ses_1",
        "oid": "org_1",
        "roles": ["admin"],
        "permissions": ["billing:manage"],
        "client_id": "skc_1",
        **changed,
    }
    return {name: value for name, value in values.items() if value is not None}


def token(server: ScriptedServer, kid: str | None = "key_1", **changed: Any) -> str:
    return jwt.encode(claims(server, **changed), KEY, "RS256", headers={"kid": kid} if kid else None)
