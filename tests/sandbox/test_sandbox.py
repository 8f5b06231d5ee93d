"""Every check of `make verify-sandbox`, against the simulator: what it says is what the simulator does."""

import shutil
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.chargebee.assumptions import Assumptions
from tests.chargebee.simulator import ChargebeeSimulator
from tests.sandbox.check import Finding, Verdict, carry_out
from tests.sandbox.site import Site
from tests.sandbox.verification import checks, main, report, verify
from tests.sandbox.walk import SDKS
from tests.stack.assumptions import ANSWERS

FOR_A_BROWSER = {"the page can be paid"}
OF_A_BROWSER = {"duplicate_at_page", "callers_trial_end"}
"""Questions that only a person in front of the site can answer."""
WALK = "every record and event is as the vendor's types say"
TOO_MANY = {"path": "/hosted_pages", "method": "GET", "status": 429}


@pytest.fixture
def settings(simulator: ChargebeeSimulator) -> dict[str, str]:
    return {"CHARGEBEE_SITE": "site", "CHARGEBEE_API_KEY": "test_key", "CHARGEBEE_API_URL": simulator.url}


@pytest.fixture
def site(simulator: ChargebeeSimulator) -> Iterator[Site]:
    with httpx.Client(base_url=simulator.url, auth=("test_key", "")) as http:
        yield Site(http, patience=0.2, limit=3)


def main_job(settings: dict[str, str], site: Site) -> dict[str, Finding]:
    """What every step of it came to."""
    steps = [check for check in checks(settings, site) if ": " not in check.name and check.name != WALK]
    return {step.name: carry_out(step) for step in steps}


def answered(settings: dict[str, str], site: Site, question: str) -> Finding:
    """What the site says to one question."""
    [ask] = [check for check in checks(settings, site) if check.name.endswith(f": {question}")]
    return carry_out(ask)


@pytest.mark.parametrize(
    ("question", "answer"),
    [(name, answer) for name, both in ANSWERS.items() if name not in OF_A_BROWSER for answer in both],
)
def test_a_question_is_answered_as_the_site_does_it(
    simulator: ChargebeeSimulator, settings: dict[str, str], site: Site, question: str, answer: str
) -> None:
    simulator.assume(**{question: answer})
    simulator.http.put("/_sim/faults", json={"api": [TOO_MANY]})
    found = answered(settings, site, question)
    assert (found.verdict, found.seen) == (Verdict.HELD, answer)


def test_every_question_is_asked(settings: dict[str, str], site: Site) -> None:
    asked = [check.name.rpartition(": ")[2] for check in checks(settings, site) if ": " in check.name]
    assert sorted(asked) == sorted(ANSWERS)
    assert set(ANSWERS) == set(Assumptions.__dataclass_fields__)


@pytest.mark.parametrize("question", sorted(OF_A_BROWSER))
def test_what_only_a_person_sees_is_left_to_one(settings: dict[str, str], site: Site, question: str) -> None:
    found = answered(settings, site, question)
    assert (found.verdict, "vendor-assumptions.md" in found.seen) == (Verdict.COULD_NOT_TELL, True)


def test_the_main_job_holds_and_leaves_the_site_as_it_was(
    simulator: ChargebeeSimulator, settings: dict[str, str], site: Site
) -> None:
    found = main_job(settings, site)
    told = {name: each.verdict for name, each in found.items()}
    assert told == {name: Verdict.COULD_NOT_TELL if name in FOR_A_BROWSER else Verdict.HELD for name in told}
    assert len(told) == 10
    assert simulator.url in found["the page can be paid"].seen
    site.clear()
    left = simulator.ask("GET", "/customers", limit="100")["list"]
    assert [each for each in left if each["customer"]["id"].startswith("verify-")] == []


@pytest.mark.skipif(shutil.which("node") is None or not SDKS.exists(), reason="needs Node and the vendor's SDK")
def test_what_the_main_job_leaves_is_walked(settings: dict[str, str], site: Site) -> None:
    [found] = [each for each in verify(settings, site) if each.name == WALK]
    assert found.verdict is Verdict.HELD, found.seen
    assert int(found.seen.split()[0]) > 20


@pytest.mark.parametrize(
    ("fault", "name"),
    [
        ({"path": "/portal_sessions", "status": 400}, "the portal opens"),
        ({"path": "/hosted_pages/checkout_existing_for_items", "status": 400}, "a change of seats opens a page"),
        ({"path": "/subscriptions/*/cancel_for_items", "status": 400}, "a cancellation is scheduled"),
        ({"path": "/events", "method": "GET", "body": {"list": []}, "status": 200}, "its events arrive"),
    ],
)
def test_what_a_site_does_otherwise_is_told(
    simulator: ChargebeeSimulator, settings: dict[str, str], site: Site, fault: dict[str, Any], name: str
) -> None:
    simulator.http.put("/_sim/faults", json={"api": [fault]})
    [found] = [each for told, each in main_job(settings, site).items() if told.startswith(name)]
    assert found.verdict is Verdict.DIFFERS


def test_a_site_that_sells_something_else_is_told_what_is_missing(
    settings: dict[str, str], site: Site, simulator: ChargebeeSimulator
) -> None:
    simulator.http.put(
        "/_sim/faults", json={"api": [{"path": "/item_prices", "status": 200, "body": {"list": []}}]}
    ).raise_for_status()
    sells = main_job(settings, site)["everything that plans.toml sells is on the site"]
    assert (sells.verdict, "growth" in sells.seen) == (Verdict.DIFFERS, True)
    assert answered(settings, site, "meta_data").verdict is Verdict.HELD
    assert answered(settings, site, "agreed_unit_price").verdict is Verdict.COULD_NOT_TELL


def test_the_report_is_one_line_a_check_and_its_status_says_whether_anything_differs(
    simulator: ChargebeeSimulator, settings: dict[str, str], site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.http.put("/_sim/faults", json={"api": [{"path": "/portal_sessions", "status": 400}]})
    assert report(settings, site) == 1
    lines = capsys.readouterr().out.splitlines()
    assert all(line.startswith(("held ", "differs ", "could not tell ")) for line in lines)
    assert "held            the documents leave open: meta_data: replaced" in lines


def test_without_a_site_it_says_what_it_would_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main({}) == 0
    told = capsys.readouterr().out
    assert "CHARGEBEE_SITE" in told
    assert all(question in told for question in ANSWERS)


def test_a_site_that_is_no_test_site_is_not_touched(
    simulator: ChargebeeSimulator, settings: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.forget_calls()
    assert main(settings | {"CHARGEBEE_API_KEY": "live_key"}) == 2
    assert simulator.calls() == []
    assert "test_" in capsys.readouterr().out
