"""What needs the project's own packages: ports, the running stack, `.env`, the team's files, and both vendors."""

import os
import sys
from collections.abc import Iterator, Mapping

import httpx

from local.doctor import chargebee, scalekit
from local.doctor.finding import Finding, Verdict, good, wrong
from local.doctor.stack import stack
from local.launcher.layout import ROOT
from local.launcher.options import Options, read_env_file, read_options
from local.launcher.problem import StackProblem
from local.launcher.yours import sold_by

SECONDS = 10
NOTHING = '{"item_prices": []}'


def examine(options: Options, settings: Mapping[str, str]) -> Iterator[Finding]:
    """Everything, in the order in which it is needed."""
    yield from stack(options.state, options.ports)
    try:
        sold = sold_by(options.yours)
        yield good("plans.toml and hooks.py", "are valid")
    except StackProblem as mistake:
        sold = NOTHING
        yield wrong("plans.toml and hooks.py", str(mistake))
    if options.chargebee is None:
        yield good("Chargebee", "simulated: .env names no site")
    else:
        url = settings.get("CHARGEBEE_API_URL") or f"https://{options.chargebee.site}.chargebee.com"
        if unusual := _unusual("Chargebee", url):
            yield unusual
        else:
            with httpx.Client(base_url=url, auth=(options.chargebee.api_key, ""), timeout=SECONDS) as http:
                yield from chargebee.examine(options.chargebee, sold, http)
    if options.scalekit is None:
        yield good("Scalekit", "simulated: .env names no environment")
    elif unusual := _unusual("Scalekit", options.scalekit.environment_url):
        yield unusual
    else:
        with httpx.Client(base_url=options.scalekit.environment_url, timeout=SECONDS) as http:
            yield from scalekit.examine(options.scalekit, http)


def _unusual(vendor: str, url: str) -> Finding | None:
    """What is no address, before anybody is asked."""
    try:
        httpx.URL(url)
    except httpx.InvalidURL as mistake:
        return wrong(vendor, f"{url} in .env is no address: {mistake}")
    return None


def main(environ: Mapping[str, str]) -> int:
    """The exit status: 1 if anything is wrong."""
    try:
        options = read_options([], environ)
        settings = {**read_env_file(ROOT / ".env"), **environ}
    except StackProblem as mistake:
        print(wrong(".env", str(mistake)))
        return 1
    bad = False
    for finding in examine(options, settings):
        print(finding, flush=True)
        bad |= finding.verdict is Verdict.WRONG
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(os.environ))
