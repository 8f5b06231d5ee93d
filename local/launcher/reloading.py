"""What is edited while the stack runs: functions begin anew with it, and the simulated site sells what is sold now."""

import contextlib
import http.client
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from local.launcher.aws import AwsClient
from local.launcher.deployment import zipped
from local.launcher.problem import StackProblem

OF_THE_ITEM = frozenset({"id", "item_id", "item_name", "item_type", "metered", "usage_calculation"})
"""Fields of an item price's entry that are not the price's own: they stay as they were."""

SECONDS = 10


@dataclass(frozen=True)
class Functions:
    """The deployed functions by their logical ids: their names, and the directories that their code comes from."""

    lambdas: AwsClient
    names: Mapping[str, str]
    code: Mapping[str, Path]

    def begin_anew(self, logical_ids: Iterable[str]) -> None:
        """What is warm ends; the next call finds the code and the layers as they are now."""
        for each in logical_ids:
            self.lambdas.update_function_code(FunctionName=self.names[each], ZipFile=zipped(self.code[each]))


class Selling:
    """The simulated site at `chargebee`, which sells what `sold` answers, and what of that it was told already."""

    def __init__(self, chargebee: str, sold: Callable[[], str]) -> None:
        self._address = str(urlsplit(chargebee).netloc)
        self._sold = sold
        self._told = self._entries()

    def __call__(self) -> None:
        """Tell the site what is new or costs something else. Raises StackProblem for a catalog with a mistake."""
        now = self._entries()
        for name, entry in now.items():
            if entry != self._told.get(name):
                left_out = OF_THE_ITEM if name in self._told else {"id"}
                self._put(name, {key: value for key, value in entry.items() if key not in left_out})
        self._told = now

    def _entries(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in json.loads(self._sold())["item_prices"]}

    def _put(self, item_price_id: str, entry: Mapping[str, Any]) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=SECONDS)
        try:
            body, headers = json.dumps(entry), {"Content-Type": "application/json"}
            connection.request("PUT", f"/_sim/item_prices/{quote(item_price_id, safe='')}", body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise StackProblem(f"The simulated site does not sell {item_price_id}: {text}")


class Reloader:
    """Looks for edits whenever it is asked to, in the functions' code and in one layer."""

    def __init__(
        self, functions: Functions, layer: Path, sell: Callable[[], object], say: Callable[[str], None]
    ) -> None:
        """`sell` tells the site what is sold now. Raises StackProblem while the team's files have a mistake."""
        self._functions = functions
        self._layer = layer
        self._sell = sell
        self._say = say
        self._seen = self._look()

    def reload(self) -> None:
        """Take in what was edited since the last time; a mistake is told, and the stack goes on as it was."""
        now = self._look()
        edited = {path for path in now.keys() | self._seen.keys() if now.get(path) != self._seen.get(path)}
        self._seen = now
        if not edited:
            return
        try:
            self._take_in(edited)
        except Exception as mistake:  # the emulator's refusals, too, must not end the stack
            self._say(f"Not reloaded: {mistake}")
            return
        self._say(f"Reloaded: {', '.join(sorted({path.name for path in edited}))}")

    def _take_in(self, edited: set[Path]) -> None:
        if any(path.is_relative_to(self._layer) for path in edited):
            self._sell()
            self._functions.begin_anew(self._functions.names)
            return
        code = self._functions.code
        self._functions.begin_anew(
            name for name in self._functions.names if any(path.is_relative_to(code[name]) for path in edited)
        )

    def _look(self) -> dict[Path, int]:
        """When each file was written last (nanoseconds)."""
        found = {}
        for directory in {self._layer, *self._functions.code.values()}:
            for path in directory.rglob("*"):
                if path.suffix in {".py", ".toml", ".json"}:
                    with contextlib.suppress(FileNotFoundError):  # an editor puts a file in another's place
                        found[path] = path.stat().st_mtime_ns
        return found
