"""The command line, on a stack in memory."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.operations import command, reconciling
from local.operations.failure import OperationFailed
from local.operations.target import Target

CLIENTS: dict[str, Any] = {}
STACK = Target("a stack in memory", {}, CLIENTS.__getitem__)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The tasks that ran; every one answers the same."""
    ran: list[Any] = []

    def run(task: Any, target: Target) -> dict[str, Any]:
        ran.append(task)
        return {"events": {"read": 1, "queued": 0}}

    monkeypatch.setattr(command, "find_target", lambda contract, environ: STACK)
    monkeypatch.setattr(reconciling, "run", run)
    return ran


@pytest.mark.parametrize(
    ("arguments", "task"),
    [
        (["replay", "--since", "1970-01-01T00:00:07Z"], {"task": "replay", "since": 7}),
        (
            ["replay", "--since", "1970-01-01T00:00:07Z", "--org", "org_1"],
            {"task": "replay", "since": 7, "organizationId": "org_1"},
        ),
        (["sync", "--org", "org_1"], {"task": "sync", "organizationId": "org_1"}),
        (["reconcile"], {"task": "reconcile", "window": 7_200, "inFlight": 0}),
        (["reconcile", "--window", "3d"], {"task": "reconcile", "window": 259_200, "inFlight": 0}),
    ],
)
def test_each_command_is_its_task(
    arguments: list[str], task: dict[str, Any], tasks: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments, {}) == 0
    assert tasks == [task]
    assert capsys.readouterr().out == "Acting on a stack in memory.\nevents: 1 read, 0 queued\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["redrive"],
            [
                "events: 6 moved",
                "provisioning: 12 moved",
                "imports: 7 moved",
                "hooks: 5 moved",
                "holds: 5 moved",
                "relay: 3 relayed",
            ],
        ),
        (["redrive", "--queue", "hooks"], ["hooks: 5 moved"]),
        (["redrive", "--queue", "relay"], ["relay: 3 relayed"]),
    ],
)
def test_a_redrive_is_of_all_queues_or_of_one(
    arguments: list[str],
    said: list[str],
    tasks: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(command, "redrive", lambda queue, target: len(queue))
    monkeypatch.setattr(command, "relay_again", lambda target: 3)
    assert command.main(arguments, {}) == 0
    assert capsys.readouterr().out.splitlines() == ["Acting on a stack in memory.", *said]


def test_migrating_says_what_it_did_and_how_far_the_table_is(
    tasks: list[Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "migrate", lambda target: "some change: 3 rows\nversion: 7")
    assert command.main(["migrate"], {}) == 0
    assert capsys.readouterr().out == "Acting on a stack in memory.\nsome change: 3 rows\nversion: 7\n"


@pytest.mark.parametrize(
    "failure",
    [
        OperationFailed("no such stack"),
        ClientError({"Error": {"Code": "AccessDenied", "Message": "not yours"}}, "Invoke"),
        FileNotFoundError(2, "No such file or directory", "lost/import.csv"),
    ],
)
def test_a_failure_is_one_line_and_a_status(
    failure: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(contract: Path, environ: object) -> Target:
        raise failure

    monkeypatch.setattr(command, "find_target", fail)
    assert command.main(["reconcile"], {}) == 1
    assert capsys.readouterr().err == f"{failure}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["replay"],
        ["replay", "--since", ""],
        ["replay", "--since", "soon"],
        ["replay", "--since", "2h", "--org", "Acme"],
        ["sync", "--org", ""],
        ["reconcile", "--window", "2026-11-21T10:00Z"],
        ["redrive", "--queue", "orders"],
        ["import", "--apply", "--rate", "0"],
        ["import", "--apply", "--rate", "nan"],
        ["import", "--apply", "--rate", "-1"],
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_happens(arguments: list[str], tasks: list[Any]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments, {})
    assert (stopped.value.code, tasks) == (2, [])


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["export", "--org", "org_1"], ("org_1", Path("export-org_1.json"))),
        (["export", "--org", "org_1", "--file", "/tmp/acme.json"], ("org_1", Path("/tmp/acme.json"))),
        (["forget", "--org", "org_1"], ("org_1", "")),
        (["forget", "--org", "org_1", "--confirm", "org_1"], ("org_1", "org_1")),
    ],
)
def test_a_data_request_names_its_organization(
    arguments: list[str], given: tuple[Any, ...], tasks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def answered(target: Target, *rest: Any) -> str:
        asked.append(rest)
        return "done"

    monkeypatch.setattr(command, arguments[0], answered)
    assert command.main(arguments, {}) == 0
    assert asked == [given]
