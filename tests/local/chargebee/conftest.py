"""One simulator on a free port for the whole session, reset before every test, and the vendor's own SDK on it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from chargebee import Chargebee

from local.chargebee.server import create_app
from local.chargebee.simulator import Settings
from tests.local.chargebee.receiver import Receiver
from tests.local.chargebee.world import Vendor
from tests.yours import ITEM_PRICES

RETRY_DELAYS = (0.01, 0.02, 0.03)


class _Server(uvicorn.Server):
    """Runs outside the main thread, where signals cannot be handled."""

    def install_signal_handlers(self) -> None:
        pass


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    with Receiver() as probe:
        port = probe.port
    url = f"http://127.0.0.1:{port}"
    app = create_app(Settings(url, ITEM_PRICES, retry_delays=RETRY_DELAYS))
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1)
    server = _Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started and thread.is_alive() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    yield url
    server.should_exit = True
    thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def world(base_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Vendor]:
    monkeypatch.setattr(Chargebee, "verify_ca_certs", False)
    # The SDK loads the certificates anew for every call, over plain HTTP too; an empty directory is quick to load.
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    sdk = Chargebee("test_key", "simulated")
    sdk.env.protocol = "http"
    sdk.env.api_endpoint = f"{base_url}/api/v2"
    with httpx.Client(base_url=base_url, auth=("test_key", "")) as http:
        http.post("/_sim/reset").raise_for_status()
        yield Vendor(sdk, http)
