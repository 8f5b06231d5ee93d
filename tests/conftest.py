"""The stack that the tests of a deployment share, and the marks by which the gate runs its parts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.unused_rights import EveryRightIsUsed
from tests.local_stack import ROOT, Stack, started
from tests.yours import YOURS, put_in_place

SESSION_COOKIE = "session"

MARKS = {
    "stack": "needs a running local stack (set by itself on every test that asks for the `stack` fixture)",
    "package": "needs the output of `sam build`",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--every-right-is-used", action="store_true", help="fail when no call needed a right of a role")


def pytest_configure(config: pytest.Config) -> None:
    put_in_place(YOURS)
    if config.getoption("--every-right-is-used"):
        config.pluginmanager.register(EveryRightIsUsed())
    for name, meaning in MARKS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # First, because `-m stack` selects in the same hook.
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker("stack")


@pytest.fixture(scope="session", autouse=True)
def without_pauses() -> Iterator[None]:
    """Who loses a race here begins again at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("billing.core.until_won.sleep", lambda seconds: None)
        yield


@pytest.fixture(scope="session")
def stack(worker_id: str) -> Iterator[Stack]:
    """One stack for the whole session, or for each worker of a session: tests take an organization of their own instead
    of a stack of their own.

    `STACK=.local/stack.json` uses one that runs already.
    """
    if contract := os.environ.get("STACK"):
        yield Stack.read(Path(contract))
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SESSION_COOKIE_NAME", SESSION_COOKIE)
        with started(ROOT / ".local" / "test" / worker_id, f"--yours={YOURS}") as running:
            yield running
