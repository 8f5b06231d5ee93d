"""Every AWS call that a handler makes: how many, how long they took, and the table's units."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.client import BaseClient

from tests.bench.units import Units, units


@dataclass
class AwsMeter:
    """The calls since the last `reset`; `seconds` is all that was spent inside them, `units` the table's."""

    calls: list[str] = field(default_factory=list)
    seconds: float = 0.0
    units: Units = field(default_factory=Units)

    def reset(self) -> None:
        self.calls.clear()
        self.seconds = 0.0
        self.units = Units()


@contextmanager
def aws_meter() -> Iterator[AwsMeter]:
    """Meters every boto3 client of this process."""
    meter = AwsMeter()
    call = BaseClient._make_api_call

    def metered(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        began = time.thread_time()
        answer: dict[str, Any] = {}
        try:
            answer = call(client, operation, parameters)
            return answer
        finally:
            meter.seconds += time.thread_time() - began
            meter.calls.append(operation)
            meter.units += units(operation, parameters, answer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", metered)
        yield meter
