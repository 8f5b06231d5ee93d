"""What a team sells and is told, as the tests have it: `plans.toml` and `hooks.py` of their own, beside these lines."""

import sys
from pathlib import Path
from types import ModuleType

import billing
from billing.app import wiring

YOURS = Path(__file__).parent
OTHER = YOURS / "other"
"""Another team's: nothing in it is called as in the first."""

ITEM_PRICES = YOURS / "item_prices.json"
"""What the simulated site sells in the tests; some of it no catalog can say, as that a price is flat."""


def put_in_place(directory: Path) -> None:
    """From now on this process has the catalog and the hooks of the directory.

    What ships is not even imported: hooks may need what only Lambda has.
    """
    wiring.CATALOG_FILE = directory / "plans.toml"
    hooks = sys.modules.setdefault("billing.hooks", ModuleType("billing.hooks"))
    billing.hooks = hooks
    path = directory / "hooks.py"
    exec(compile(path.read_text(), path, "exec"), vars(hooks))
