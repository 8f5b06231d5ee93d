"""What the emulated AWS has is left for the stack's next start."""

import errno
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.launcher.deployment import Deployment
from local.launcher.keeping import keep


class Failing:
    """An emulator that has died, or whose rows find no room on the disk."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def client(self, service: str) -> Any:
        raise self._error


@pytest.mark.parametrize(
    "error", [EndpointConnectionError(endpoint_url="sqs"), OSError(errno.ENOSPC, "No space left on device")]
)
def test_what_cannot_be_kept_costs_nothing_that_was_kept_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    kept = tmp_path / "aws.json"
    kept.write_text("before")
    aws: Any = Failing(error)
    keep(aws, Deployment({}, {}, {}), kept)
    assert kept.read_text() == "before"
    assert "Nothing new was kept" in capsys.readouterr().err
