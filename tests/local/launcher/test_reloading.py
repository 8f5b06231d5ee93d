"""What is edited reaches the functions and the simulated site while the stack runs, and a mistake reaches neither."""

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from local.launcher.problem import StackProblem
from local.launcher.reloading import Functions, Reloader, Selling
from local.launcher.yours import sold_by
from tests.chargebee.simulator import running_simulator
from tests.local.launcher.conftest import SmallApp
from tests.local.launcher.test_emulator import call
from tests.yours import OTHER


@dataclass
class Lambdas:
    """Remembers the code that each function was given."""

    given: dict[str, str] = field(default_factory=dict)
    refuses: bool = False

    def update_function_code(self, *, FunctionName: str, ZipFile: bytes) -> None:
        if self.refuses:
            raise ValueError("TooManyRequests")
        with zipfile.ZipFile(io.BytesIO(ZipFile)) as archive:
            self.given[FunctionName] = archive.read("app.py").decode()


@dataclass
class Edited:
    """A layer and two functions in a directory, and what a reload did and said."""

    root: Path
    lambdas: Lambdas = field(default_factory=Lambdas)
    said: list[str] = field(default_factory=list)
    sold: int = 0
    mistake: str = ""

    def sell(self) -> None:
        if self.mistake:
            raise StackProblem(self.mistake)
        self.sold += 1

    def write(self, name: str, text: str) -> None:
        """As if a moment after whatever was there."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        later = path.stat().st_mtime_ns + 1_000_000 if path.exists() else 0
        path.write_text(text)
        if later:
            os.utime(path, ns=(later, later))


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    found = Edited(tmp_path)
    for name in ("one/app.py", "two/app.py", "layer/plans.toml"):
        found.write(name, "first")
    return found


@pytest.fixture
def reload(edited: Edited) -> Callable[[], None]:
    code = {"One": edited.root / "one", "Two": edited.root / "two"}
    functions = Functions(edited.lambdas, {"One": "stack-One", "Two": "stack-Two"}, code)
    return Reloader(functions, edited.root / "layer", edited.sell, edited.said.append).reload


def test_without_an_edit_nothing_begins_anew(edited: Edited, reload: Callable[[], None]) -> None:
    reload()
    assert (edited.lambdas.given, edited.said, edited.sold) == ({}, [], 0)


def test_a_function_that_was_edited_begins_anew_alone_and_once(edited: Edited, reload: Callable[[], None]) -> None:
    edited.write("two/app.py", "second")
    reload()
    reload()
    assert (edited.lambdas.given, edited.sold) == ({"stack-Two": "second"}, 0)
    assert edited.said == ["Reloaded: app.py"]


def test_an_edit_of_the_layer_is_sold_and_every_function_begins_anew(
    edited: Edited, reload: Callable[[], None]
) -> None:
    edited.write("layer/plans.toml", "second")
    reload()
    assert (set(edited.lambdas.given), edited.sold) == ({"stack-One", "stack-Two"}, 1)


def test_a_mistake_is_told_and_everything_goes_on_until_it_is_mended(
    edited: Edited, reload: Callable[[], None]
) -> None:
    edited.mistake = "plans.toml: trial_dys"
    edited.write("layer/plans.toml", "second")
    reload()
    assert (edited.lambdas.given, edited.said) == ({}, ["Not reloaded: plans.toml: trial_dys"])
    edited.mistake = ""
    edited.write("layer/plans.toml", "third")
    reload()
    assert set(edited.lambdas.given) == {"stack-One", "stack-Two"}


def test_an_emulator_that_refuses_does_not_end_the_stack(edited: Edited, reload: Callable[[], None]) -> None:
    edited.lambdas.refuses = True
    edited.write("one/app.py", "second")
    reload()
    assert edited.said == ["Not reloaded: TooManyRequests"]


def test_a_file_that_is_gone_is_an_edit_too(edited: Edited, reload: Callable[[], None]) -> None:
    edited.write("one/more.py", "")
    reload()
    (edited.root / "one" / "more.py").unlink()
    reload()
    assert edited.said == ["Reloaded: more.py", "Reloaded: more.py"]


def test_the_simulated_site_sells_the_plan_that_was_added_and_the_price_that_was_changed(tmp_path: Path) -> None:
    yours = Path(shutil.copytree(OTHER, tmp_path / "yours"))
    prices = tmp_path / "item_prices.json"
    prices.write_text(sold_by(yours))
    with running_simulator(prices) as site:
        sell = Selling(site.url, lambda: sold_by(yours))
        catalog = yours / "plans.toml"
        price = '{ amount = 700, currency = "EUR", period = "month" }'
        added = f'[[plan]]\nitem_price_id = "duo"\nname = "Duo"\nprice = {price}\n'
        catalog.write_text(f"{catalog.read_text().replace('amount = 2500', 'amount = 2600')}\n{added}")
        sell()
        assert site.ask("GET", "/item_prices/duo")["item_price"]["price"] == 700
        changed = site.ask("GET", "/item_prices/pro-EUR-Monthly")["item_price"]
        assert (changed["price"], "item_name" in changed) == (2600, False)


def test_the_emulator_runs_the_code_that_a_function_was_given_last(small_app: SmallApp, tmp_path: Path) -> None:
    answer = json.dumps({"statusCode": 200, "body": json.dumps("the second edition")})
    (tmp_path / "app.py").write_text(f"import json\ndef handler(event, context):\n    return json.loads({answer!r})\n")
    url = f"{small_app.origin}/api/open/1"
    assert call(url, b"{}")[1] != "the second edition"
    names = small_app.deployment.of_type("AWS::Lambda::Function")
    Functions(small_app.aws.client("lambda"), names, {"Echo": tmp_path}).begin_anew(["Echo"])
    try:
        assert call(url, b"{}") == (200, "the second edition")
    finally:
        original = Path(__file__).parent / "small_app" / "functions" / "echo"
        Functions(small_app.aws.client("lambda"), names, {"Echo": original}).begin_anew(["Echo"])
