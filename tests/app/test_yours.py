"""`make build` stops at a catalog or hooks that would not work."""

import re
import subprocess
from pathlib import Path

import pytest

from billing.app.yours import HERE, problems
from tests.local_stack import ROOT
from tests.yours import YOURS


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A copy of what is right."""
    for name in ("plans.toml", "hooks.py"):
        (tmp_path / name).write_text((YOURS / name).read_text())
    return tmp_path


def test_what_ships_is_right() -> None:
    """The one test of the team's own `plans.toml` and `hooks.py`: all others have theirs."""
    assert problems(HERE) == []


@pytest.mark.parametrize(
    ("name", "before", "after", "problem"),
    [
        ("plans.toml", "trial_days = 14", "trial_days = -1", "trial_days must be a whole number from 0"),
        ("plans.toml", "trial_days = 14", "trial_days = ", r"plans\.toml: Invalid value \(at line \d+"),
        ("plans.toml", "trial_days = 14", "trial_dys = 14", r"plans\.toml: .*unknown field 'trial_dys'"),
        ("hooks.py", "def on_charge(", "def on_charge", r"hooks\.py, line \d+: unmatched '\)'"),
        (
            "hooks.py",
            "def on_charge(",
            "def on_charged(",
            r"hooks\.py: nothing calls on_charged\. The hooks are on_charge,",
        ),
        ("hooks.py", "def authorize_reference(", "def may(", r"hooks\.py has no authorize_reference\."),
        ("hooks.py", "def on_charge(", "async def on_charge(", r"hooks\.py: nothing awaits on_charge"),
        ("hooks.py", "def authorize_ref", "async def authorize_ref", r"hooks\.py: nothing awaits authorize_reference"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_place(
    edited: Path, name: str, before: str, after: str, problem: str
) -> None:
    text = (edited / name).read_text()
    assert before in text
    (edited / name).write_text(text.replace(before, after, 1))
    [told] = problems(edited)
    assert re.search(problem, told), told


@pytest.mark.parametrize("content", [b"# caf\xe9\n", b"plan = " + b"9" * 5000])
def test_a_catalog_that_is_no_text_or_no_number_is_a_mistake_too(edited: Path, content: bytes) -> None:
    (edited / "plans.toml").write_bytes(content)
    [told] = problems(edited)
    assert told.startswith("plans.toml: ")


def test_hooks_may_come_from_modules_of_ones_own(edited: Path) -> None:
    text = (edited / "hooks.py").read_text().replace("def on_charge(", "def mine(", 1)
    (edited / "hooks.py").write_text(f"{text}\nfrom billing_of_acme import on_charge\n")
    assert problems(edited) == []


def test_a_hook_may_be_left_out(edited: Path) -> None:
    text = (edited / "hooks.py").read_text().replace("def on_charge(", "def _not_now(", 1)
    (edited / "hooks.py").write_text(text)
    assert problems(edited) == []


def test_hooks_that_come_without_their_names_are_refused(edited: Path) -> None:
    with (edited / "hooks.py").open("a") as file:
        file.write("\nfrom billing_of_acme import *\n")
    [told] = problems(edited)
    assert "import hooks by their names" in told


@pytest.mark.parametrize("target", ["build", "deploy"])
def test_nothing_is_built_or_deployed_unchecked(target: str) -> None:
    command = ["make", "--dry-run", target, "STAGE=dev"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert 0 < printed.index("-m billing.app.yours") < printed.index("sam build")
