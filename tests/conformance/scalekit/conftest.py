import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from jsonschema import Draft202012Validator

from tests.local.scalekit.conftest import trust_simulator
from tests.local.scalekit.receiver import Receiver, running_receiver
from tests.local.scalekit.simulator import Simulator, running_simulator

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the models of the vendor's SDK use a form that pydantic left
    from scalekit import ScalekitClient

HERE = Path(__file__).parent
PACKAGE = HERE.parent / "node_modules" / "@scalekit-sdk" / "node"
TOLERATED = {each["where"] for each in json.loads((HERE / "differences.json").read_text())}


class Hold(Protocol):
    def __call__(self, where: str, documented: dict[str, Any], *values: object) -> None: ...


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    with running_receiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def simulator(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with running_simulator(tmp_path_factory.mktemp("scalekit"), receiver.url) as (simulator, _):
        yield simulator


@pytest.fixture
def sdk(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The vendor's Python SDK, which is always TLS."""
    trust_simulator(simulator, monkeypatch)
    return ScalekitClient(simulator.url, "skc_local", "test_secret")


@pytest.fixture
def hold() -> Hold:
    """Hold values against what is documented of them; `where` is what they are called in a difference.

    They differ exactly as listed: what is listed and met no more fails as well.
    """

    def held(where: str, documented: dict[str, Any], *values: object) -> None:
        checks = Draft202012Validator(documented)
        errors = [error for value in values for error in checks.iter_errors(value)]
        told = {" ".join([where, *map(str, error.absolute_path)]): error.message for error in errors}
        assert told.keys() == {place for place in TOLERATED if f"{place} ".startswith(f"{where} ")}, told

    return held


@pytest.fixture
def node() -> str:
    """The Node that runs the vendor's SDK."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("no Node: Scalekit's Node SDK was not tried against the simulator")
    if not PACKAGE.exists():
        pytest.skip(f"no {PACKAGE.name} package of Scalekit: run `npm ci` in {PACKAGE.parents[2]}")
    return program
