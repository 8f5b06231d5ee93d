"""Where the launcher finds and keeps its files."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
DEMO_PAGES = ROOT / "local" / "demo"
JS_CLIENT = ROOT / "clients" / "js" / "src"
EMULATOR_PYTHON = ROOT / ".local" / "venvs" / "aws" / "bin" / "python"
TRANSLATOR = ROOT / ".local" / "translator"
WORKER = ROOT / "local" / "launcher" / "worker"
"""What a worker loads before its function."""
BUILT_LAYERS = ROOT / ".local" / "layers"
BILLING_LAYER = ROOT / "layers" / "billing"
YOURS = BILLING_LAYER / "billing"
"""Where `plans.toml` and `hooks.py` are, which the team edits."""


@dataclass(frozen=True)
class StateDirectory:
    """The files of one running stack; two stacks on one machine need two of these."""

    root: Path

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def scalekit(self) -> Path:
        return self.root / "scalekit"

    @property
    def translations(self) -> Path:
        return self.root / "translations"

    @property
    def kept(self) -> Path:
        """What outlives a stack that is started with `KEEP=1`."""
        return self.root / "kept"

    @property
    def item_prices(self) -> Path:
        return self.temporary / "item_prices.json"

    @property
    def billing_layer(self) -> Path:
        """The layer with another team's catalog and hooks."""
        return self.temporary / "layers" / "billing"

    @property
    def launcher(self) -> Path:
        """The launcher's process id, while it runs."""
        return self.root / "launcher.pid"

    @property
    def contract(self) -> Path:
        return self.root / "stack.json"


def shown(path: Path) -> str:
    """A path as a person at the project's root would write it."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
