"""What an installed stack sets up before its first start."""

from collections.abc import Sequence

import pytest

from local import bootstrap, commands, installed


@pytest.fixture(autouse=True)
def signals_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "watch_for_signals", lambda: None)


def test_it_sets_up_what_it_runs_on_and_no_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bootstrap.Environment] = []
    monkeypatch.setattr(bootstrap, "set_up", made.extend)
    assert installed.main() == 0
    assert {installed.STACK, bootstrap.EMULATOR, bootstrap.TRANSLATOR, *bootstrap.layers()} == set(made)


def test_what_cannot_be_set_up_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_environments: Sequence[bootstrap.Environment]) -> None:
        raise commands.SetupFailed("Setting up .local/venvs/stack failed.")

    monkeypatch.setattr(bootstrap, "set_up", fail)
    with pytest.raises(SystemExit, match=r"Setting up \.local/venvs/stack failed"):
        installed.main()
