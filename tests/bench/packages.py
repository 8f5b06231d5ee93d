"""Each function as it ships: its folder and its layers, built for this machine."""

from dataclasses import dataclass
from pathlib import Path

from local.launcher.layout import ROOT, TEMPLATE
from local.launcher.translation import translate

WORKPLACE = ROOT / ".local" / "bench"
LAMBDA_LIMIT_MB = 250
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: unzipped, with all layers."""


@dataclass(frozen=True)
class Package:
    """`path` is what Lambda would import from, without its own runtime."""

    name: str
    path: tuple[Path, ...]

    @property
    def megabytes(self) -> float:
        """Unzipped. What an import compiles does not ship."""
        files = (file for root in self.path for file in root.rglob("*") if file.is_file() and file.suffix != ".pyc")
        return sum(file.stat().st_size for file in files) / 1e6


def packages() -> list[Package]:
    """Every function of the template, by its folder: `<room>/<verb>`."""
    translation = translate(TEMPLATE, WORKPLACE / "translations")
    return sorted(
        (
            Package("/".join(code.parts[-2:]), (code, *translation.python_path[name]))
            for name, code in translation.code.items()
        ),
        key=lambda package: package.name,
    )
