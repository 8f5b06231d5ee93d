"""What the launcher says of its steps."""

import re

import pytest

from local.launcher.report import Steps


def test_each_step_is_told_with_the_seconds_that_it_took(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([100.0, 100.5, 103.25, 104.0])
    steps = Steps(quiet=False, clock=lambda: next(moments))
    steps.done("the first")
    steps.done("the second")
    assert capsys.readouterr().out.splitlines() == ["    0.5 s  the first", "    2.8 s  the second"]
    assert steps.seconds == 4.0


def test_a_quiet_launcher_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps(quiet=True)
    steps.done("a step")
    steps.say("a line")
    assert not re.search(r"\S", capsys.readouterr().out)
