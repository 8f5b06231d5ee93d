import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from tests.local.scalekit.receiver import Receiver, running_receiver
from tests.local.scalekit.simulator import SECRET, Simulator, running_simulator


@pytest.fixture(scope="session")
def shared_receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def shared_simulator(shared_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("scalekit"), shared_receiver.url) as (simulator, _):
        yield simulator


@pytest.fixture
def simulator(shared_simulator: Simulator, receiver: Receiver) -> Simulator:
    """An empty environment whose webhooks go to `receiver`."""
    assert shared_simulator.send("POST", "/_sim/reset").status == 201
    receiver.start_over(f"/{uuid.uuid4()}")
    shared_simulator.send("PUT", "/_sim/webhook_endpoint", {"url": receiver.url, "secret": SECRET})
    return shared_simulator


@pytest.fixture
def receiver(shared_receiver: Receiver) -> Receiver:
    return shared_receiver


@pytest.fixture(scope="session")
def sdk_module() -> Any:
    """The vendor's SDK; its models still use pydantic's deprecated class-based configuration."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import scalekit

        return scalekit


@pytest.fixture
def sdk(simulator: Simulator, sdk_module: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The real client, unmodified.

    Its trust is handed over directly, as gRPC reads GRPC_DEFAULT_SSL_ROOTS_FILE_PATH once in a process's life.
    """
    trust_simulator(simulator, monkeypatch)
    return sdk_module.ScalekitClient(simulator.url, "skc_local", "test_secret")


def trust_simulator(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    import grpc

    credentials = grpc.ssl_channel_credentials(root_certificates=simulator.authority.read_bytes())
    monkeypatch.setattr("scalekit.core.grpc.ssl_channel_credentials", lambda: credentials)
