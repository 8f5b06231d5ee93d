"""Calls a function as Lambda would: its folder's `app.handler`, with an event and a context."""

import importlib.util
import json
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deployment.template import ROOT, STACK_NAME

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@dataclass(frozen=True)
class Context:
    function_name: str
    memory_limit_in_mb: int = 512
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-central-1:123456789012:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return 900_000


def load(function: str) -> Handler:
    """The handler of a function, from a fresh import of its file."""
    path = ROOT / "functions" / function / "app.py"
    spec = importlib.util.spec_from_file_location(f"app_{function.replace('/', '_')}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Handler = module.handler
    return handler


@dataclass(frozen=True)
class Answer:
    """What API Gateway would send on."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The error's stable code."""
        assert set(self.body) == {"error", "code", "requestId"}, self.text
        return str(self.body["code"])


def http_answer(response: dict[str, Any]) -> Answer:
    assert set(response) == {"statusCode", "headers", "body"}, response
    return Answer(response["statusCode"], response["headers"], response["body"])


def forget_warm_state() -> None:
    """What a function keeps between its calls: cached clients, secrets, keys, settings and its logger."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "billing":
            for each in vars(module).values():
                if hasattr(each, "cache_clear"):
                    each.cache_clear()
    logging.Logger.manager.loggerDict.pop(STACK_NAME, None)
