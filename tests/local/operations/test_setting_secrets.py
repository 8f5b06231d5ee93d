"""`make secrets` on an account in memory, at a terminal and from a file."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from local.launcher.layout import ROOT
from local.operations.failure import OperationFailed
from local.operations.setting_secrets import drop_previous, from_file, from_terminal, set_secrets
from local.operations.stack_secrets import STACK_SECRETS
from local.operations.target import Target
from tests.terminal import END, Conversation, converse

LINES = """
CHARGEBEE_SITE=acme-test
CHARGEBEE_API_KEY=test_abc
CHARGEBEE_WEBHOOK_USERNAME=chargebee
CHARGEBEE_WEBHOOK_PASSWORD='correct-horse'
SCALEKIT_WEBHOOK_SECRET=whsec_bmV3
"""


@contextmanager
def in_memory() -> Iterator[Target]:
    """A stack as the template makes it: every secret is empty."""
    with mock_aws():
        client = boto3.client(
            "secretsmanager", region_name="us-east-1", aws_access_key_id="testing", aws_secret_access_key="testing"
        )
        arns = {each.output: client.create_secret(Name=each.output, SecretString="{}")["ARN"] for each in STACK_SECRETS}
        yield Target("a stack in memory", arns, {"secretsmanager": client}.__getitem__)


@pytest.fixture
def target() -> Iterator[Target]:
    with in_memory() as stack:
        yield stack


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secrets"
    path.write_text(LINES)
    return path


def held(target: Target) -> dict[str, dict[str, str]]:
    client = target.client("secretsmanager")
    return {
        name: json.loads(client.get_secret_value(SecretId=arn)["SecretString"]) for name, arn in target.outputs.items()
    }


def versions(target: Target) -> int:
    """How often the secrets were written, their making included."""
    client = target.client("secretsmanager")
    listed = (client.list_secret_version_ids(SecretId=arn, IncludeDeprecated=True) for arn in target.outputs.values())
    return sum(len(each["Versions"]) for each in listed)


def test_a_file_fills_what_it_names(target: Target, file: Path) -> None:
    said = set_secrets(target, from_file(file))
    assert held(target) == {
        "ChargebeeApiSecretArn": {"api_key": "test_abc"},
        "ChargebeeWebhookSecretArn": {"current_username": "chargebee", "current_password": "correct-horse"},
        "ScalekitApiSecretArn": {},
        "ScalekitSigningSecretArn": {"current": "whsec_bmV3"},
    }
    assert said.splitlines() == [
        "Chargebee's API key: set; functions read it within five minutes",
        "Chargebee's webhook credentials: set; functions read it within five minutes",
        "Scalekit's client secret: still not set",
        "Scalekit's signing secret: set; functions read it within five minutes",
    ]


def test_the_same_file_once_more_writes_nothing(target: Target, file: Path) -> None:
    set_secrets(target, from_file(file))
    before = versions(target)
    assert "rotated" not in set_secrets(target, from_file(file))
    assert versions(target) == before


def test_a_rotation_accepts_both_until_the_former_is_dropped(target: Target, file: Path) -> None:
    set_secrets(target, from_file(file))
    file.write_text("SCALEKIT_WEBHOOK_SECRET=whsec_bmV3ZXI=\n")
    assert "Scalekit's signing secret: rotated; the former one is accepted too" in set_secrets(target, from_file(file))
    assert held(target)["ScalekitSigningSecretArn"] == {"current": "whsec_bmV3ZXI=", "previous": "whsec_bmV3"}
    assert drop_previous(target) == "Scalekit's signing secret: the former one is refused within five minutes"
    assert held(target)["ScalekitSigningSecretArn"] == {"current": "whsec_bmV3ZXI="}
    assert drop_previous(target) == "None was kept."


def test_a_second_rotation_says_that_the_first_value_is_refused(target: Target, file: Path) -> None:
    """The vendor may still send it: whoever corrects what was just set has told it of nothing yet."""
    said = []
    for password in ("in-use", "mistyped", "corrected"):
        file.write_text(f"CHARGEBEE_WEBHOOK_USERNAME=chargebee\nCHARGEBEE_WEBHOOK_PASSWORD={password}\n")
        said.append(set_secrets(target, from_file(file)).splitlines()[1])
    assert ["The one before it is refused" in each for each in said] == [False, False, True]


@pytest.mark.parametrize("line", ["SCALEKIT_WEBHOOK_SECRET=none", "whsec_bmV3", "CHARGEBEE_API_KEY", "A 'b"])
def test_one_wrong_line_changes_nothing_and_is_not_quoted(target: Target, file: Path, line: str) -> None:
    file.write_text(f"CHARGEBEE_API_KEY=test_abc\n{line}\n")
    with pytest.raises(OperationFailed, match=r"Nothing was changed\.") as refused:
        set_secrets(target, from_file(file))
    assert line not in str(refused.value)
    assert set(map(str, held(target).values())) == {"{}"}


def test_a_file_in_another_encoding_is_refused_in_one_line(file: Path) -> None:
    file.write_text("CHARGEBEE_API_KEY=test_abc\n", encoding="utf-16")
    with pytest.raises(OperationFailed, match=r"is not in UTF-8. Nothing was changed\.$"):
        from_file(file)


def test_a_file_that_is_not_there_is_named(target: Target, tmp_path: Path) -> None:
    with pytest.raises(OperationFailed, match="lost: No such file"):
        from_file(tmp_path / "lost")


def test_where_nobody_can_be_asked_a_file_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        with pytest.raises(OperationFailed, match="FILE="):
            from_terminal()


# --- at a terminal --------------------------------------------------------------------------------

ASKING = """
import sys
from local.operations import command
from tests.local.operations.test_setting_secrets import held, in_memory

with in_memory() as target:
    command.find_target = lambda contract, environ: target
    status = command.main(["secrets"], {})
    print("HELD", {name: sorted(fields) for name, fields in held(target).items()})
    print("LENGTHS", [len(value) for fields in held(target).values() for value in fields.values()])
sys.exit(status)
"""


def test_a_person_is_asked_once_for_each_and_what_is_typed_is_not_shown() -> None:
    answers = ["test_abc", "chargebee", "correct-horse", "", "none", "whsec_bmV3"]
    seen = at_a_terminal(answers)
    screen = seen.screen
    assert screen.count("Chargebee's full-access API key [not set]:") == 1
    assert screen.count("Scalekit's client secret [not set]:") == 1
    assert screen.count("Signing secret of Scalekit's webhook (whsec_...) [not set]:") == 2, "the malformed one again"
    assert not any(hidden in screen for hidden in ("test_abc", "correct-horse", "none", "whsec_bmV3"))
    assert "Scalekit's client secret: still not set" in screen
    assert "'ChargebeeWebhookSecretArn': ['current_password', 'current_username']" in screen
    assert "LENGTHS [8, 9, 13, 10]" in screen
    assert seen.status == 0


def test_who_leaves_in_the_middle_has_changed_nothing() -> None:
    seen = at_a_terminal(["test_abc", END])
    screen = seen.screen
    assert "Nothing was changed." in screen
    assert "LENGTHS []" in screen
    assert seen.status == 1


def at_a_terminal(answers: list[str]) -> Conversation:
    """Somebody who gives one answer to each question, and then leaves."""
    waiting = iter(answers)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return converse([sys.executable, "-c", ASKING], ROOT, environment, lambda question: next(waiting, END))
