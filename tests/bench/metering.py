"""Every AWS call that a handler makes: how many, and how long they took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient


@dataclass
class AwsMeter:
    """The calls since the last `reset`; `seconds` is all that was spent inside them."""

    calls: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def reset(self) -> None:
        self.calls.clear()
        self.seconds = 0.0


@contextmanager
def aws_meter() -> Iterator[AwsMeter]:
    """Meters every boto3 client of this process."""
    meter = AwsMeter()
    call = BaseClient._make_api_call

    def metered(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            return call(client, operation, parameters)
        finally:
            meter.seconds += time.perf_counter() - began
            meter.calls.append(operation)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", metered)
        yield meter
