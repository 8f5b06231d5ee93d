"""The commands of the documentation: which test runs each, or why none can."""

import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))
TUTORIAL = DOCS / "tutorial.md"
CALLED = tuple(
    DOCS / "how-to" / name for name in ("change-a-subscription.md", "give-a-grant.md", "register-a-machine-client.md")
)
"""Pages with calls of the API, which `tests/stack/test_documented_calls.py` makes."""

RUN_BY: Mapping[str, str] = {
    "make audit": "tests/local/test_auditing.py",
    "make build": "tests/package/test_packages.py",
    "make dead": "tests/stack/test_seeing.py",
    "make discard": "tests/stack/test_seeing.py",
    "make drop-previous": "tests/local/operations/test_setting_secrets.py",
    "make export": "tests/local/operations/test_command.py",
    "make forget": "tests/local/operations/test_command.py",
    "make logs": "tests/stack/test_seeing.py",
    "make migrate": "tests/local/operations/test_migrating.py",
    "make plan": "tests/local/test_changing_plans.py",
    "make reconcile": "tests/local/operations/test_reconciling.py",
    "make redrive": "tests/local/operations/test_redriving.py",
    "make replay": "tests/local/operations/test_reconciling.py",
    "make restore": "tests/local/operations/test_restoring.py",
    "make run": "tests/local/launcher/test_launcher.py",
    "make secrets": "tests/local/operations/test_setting_secrets.py",
    "make sync": "tests/local/operations/test_reconciling.py",
    "make teardown": "tests/local/operations/test_tearing_down.py",
    "make trace": "tests/stack/test_seeing.py",
    "pip install ./clients/python": "tests/clients/python/test_package.py",
}
RUN_BY_NONE: Mapping[str, str] = {
    ".venv/bin/pytest": "It is how a part of these tests is run.",
    "aws ": "It needs an AWS account.",
    "git ": "It needs the repository of whoever merges.",
    "make deploy": "It needs an AWS account; tests/local/operations/test_stages.py asks SAM what it would do.",
    "make test": "It is how these tests are run.",
    "npm install ./clients/js": "It needs Node; `make clients` installs it for examples/express.",
    "pip install git": "It needs your copy's address; tests/clients/local builds the wheel.",
    "pipx install git": "It installs the same wheel.",
    "sam build ": "It needs the layers' wheels, which `make build` fetches in the same way; `make lint` validates it.",
    "sam deploy ": "It needs an AWS account.",
    "uvx ": "It needs your copy's address; every stack of these tests is started in the same way.",
}
SAID = (
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    *sorted(ROOT.glob("clients/*/README.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
    ROOT / "tests" / "README.md",
    ROOT / "template.yaml",
)
"""What tells people, in sentences, what to run: pages, and the alarms of the template."""
ASSIGNMENT = re.compile(r"^\w+=(\$\()?")


def blocks(page: Path) -> list[str]:
    """The shell blocks of a page, in their order."""
    found = re.findall(r"^(?:\d+\.)? *```sh\n(.*?)^ *```", page.read_text(), re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for block in found]


def commands(page: Path) -> Iterator[list[str]]:
    """The words of each whole command, over however many lines it goes, without its comment."""
    lines = ""
    for line in "\n".join(blocks(page)).splitlines():
        lines += line.removesuffix("\\")
        if line.endswith("\\"):
            continue
        try:
            words = shlex.split(lines, comments=True)
        except ValueError:  # a quotation goes on
            lines += "\n"
            continue
        lines = ""
        if words:
            yield [ASSIGNMENT.sub("", words[0]), *words[1:]]


def make_commands() -> set[tuple[str, ...]]:
    """The words behind `make` of every command that is told: in a block, or in a sentence with what it is given."""
    in_blocks = {tuple(words[1:]) for page in PAGES for words in commands(page) if words[0] == "make"}
    in_sentences = {
        tuple(shlex.split(told)) for page in SAID for told in re.findall("`make ([^`&]+)", page.read_text())
    }
    return in_blocks | {words for words in in_sentences if len(words) > 1}
