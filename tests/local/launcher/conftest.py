"""One emulator with the small app deployed into it, by the launcher's own steps."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.launcher import services
from local.launcher.aws import Aws
from local.launcher.cloudformation import rewrite
from local.launcher.deployment import Deployment, deploy
from local.launcher.front import FrontServer
from local.launcher.layout import StateDirectory
from local.launcher.options import Ports
from local.launcher.ports import settle
from local.launcher.processes import Children
from local.launcher.pump import Pump, stream_mappings
from local.launcher.translation import translate

SMALL_APP = Path(__file__).parent / "small_app" / "template.yaml"


@dataclass(frozen=True)
class SmallApp:
    aws: Aws
    deployment: Deployment
    pumps: list[Pump]
    origin: str

    def id(self, logical_id: str) -> str:
        return self.deployment.physical_ids[logical_id]


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aws]:
    state = StateDirectory(tmp_path_factory.mktemp("emulator"))
    port = settle(Ports(0, 0, 0, 0)).aws
    with Children(state.logs) as children:
        children.start(services.emulator(state, port)).await_ready()
        yield Aws(f"http://127.0.0.1:{port}")


@pytest.fixture(scope="session")
def small_app(emulator: Aws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallApp]:
    translation = translate(SMALL_APP, tmp_path_factory.mktemp("translations"))
    parameters = {"ScalekitEnvironmentUrl": "http://127.0.0.1:1", "Undeclared": "left out"}
    deployment = deploy(emulator, rewrite(translation, {}), translation.code, parameters)
    pumps = [
        Pump(emulator, mapping, lambda pump, error: pytest.fail(repr(error))) for mapping in stream_mappings(emulator)
    ]
    for pump in pumps:
        pump.start()
    gateway = (
        f"{emulator.client('lambda').meta.endpoint_url}/_aws/execute-api/{deployment.physical_ids['Api']}/$default"
    )
    front = FrontServer(0, gateway, SMALL_APP.parent, {})
    front.start()
    yield SmallApp(emulator, deployment, pumps, f"http://127.0.0.1:{front.server_port}")
    front.stop()
    for pump in pumps:
        pump.stop()
