"""`python -m local` as a process: one line for each problem, and nothing left behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from organization_billing_local.starting import FREE_PORTS, StackFailed
from tests.local.launcher.conftest import SMALL_APP
from tests.local_stack import ROOT, Stack, started

SMALL = f"--template={SMALL_APP}"
ORGANIZATIONS = {"Acme", "Globex", "Initech"}


def refused(*arguments: str) -> str:
    """What the launcher says when it does not start, behind the steps that it did."""
    command = [sys.executable, "-m", "local", "--simulated", *FREE_PORTS, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "Ready" not in done.stdout
    return done.stderr


def processes_of(state: Path) -> list[str]:
    """The processes that were started with a path under this state directory, or by one that was."""
    listing = subprocess.run(["ps", "axeww", "-o", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in listing.splitlines() if str(state) in line]


def test_a_stack_says_where_it_is_has_its_organizations_and_leaves_nothing(tmp_path: Path) -> None:
    with started(tmp_path, SMALL) as stack:
        content = json.loads((tmp_path / "stack.json").read_text())
        with urllib.request.urlopen(f"{stack.scalekit}/api/v1/organizations") as answer:
            names = {one["display_name"] for one in json.load(answer)["organizations"]}
        assert names >= ORGANIZATIONS
        assert content["chargebee_api_key"] == "test_local"
        assert set(stack.queues) == {"Queue", "DeadLetters", "RelayDeadLetters", "Seen"}
        assert (tmp_path / "stack.json").stat().st_mode & 0o077 == 0
        assert processes_of(tmp_path)
        again = refused(f"--state={tmp_path}", SMALL)
        assert re.match(r"Your own stack is running already, as process (\d+);.*`kill \1`", again)
    assert processes_of(tmp_path) == []
    said = (tmp_path / "launcher.log").read_text()
    steps = re.findall(r"^ +\d+\.\d s  (.+)$", said, re.MULTILINE)
    assert steps[0] == f"{SMALL_APP.name} translated to CloudFormation"
    assert re.fullmatch(r"deployed: \d functions, 4 queues", steps[2])
    assert steps[-1] == "organizations created: Acme, Globex, Initech"
    assert "echo was asked" in (tmp_path / "logs" / "functions.log").read_text()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"launcher.log", "logs", "scalekit", "translations"}


def start(state: Path, *more: str) -> "subprocess.Popen[str]":
    """A launcher that has made its first step: the emulator is starting."""
    command = [sys.executable, "-m", "local", "--simulated", *FREE_PORTS, f"--state={state}", SMALL, *more]
    launcher = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert launcher.stdout is not None
    while "translated" not in launcher.stdout.readline():
        assert launcher.poll() is None
    return launcher


def test_a_launcher_that_is_killed_leaves_no_process_either(tmp_path: Path) -> None:
    launcher = start(tmp_path)
    assert len(processes_of(tmp_path)) > 1
    launcher.kill()
    launcher.communicate()
    deadline = time.monotonic() + 10
    while processes_of(tmp_path) and time.monotonic() < deadline:
        pass
    assert processes_of(tmp_path) == []


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGHUP, 0)])
def test_ctrl_c_and_a_closed_terminal_stop_a_start_halfway(tmp_path: Path, sent: signal.Signals, status: int) -> None:
    launcher = start(tmp_path)
    launcher.send_signal(sent)
    said, _ = launcher.communicate(timeout=20)
    assert (said.splitlines()[-1], launcher.returncode) == ("Stopped.", status)
    assert processes_of(tmp_path) == []


def test_a_first_start_that_was_stopped_halfway_leaves_the_next_one_to_begin(tmp_path: Path) -> None:
    first = start(tmp_path, "--keep")
    assert first.stdout is not None
    while "answer" not in first.stdout.readline():
        assert first.poll() is None
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=20)
    with started(tmp_path, SMALL, "--keep"):
        assert "organizations created: Acme" in (tmp_path / "launcher.log").read_text()


def test_a_part_that_dies_stops_the_stack_and_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(StackFailed, match=r"(?s)status 1.*scalekit stopped with status -9"),
        started(tmp_path, SMALL),
    ):
        victim = next(line for line in processes_of(tmp_path) if "local.scalekit" in line)
        os.kill(int(victim.split()[0]), signal.SIGKILL)
        (launcher,) = {line.split()[0] for line in processes_of(tmp_path) if " -m local --" in line}
        wait_for_end(int(launcher))
    assert processes_of(tmp_path) == []


def wait_for_end(pid: int) -> None:
    """The launcher is this process's child: it is only reported as ended, and left for its starter to reap."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        said = refused(f"--state={tmp_path}", SMALL, f"--app-port={server.getsockname()[1]}")
    assert re.fullmatch(r"Port \d+ \(app\) is not free: .*APP_PORT=0.*\n", said)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Resources: {", r"template.yaml is not a SAM template: while parsing .*\n"),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, Properties: {}}",
            r"template.yaml is not a SAM template: .*Runtime and Handler needs to be present.*\n",
        ),
        (
            "Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function, "
            "Properties: {Runtime: pythn3.13, Handler: app.handler, CodeUri: .}}",
            r"template.yaml: F has the runtime 'pythn3.13', and only 'python3.13' runs here\.\n",
        ),
        (
            "Resources:\n  Odd: {Type: AWS::SQS::Nonsense, Properties: {}}",
            r"The template does not deploy: .*AWS::SQS::Nonsense.*\n",
        ),
        (
            "Resources:\n  Odd: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, QueueName: wrong}}",
            r"The template does not deploy: Odd \(AWS::SQS::Queue\): .*FIFO.*\n",
        ),
    ],
)
def test_a_template_that_does_not_deploy_is_one_line(tmp_path: Path, template: str, expected: str) -> None:
    (tmp_path / "template.yaml").write_text(template)
    said = refused(f"--state={tmp_path / 'state'}", f"--template={tmp_path / 'template.yaml'}")
    assert re.fullmatch(expected, said)
    assert processes_of(tmp_path) == []


