import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from billing.app.clients import SECRET_LIFETIME, Secrets
from tests.aws_in_memory import client_in_memory
from tests.chargebee.moment import Moment


@pytest.fixture
def client() -> Iterator[Any]:
    with client_in_memory("secretsmanager") as client:
        yield client


@pytest.fixture
def calls(client: Any) -> list[str]:
    found: list[str] = []
    client.meta.events.register("before-send", lambda request, **_: found.append(request.url))
    return found


def test_a_secret_is_read_once_and_kept_for_five_minutes(client: Any, calls: list[str]) -> None:
    client.create_secret(Name="key", SecretString=json.dumps({"api_key": "first"}))
    calls.clear()
    moment = Moment()
    secrets = Secrets(client, moment)
    assert [secrets("key")["api_key"] for _ in range(3)] == ["first"] * 3
    moment.now += SECRET_LIFETIME - 1
    assert (secrets("key")["api_key"], len(calls)) == ("first", 1)


def test_a_rotation_takes_effect_after_five_minutes(client: Any) -> None:
    client.create_secret(Name="key", SecretString=json.dumps({"api_key": "first"}))
    moment = Moment()
    secrets = Secrets(client, moment)
    secrets("key")
    client.put_secret_value(SecretId="key", SecretString=json.dumps({"api_key": "second"}))
    moment.now += SECRET_LIFETIME
    assert secrets("key")["api_key"] == "second"


def test_a_rotation_takes_effect_at_once_for_whoever_asks_for_the_renewed_secret_and_for_all_after_it(
    client: Any,
) -> None:
    client.create_secret(Name="key", SecretString=json.dumps({"api_key": "first"}))
    secrets = Secrets(client, Moment())
    secrets("key")
    client.put_secret_value(SecretId="key", SecretString=json.dumps({"api_key": "second"}))
    assert [secrets("key")["api_key"], secrets.renewed("key")["api_key"]] == ["first", "second"]
    assert secrets("key")["api_key"] == "second"


def test_secrets_are_kept_apart(client: Any) -> None:
    for name in ("one", "other"):
        client.create_secret(Name=name, SecretString=json.dumps({"name": name}))
    secrets = Secrets(client, Moment())
    assert [secrets(name)["name"] for name in ("one", "other", "one")] == ["one", "other", "one"]


def test_a_secret_that_cannot_be_read_raises_and_is_asked_for_again(client: Any) -> None:
    secrets = Secrets(client, Moment())
    with pytest.raises(ClientError):
        secrets("key")
    client.create_secret(Name="key", SecretString=json.dumps({"api_key": "late"}))
    assert secrets("key")["api_key"] == "late"


def test_a_secret_that_is_not_json_raises(client: Any) -> None:
    client.create_secret(Name="key", SecretString="plain text")
    with pytest.raises(ValueError, match="Expecting value"):
        Secrets(client, Moment())("key")
