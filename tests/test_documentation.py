"""Every link of the documentation leads somewhere, and every command that it names exists and is run by a test."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployment.template import template
from tests.documented import CALLED, RUN_BY, RUN_BY_NONE, TUTORIAL, commands
from tests.documented import PAGES as WITH_COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests/README.md"])

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.DOTALL)
TARGET = re.compile(r"\bmake ([a-z][a-z-]+)")
NAMED = re.compile(r"`make [^`]+`|^ *make .*", re.MULTILINE)


def links() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for link in LINK.findall(CODE.sub("", page.read_text())):
            if "://" not in link:
                yield str(page.relative_to(ROOT)), link


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(("page", "link"), sorted(set(links())))
def test_a_link_leads_to_a_page_and_to_a_heading_of_it(page: str, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    assert target.exists()
    assert not anchor or anchor in anchors(target)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=str)
def test_a_page_of_the_site_links_to_nothing_outside_of_it(page: Path) -> None:
    found = LINK.findall(CODE.sub("", page.read_text()))
    targets = [(page.parent / link.partition("#")[0]).resolve() for link in found if "://" not in link]
    assert [each for each in targets if not each.is_relative_to(ROOT / "docs")] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {target for page in PAGES for line in NAMED.findall(page.read_text()) for target in TARGET.findall(line)}
    assert named >= {"run", "test", "deploy"}
    assert named <= targets


def test_every_command_is_run_by_a_test_or_it_is_said_why_by_none() -> None:
    others = [" ".join(words) for page in WITH_COMMANDS if page not in (TUTORIAL, *CALLED) for words in commands(page)]
    known = {**RUN_BY, **RUN_BY_NONE}
    assert [each for each in others if not each.startswith(tuple(known))] == []
    assert [each for each in known if not any(other.startswith(each) for other in others)] == []
    assert [each for each in RUN_BY.values() if not (ROOT / each).is_file()] == []
    assert {words[0] for page in CALLED for words in commands(page)} == {"curl"}


def test_every_page_can_be_found_from_the_readme() -> None:
    found, to_read = set[Path](), [ROOT / "README.md"]
    while to_read:
        page = to_read.pop().resolve()
        if page in found or page.suffix != ".md":
            continue
        found.add(page)
        to_read += [
            page.parent / link.partition("#")[0]
            for link in LINK.findall(CODE.sub("", page.read_text()))
            if "://" not in link and link.partition("#")[0]
        ]
    assert {page.resolve() for page in (ROOT / "docs").rglob("*.md")} <= found


def test_every_parameter_of_the_template_says_what_it_does() -> None:
    assert all(each.get("Description") for each in template()["Parameters"].values())


def test_the_readme_is_read_in_three_minutes() -> None:
    assert len((ROOT / "README.md").read_text().split()) <= 700
