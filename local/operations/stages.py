"""The stages of `samconfig.toml`, as `sam build`, `sam deploy` and every operation know them."""

import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.launcher.layout import ROOT
from local.operations.failure import OperationFailed

SAM_CONFIG = ROOT / "samconfig.toml"
EXAMPLE = "example"


@dataclass(frozen=True)
class Stage:
    """One stack: its name, its region, and the template's parameters that are not left at their defaults.

    `profile` is whose credentials deploy it, None for those of the environment.
    """

    name: str
    stack_name: str
    region: str
    parameters: Mapping[str, str]
    profile: str | None = None


def read_stage(name: str, config: Path = SAM_CONFIG) -> Stage:
    """Raises OperationFailed when the file has no such stage, or one that lacks what a deployment needs."""
    stages = {key: table["global"]["parameters"] for key, table in _tables(config).items() if "global" in table}
    if name not in stages:
        raise OperationFailed(f"STAGE={name} is none of those that {config.name} has: {', '.join(stages)}.")
    settings = stages[name]
    if missing := [key for key in ("stack_name", "region") if not settings.get(key)]:
        raise OperationFailed(f"{config.name}: the stage {name} has no {missing[0]}.")
    given = settings.get("parameter_overrides", [])
    overrides = (str(line).partition("=") for line in (shlex.split(given) if isinstance(given, str) else given))
    parameters = {key: value for key, _, value in overrides}
    return Stage(name, settings["stack_name"], settings["region"], parameters, settings.get("profile"))


def check_edited(stage: Stage) -> None:
    """Raises OperationFailed when a parameter still has the value that the file was shipped with."""
    if left := [name for name, value in stage.parameters.items() if EXAMPLE in value]:
        raise OperationFailed(
            f"{SAM_CONFIG.name}: {', '.join(left)} of the stage {stage.name} still "
            f"{'has' if len(left) == 1 else 'have'} the example's value."
        )


def _tables(config: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(config.read_text())
    except (OSError, tomllib.TOMLDecodeError) as broken:
        raise OperationFailed(f"{config.name}: {broken}") from broken
    return {name: table for name, table in document.items() if isinstance(table, dict)}
