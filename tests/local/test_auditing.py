"""An audit that could not be made is never told as a clean one."""

import json

import pytest

from local.auditing import Verdict, locks, read
from local.locking import SOURCES, lock_of
from tests.local_stack import ROOT

FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"]}


def answer(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_packages_without_a_known_flaw_are_clean() -> None:
    assert read(answer({"name": "idna", "version": "3.20", "vulns": []})).verdict is Verdict.CLEAN


def test_a_known_flaw_is_named_with_the_version_that_has_it_fixed() -> None:
    audit = read(answer({"name": "idna", "version": "3.20", "vulns": [FLAW]}))
    assert (audit.verdict, audit.lines) == (Verdict.VULNERABLE, ("idna 3.20: PYSEC-2026-1, fixed in 1.1",))


@pytest.mark.parametrize("text", ["", "Traceback", "[]", "{}", "null"])
def test_without_an_answer_nothing_was_audited(text: str) -> None:
    assert read(text).verdict is Verdict.NOT_AUDITED


def test_a_package_that_could_not_be_looked_up_makes_the_whole_no_clean_bill() -> None:
    audit = read(answer({"name": "idna", "skip_reason": "not found"}, {"name": "h11", "version": "1", "vulns": [FLAW]}))
    assert (audit.verdict, audit.lines) == (Verdict.NOT_AUDITED, ("idna: not found",))


def test_every_lock_is_audited() -> None:
    assert {str(each.relative_to(ROOT)) for each in locks()} == {lock_of(source) for source in SOURCES}
