"""The operator's side of an import: the file that the team gives, and a vendor that has no time."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from billing.core import chargebee_errors
from local.operations.failure import OperationFailed
from local.operations.importing import AWAY, FOR_NOW, Import, apply, plan
from local.operations.target import Target


class Function:
    """The Lambda client over a function that knows one customer; `refusals` come one for each mapping, then none."""

    def __init__(self, *refusals: str, name: str = "Acme") -> None:
        self.refusals = list(refusals)
        self.name = name
        self.failures: list[str] = []
        self.assigned: list[str] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        if self.failures:
            failed = json.dumps({"errorType": self.failures.pop(0), "errorMessage": "Try again."}).encode()
            return {"Payload": io.BytesIO(failed), "FunctionError": "Unhandled"}
        answer = self._answer(json.loads(Payload))
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def _answer(self, task: dict[str, str]) -> dict[str, Any]:
        if task["task"] == "customers":
            found = {"id": "c1", "name": self.name, "domain": "acme.com", "organizationId": None}
            return {"customers": [found], "next": None}
        if task["task"] == "organizations":
            organization: dict[str, Any] = {
                "id": "org_1",
                "name": "Acme",
                "externalId": "",
                "domains": [],
                "customerId": None,
            }
            return {"organizations": [organization], "next": None}
        self.assigned.append(task["organizationId"])
        return {"refused": self.refusals.pop(0) if self.refusals else None}

    @property
    def target(self) -> Target:
        return Target("a stack", {"ReconcileFunction": "reconcile"}, {"lambda": self}.__getitem__)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "import.csv"


def filled_in(report: Path) -> Path:
    """The report of a dry run, in which somebody has named the organization of the missing row."""
    plan(Function().target, Import(report))
    text = report.read_text()
    assert "c1,Acme,missing,," in text
    report.write_text(text.replace("c1,Acme,missing,,", "c1,Acme,missing,org_1,"))
    return report


def test_a_report_that_was_filled_in_is_the_file_of_the_next_run(report: Path) -> None:
    function = Function()
    said = apply(function.target, Import(report, filled_in(report)), lambda seconds: None)
    assert function.assigned == ["org_1"]
    assert said.startswith("mapped now: 1\n")
    assert "c1,Acme,mapped now,org_1,file," in report.read_text()


def test_where_chargebee_has_no_time_the_mapping_waits_for_longer_and_longer(report: Path) -> None:
    pauses: list[float] = []
    function = Function("chargebee_rate_limited", "chargebee_unavailable")
    apply(function.target, Import(report, filled_in(report)), pauses.append)
    assert (len(function.assigned), pauses) == (3, [2, 5, 1.0])


def test_a_page_that_chargebee_has_no_time_for_is_asked_for_again(report: Path) -> None:
    function, pauses = Function(), list[float]()
    function.failures = ["ChargebeeRateLimited", "ChargebeeUnavailable"]
    assert plan(function.target, Import(report), pauses.append).startswith("missing: 1\n")
    assert pauses == [2, 5]


def test_what_is_asked_for_again_is_called_alike_where_it_is_told_and_where_it_is_raised() -> None:
    assert {vars(chargebee_errors)[each].code for each in AWAY} == FOR_NOW


@pytest.mark.parametrize(("kind", "asked"), [("ChargebeeRateLimited", 5), ("ChargebeeRejectedKey", 1)])
def test_a_list_that_cannot_be_read_is_a_failure(report: Path, kind: str, asked: int) -> None:
    function = Function()
    function.failures = [kind] * 9
    with pytest.raises(OperationFailed, match=f"The customers failed: {kind}: Try again"):
        plan(function.target, Import(report), lambda seconds: None)
    assert len(function.failures) == 9 - asked


def test_a_refusal_for_good_is_told_and_not_repeated(report: Path) -> None:
    function = Function("customer_conflict")
    said = apply(function.target, Import(report, filled_in(report)), lambda seconds: None)
    assert function.assigned == ["org_1"]
    assert said.startswith("refused: 1\n")
    assert "customer_conflict" in report.read_text()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("customer,organization\nc1,org_1\n", "no column customer_id"),
        ("customer_id,organization_id\nc9,org_1\n", "does not have: c9"),
        ("customer_id,organization_id\nc1,org_2\nc1,org_1\n", "names org_2 and org_1 for the customer c1"),
    ],
)
def test_a_file_that_cannot_be_meant_maps_nothing(report: Path, tmp_path: Path, text: str, named: str) -> None:
    given = tmp_path / "given.csv"
    given.write_text(text)
    function = Function()
    with pytest.raises(OperationFailed, match=named):
        apply(function.target, Import(report, given), lambda seconds: None)
    assert (function.assigned, report.exists()) == ([], False)


def test_nothing_is_mapped_that_no_report_could_tell(report: Path, tmp_path: Path) -> None:
    function, given = Function(), filled_in(report)
    with pytest.raises(FileNotFoundError):
        apply(function.target, Import(tmp_path / "lost" / "import.csv", given), lambda seconds: None)
    assert function.assigned == []


def test_a_report_that_somebody_may_have_filled_in_is_not_written_over(report: Path) -> None:
    text = filled_in(report).read_text()
    with pytest.raises(OperationFailed, match="is there already"):
        plan(Function().target, Import(report))
    assert report.read_text() == text


def test_a_file_that_is_not_there_is_one_line(report: Path) -> None:
    with pytest.raises(OperationFailed, match=r"given\.csv cannot be read"):
        plan(Function().target, Import(report, report.with_name("given.csv")))


@pytest.mark.parametrize("name", ['=HYPERLINK("https://evil.example")', "+1", "-1", "@SUM(A1)"])
def test_a_customers_name_is_no_formula_of_the_report(report: Path, name: str) -> None:
    plan(Function(name=name).target, Import(report))
    with report.open(newline="") as lines:
        [row] = csv.DictReader(lines)
    assert row["customer_name"] == f"'{name}"
