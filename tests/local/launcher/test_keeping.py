"""What the emulated AWS has is left for the stack's next start."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from local.launcher.deployment import Deployment
from local.launcher.keeping import keep


class Gone:
    """An emulator that has died."""

    def client(self, service: str) -> Any:
        raise EndpointConnectionError(endpoint_url=service)


def test_an_emulator_that_has_died_costs_nothing_that_was_kept_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "aws.json"
    kept.write_text("before")
    aws: Any = Gone()
    keep(aws, Deployment({}, {}, {}), kept)
    assert kept.read_text() == "before"
    assert "Nothing new was kept" in capsys.readouterr().err
