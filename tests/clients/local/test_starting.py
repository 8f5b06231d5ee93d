"""A stack of one's own: its place, its files, and that it never outlives who started it."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from organization_billing_local.billing_stack import StackRefused, ask
from organization_billing_local.starting import StackFailed, put_together, taken_place
from tests.local.launcher.test_launcher import SMALL, processes_of
from tests.local_stack import ROOT
from tests.stack.waiting import until

COMMAND = "organization_billing_local.command"
STARTER = """
import sys
from pathlib import Path
from organization_billing_local.starting import launched
root, state, template = sys.argv[1:]
with launched(Path(root), Path(sys.executable), Path(state), template):
    pass
"""


def test_stacks_that_run_at_once_have_places_of_their_own_and_the_next_one_takes_the_first(tmp_path: Path) -> None:
    with taken_place(tmp_path) as first, taken_place(tmp_path) as second:
        assert first.directory != second.directory
    with taken_place(tmp_path) as third:
        assert third.directory == first.directory


def test_a_place_is_taken_as_long_as_its_stack_runs_even_without_who_started_it(tmp_path: Path) -> None:
    with taken_place(tmp_path) as first:
        stack = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=(first.lock,))
    with taken_place(tmp_path) as second:
        assert second.directory != first.directory
    stack.communicate()
    with taken_place(tmp_path) as third:
        assert third.directory == first.directory


def test_what_a_team_does_not_give_is_the_project_s_own(tmp_path: Path) -> None:
    plans = tmp_path / "ours.toml"
    plans.write_text("ours")
    yours = put_together(ROOT, tmp_path / "yours", {"plans.toml": plans, "hooks.py": None})
    assert (yours / "plans.toml").read_text() == "ours"
    assert (yours / "hooks.py").read_text() == (ROOT / "layers/billing/billing/hooks.py").read_text()
    with pytest.raises(StackFailed, match="nowhere"):
        put_together(ROOT, tmp_path / "yours", {"plans.toml": tmp_path / "nowhere"})


def test_a_command_whose_input_ends_before_anything_is_started_is_no_failure() -> None:
    at_once = "import threading; threading.Thread.start = threading.Thread.run"
    command = [sys.executable, "-c", f"{at_once}; from {COMMAND} import main; raise SystemExit(main())"]
    done = subprocess.run(
        [*command, "--until-input-ends"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "clients" / "local" / "src")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


ENDING = f"""
import subprocess
from contextlib import contextmanager
from {COMMAND.partition(".")[0]} import BillingStack, StackFailed, command
from {COMMAND.partition(".")[0]}.billing_stack import MachineClient

@contextmanager
def started(**_files):
    with subprocess.Popen(["cat"]):
        yield BillingStack("", "", "", "", MachineClient("", ""), "")
    raise StackFailed("The stack stopped with status 1.")

command.started = started
raise SystemExit(command.main())
"""


def test_a_command_whose_stack_ends_by_itself_ends_and_says_why() -> None:
    ending = subprocess.Popen(
        [sys.executable, "-c", ENDING],
        env=os.environ | {"PYTHONPATH": str(ROOT / "clients" / "local" / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with ending:
        assert ending.stdout is not None
        assert ending.stdout.readline().startswith("{")
        try:
            _, said = ending.communicate(timeout=20)
        finally:
            ending.kill()
    assert (ending.returncode, said) == (1, "The stack stopped with status 1.\n")


def test_a_place_for_the_addresses_that_is_none_is_told_before_anything_is_started(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", COMMAND.partition(".")[0], f"--json={tmp_path / 'nowhere' / 'stack.json'}"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "clients" / "local" / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    said = f"There is no directory {tmp_path / 'nowhere'} to write stack.json into.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_a_stack_that_does_not_answer_is_told_with_what_was_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(StackRefused, match=f"POST {address}/_local/rest is not answered.*refused"):
        ask("POST", f"{address}/_local/rest")


def test_a_stack_whose_starter_is_killed_ends_with_all_of_its_processes(tmp_path: Path) -> None:
    path = {"PYTHONPATH": str(ROOT / "clients" / "local" / "src")}
    state = tmp_path / "state"
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(ROOT), str(state), SMALL], env=os.environ | path)
    said = state / "launcher.log"
    until(lambda: said.exists() and "translated" in said.read_text())
    starter.kill()
    starter.wait()
    until(lambda: processes_of(state) == [])


INTERRUPTED = """
import subprocess
import sys
from pathlib import Path
from organization_billing_local.starting import launched

class Interrupted(subprocess.Popen):
    def _execute_child(self, *arguments):
        super()._execute_child(*arguments)
        if "local" in arguments[0]:
            raise KeyboardInterrupt

subprocess.Popen = Interrupted
root, state, template = sys.argv[1:]
with launched(Path(root), Path(sys.executable), Path(state), template):
    pass
"""


def test_a_start_that_is_interrupted_at_once_leaves_no_stack(tmp_path: Path) -> None:
    path = {"PYTHONPATH": str(ROOT / "clients" / "local" / "src")}
    command = [sys.executable, "-c", INTERRUPTED, str(ROOT), str(tmp_path / "state"), SMALL]
    done = subprocess.run(command, env=os.environ | path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"
    until(lambda: processes_of(tmp_path / "state") == [])
