"""A deployment of the template, in which functions are called as Lambda calls them."""

from collections.abc import Iterator

import pytest

from tests.aws_in_memory import aws_in_memory
from tests.chargebee.fixtures import restored_sdk, shared_simulator, simulator
from tests.chargebee.simulator import ChargebeeSimulator
from tests.deployment.lambda_runtime import forget_warm_state
from tests.deployment.world import APP, Account, Deployment, World

__all__ = [
    "account",
    "chargebee",
    "cold_start",
    "nothing_private_is_logged",
    "restored_sdk",
    "shared_simulator",
    "simulator",
    "unused",
    "world",
]

PLANTED = ("ada@example.com", "4111111111111111", "test_key", "current password", "Ada Lovelace")
"""What payloads and settings carry and no log may: people, cards, secrets."""


@pytest.fixture
def chargebee(simulator: ChargebeeSimulator) -> ChargebeeSimulator:
    return simulator


@pytest.fixture
def cold_start(restored_sdk: None) -> Iterator[None]:
    """Every test begins in a fresh execution environment, and leaves nothing open behind it."""
    forget_warm_state()
    yield
    forget_warm_state()


@pytest.fixture(scope="package")
def account() -> Iterator[Account]:
    with aws_in_memory():
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
        "AcceptUnknownOrganizations": "true",
        "ChargebeeSite": "site",
        "ChargebeeApiUrl": chargebee.url,
        "ReconcileCallsPerMinute": "60000",  # no test waits for it
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
