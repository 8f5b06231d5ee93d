"""The Chargebee simulator and the vendor's SDK, as every test finds them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from chargebee import Chargebee as Sdk
from chargebee import http_request

from tests.chargebee.simulator import ChargebeeSimulator, running_simulator

__all__ = ["restored_sdk", "shared_simulator", "simulator"]


@pytest.fixture(scope="package")
def shared_simulator() -> Iterator[ChargebeeSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(shared_simulator: ChargebeeSimulator) -> ChargebeeSimulator:
    shared_simulator.reset()
    return shared_simulator


@pytest.fixture(autouse=True)
def restored_sdk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Connecting changes the SDK itself, and opens what only the end of a function closes: undone after the test.

    Certificates take longer to load than most of the tests take, and only the tests about them need any.
    """
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    monkeypatch.setattr(http_request, "_make_request", http_request._make_request)
    monkeypatch.setattr(Sdk, "verify_ca_certs", Sdk.verify_ca_certs)
    opened: list[httpx.Client] = []
    client = httpx.Client

    def remembered(*arguments: Any, **named: Any) -> httpx.Client:
        opened.append(client(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(httpx, "Client", remembered)
    yield
    for each in opened:
        each.close()