def test_a_test_s_stack_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(StackFailed, match=r"There is no nowhere\.yaml"),
        started(tmp_path, "--template=nowhere.yaml"),
    ):
        pass


def test_what_a_stack_knew_is_there_at_its_next_start_when_it_is_kept(tmp_path: Path) -> None:
    row = {"pk": {"S": "ORG#org_1"}, "sk": {"S": "WALLET#USD"}, "balance": {"N": "5"}}
    with started(tmp_path, SMALL, "--keep") as stack:
        stack.client("dynamodb").put_item(TableName=stack.table, Item=row)
        stack.client("sqs").send_message(QueueUrl=stack.queues["DeadLetters"], MessageBody="given up")
        ask(f"{stack.chargebee}/api/v2/customers", b"id=org_1&company=Acme", Authorization="Basic a2V5Og==")
        ask(f"{stack.chargebee}/_sim/clock", b'{"advance_seconds": 86400}')
        before = organizations(stack)
    with started(tmp_path, SMALL, "--keep") as stack:
        assert row in stack.client("dynamodb").scan(TableName=stack.table)["Items"]
        [letter] = stack.client("sqs").receive_message(QueueUrl=stack.queues["DeadLetters"])["Messages"]
        assert letter["Body"] == "given up"
        found = ask(f"{stack.chargebee}/api/v2/customers/org_1", Authorization="Basic a2V5Og==")
        assert found["customer"]["company"] == "Acme"
        assert ask(f"{stack.chargebee}/_sim/clock")["now"] > time.time() + 80_000
        assert organizations(stack) == before


def organizations(stack: Stack) -> dict[str, str]:
    listed = ask(f"{stack.scalekit}/api/v1/organizations")["organizations"]
    return {each["id"]: each["display_name"] for each in listed}


def ask(url: str, body: bytes | None = None, **headers: str) -> Any:
    with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
        return json.load(answer)
