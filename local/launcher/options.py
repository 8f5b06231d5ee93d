"""The command line, the environment and `.env`: everything a person decides about a stack before it starts."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from local.launcher.layout import ROOT, TEMPLATE, YOURS, StateDirectory
from local.launcher.problem import StackProblem


@dataclass(frozen=True)
class Ports:
    """Ports on 127.0.0.1; 0 asks for a free one."""

    app: int
    aws: int
    chargebee: int
    scalekit: int


@dataclass(frozen=True)
class ChargebeeSandbox:
    """A real Chargebee test site, used instead of the simulator."""

    site: str
    api_key: str
    gateway_account_id: str = ""


@dataclass(frozen=True)
class ScalekitSandbox:
    """A real Scalekit development environment, used instead of the simulator."""

    environment_url: str
    client_id: str
    client_secret: str
    webhook_secret: str


@dataclass(frozen=True)
class Frontend:
    """An application of the team's own in front of the API; its `redirect_uris` are where sign-ins return to."""

    url: str
    redirect_uris: tuple[str, ...]


@dataclass(frozen=True)
class Options:
    """One stack to start; a sandbox that is None is simulated. `yours` has the team's `plans.toml` and `hooks.py`.

    `kept` is the directory of what outlives the stack; None forgets all of it.
    """

    state: StateDirectory
    template: Path
    yours: Path
    ports: Ports
    quiet: bool
    chargebee: ChargebeeSandbox | None
    scalekit: ScalekitSandbox | None
    backend_client_ids: str
    chargebee_webhook: tuple[str, str] | None
    frontend: Frontend | None
    organizations: tuple[str, ...]
    kept: Path | None = None
    session_cookie: str = ""
    """The cookie that the API for cookies takes; without a name there is no such API."""

    @property
    def clock(self) -> Path:
        """By how much the stack is ahead of the machine, once somebody lets time pass."""
        return (self.kept or self.state.temporary) / "clock"


DEFAULT_PORTS = {"app": 3000, "aws": 4566, "chargebee": 4567, "scalekit": 4568}


def read_options(arguments: list[str], environ: Mapping[str, str]) -> Options:
    """Flags win over environment variables, and these over `.env`."""
    given = _parser().parse_args(arguments)
    settings = {**({} if given.simulated else read_env_file(ROOT / ".env")), **environ}
    sandboxes: Mapping[str, str] = {} if given.simulated else settings
    state = StateDirectory(given.state.resolve())
    return Options(
        state=state,
        template=given.template.resolve(),
        yours=given.yours.resolve(),
        ports=Ports(**{name: _port(name, getattr(given, f"{name}_port"), settings) for name in DEFAULT_PORTS}),
        quiet=given.quiet,
        chargebee=_chargebee_sandbox(sandboxes),
        scalekit=_scalekit_sandbox(sandboxes),
        backend_client_ids=sandboxes.get("SCALEKIT_BACKEND_CLIENT_IDS", ""),
        chargebee_webhook=_webhook_credentials(sandboxes),
        frontend=_frontend(sandboxes),
        kept=state.kept if given.keep else None,
        organizations=tuple(filter(None, map(str.strip, given.organizations.split(",")))),
        session_cookie=settings.get("SESSION_COOKIE_NAME", ""),
    )


def read_env_file(path: Path) -> dict[str, str]:
    """The settings of a `.env`; raises StackProblem for a line that is neither a setting nor a comment, or no text."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8") as stream:
            statements = list(parse_stream(stream))
    except UnicodeDecodeError as other:
        raise StackProblem(f"{path.name} is not written in UTF-8.") from other
    if broken := [found.original.string.strip() for found in statements if found.error or _lacks_value(found)]:
        raise StackProblem(f"{path.name}: {broken[0]!r} is not NAME=value.")
    return {found.key: found.value for found in statements if found.key and found.value is not None}


def _lacks_value(found: Binding) -> bool:
    return found.key is not None and found.value is None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Start the local stack; Ctrl-C stops it.")
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="directory of this stack's files")
    parser.add_argument("--template", type=Path, default=TEMPLATE, help="the SAM template to deploy")
    parser.add_argument("--yours", type=Path, default=YOURS, help="a directory with another plans.toml and hooks.py")
    parser.add_argument("--simulated", action="store_true", help="ignore .env: simulators, no real sandbox")
    parser.add_argument("--keep", action="store_true", help="go on with what the last stack that kept anything had")
    parser.add_argument("--organizations", default="Acme,Globex,Initech", help="names of those that are there at first")
    parser.add_argument("--quiet", action="store_true", help="print problems only")
    for name, default in DEFAULT_PORTS.items():
        parser.add_argument(f"--{name}-port", type=int, help=f"default {default}; 0 takes a free port")
    return parser


def _port(name: str, flag: int | None, settings: Mapping[str, str]) -> int:
    variable = f"{name.upper()}_PORT" if flag is None else f"--{name}-port"
    value = (settings.get(variable) or str(DEFAULT_PORTS[name])) if flag is None else str(flag)
    if not value.isdecimal() or int(value) > 65535:  # noqa: PLR2004 - the highest port there is
        raise StackProblem(f"{variable}={value} is not a port: give a number from 0 to 65535.")
    return int(value)


def _chargebee_sandbox(settings: Mapping[str, str]) -> ChargebeeSandbox | None:
    found = _all_or_none(settings, ("CHARGEBEE_SITE", "CHARGEBEE_API_KEY"))
    gateway = settings.get("CHARGEBEE_GATEWAY_ACCOUNT_ID", "")
    return ChargebeeSandbox(found[0], found[1], gateway) if found else None


def _scalekit_sandbox(settings: Mapping[str, str]) -> ScalekitSandbox | None:
    names = ("ENVIRONMENT_URL", "CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_SECRET")
    found = _all_or_none(settings, tuple(f"SCALEKIT_{name}" for name in names))
    return ScalekitSandbox(*found) if found else None


def _webhook_credentials(settings: Mapping[str, str]) -> tuple[str, str] | None:
    found = _all_or_none(settings, ("CHARGEBEE_WEBHOOK_USERNAME", "CHARGEBEE_WEBHOOK_PASSWORD"))
    return (found[0], found[1]) if found else None


def _frontend(settings: Mapping[str, str]) -> Frontend | None:
    url = settings.get("FRONTEND_URL", "").rstrip("/")
    redirect_uris = tuple(settings.get("FRONTEND_REDIRECT_URIS", "").split())
    if redirect_uris and not url:
        raise StackProblem("FRONTEND_REDIRECT_URIS needs FRONTEND_URL.")
    return Frontend(url, redirect_uris) if url else None


def _all_or_none(settings: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...] | None:
    values = tuple(settings.get(name, "") for name in names)
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing and any(values):
        raise StackProblem(f"A real sandbox needs all of {', '.join(names)}; missing: {', '.join(missing)}.")
    return None if missing else values
