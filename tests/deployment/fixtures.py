from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from chargebee import Chargebee as Sdk
from chargebee import http_request
from moto import mock_aws

from tests.chargebee.simulator import ChargebeeSimulator, running_simulator
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.world import APP, Account, Deployment, World

PLANTED = ("ada@example.com", "4111111111111111", "test_key", "current password", "Ada Lovelace")
"""What payloads and settings carry and no log may: people, cards, secrets."""


@pytest.fixture(scope="package")
def shared_simulator() -> Iterator[ChargebeeSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def chargebee(shared_simulator: ChargebeeSimulator) -> ChargebeeSimulator:
    shared_simulator.reset()
    return shared_simulator


@pytest.fixture
def cold_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Every test begins in a fresh execution environment, and leaves nothing open behind it."""
    monkeypatch.setattr(http_request, "_make_request", http_request._make_request)
    monkeypatch.setattr(Sdk, "verify_ca_certs", Sdk.verify_ca_certs)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # no test here talks TLS; loading certificates is slow
    opened: list[httpx.Client] = []
    client = httpx.Client

    def remembered(*arguments: Any, **named: Any) -> httpx.Client:
        opened.append(client(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(httpx, "Client", remembered)
    forget_warm_state()
    yield
    forget_warm_state()
    for each in opened:
        each.close()


@pytest.fixture(scope="package")
def account() -> Iterator[Account]:
    values = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in values.items():
            environment.setenv(name, value)
        yield Account()


@pytest.fixture(scope="package")
def unused() -> list[Deployment]:
    """Deployments that no test has changed: making one takes longer than most tests."""
    return []


@pytest.fixture
def world(
    account: Account,
    unused: list[Deployment],
    chargebee: ChargebeeSimulator,
    cold_start: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    deployment = unused.pop() if unused else Deployment(account)
    account.start_over()
    account.changed = False
    values = {
        "AppUrl": APP,
        "ApiUrl": "https://api.example.com",
        "ScalekitEnvironmentUrl": "https://example.scalekit.com",
        "ScalekitClientId": "skc_1",
        "ScalekitMachineAudience": "billing",
        "ScalekitBackendClientIds": "m2morg_backend",
        "ChargebeeSite": "site",
        "ChargebeeApiUrl": chargebee.url,
    }
    yield World(deployment, chargebee, monkeypatch, deployment.values | values)
    if not (deployment.used or account.changed):
        unused.append(deployment)


@pytest.fixture(autouse=True)
def nothing_private_is_logged(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Whatever a test here does, its logs and metrics hold ids and outcomes, and no payload."""
    yield
    written = "".join(capfd.readouterr())
    assert [each for each in PLANTED if each in written] == []
