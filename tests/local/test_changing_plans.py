"""Plans of a file, compared and put into a table."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from billing.core.errors import InvalidRequest, InvalidState
from local.changing_plans import checked, main, proposal, put
from local.operations.failure import OperationFailed
from tests.model.plan_rows import MemoryPlanRows
from tests.yours import YOURS

PRICE = {"item_price_id": "pro-monthly", "amount": 100, "currency": "USD", "period": "month"}
PRO: dict[str, Any] = {"id": "pro", "name": "Pro", "prices": [PRICE]}


def test_a_proposal_says_whom_it_affects_and_writes_nothing() -> None:
    rows = MemoryPlanRows(subscribed={"pro-monthly": 3})
    told = proposal({"plan": [PRO]}, rows)
    assert told.splitlines()[-1] == "3 organizations have pro-monthly"
    assert "pro: name: - -> Pro" in told
    assert rows.found == {}


def test_every_plan_of_the_file_is_put_and_a_second_time_changes_nothing() -> None:
    rows, document = MemoryPlanRows(), {"plan": [PRO, {"item_price_id": "mini", "name": "Mini"}]}
    put(document, rows)
    assert rows.found.keys() == {"pro", "mini"}
    assert put(document, rows) == "Nothing changes.\nNothing changes."


def test_a_refused_plan_is_not_written() -> None:
    rows = MemoryPlanRows(subscribed={"pro-monthly": 3})
    put({"plan": [PRO]}, rows)
    with pytest.raises(InvalidState, match="3 of pro-monthly"):
        put({"plan": [PRO | {"prices": [PRICE | {"item_price_id": "pro-yearly"}]}]}, rows)
    with pytest.raises(InvalidRequest, match="trail_days"):
        put({"plan": [PRO | {"trail_days": 1}]}, rows)
    assert rows.found == {"pro": PRO}


@pytest.mark.parametrize("document", [{}, {"plan": PRO}, {"plan": [PRO], "addon": []}, {"plan": [PRO, 1]}])
def test_a_file_with_anything_but_plans_is_refused(document: dict[str, Any]) -> None:
    rows = MemoryPlanRows()
    with pytest.raises(OperationFailed, match="nothing else"):
        put(document, rows)
    assert rows.found == {}


def test_a_catalog_is_compared_with_the_one_that_ships() -> None:
    told = checked({"plan": [PRO]}).splitlines()
    assert "pro: name: - -> Pro" in told
    assert 'growth: described no more; keep it with sale = "retired" while somebody has it' in told


def test_an_item_price_that_another_plan_gets_is_named_with_both() -> None:
    moved = PRO | {"prices": [PRICE | {"item_price_id": "growth"}]}
    assert "growth: of pro instead of growth, and with it whoever pays it" in checked({"plan": [moved]}).splitlines()


def test_an_addon_that_no_entry_describes_any_more_is_named_too() -> None:
    document = tomllib.loads((YOURS / "plans.toml").read_text())
    assert checked(document) == "No plan changes."
    assert (
        checked(document | {"addon": []})
        == 'priority-support: described no more; keep it with sale = "retired" while somebody has it'
    )


@pytest.mark.parametrize("content", [b'[[plan]]\nid = "pr\xf6"\n', b"plan = [1]\n", b"plan = " + b"9" * 5000])
def test_a_file_that_is_no_catalog_is_a_mistake_like_another(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plans.toml").write_bytes(content)
    assert main(["check", str(tmp_path / "plans.toml")], {}) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_command_says_a_mistake_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(YOURS / "plans.toml")], {}) == 0
    assert capsys.readouterr().out == "No plan changes.\n"
    (tmp_path / "plans.toml").write_text('[[plan]]\nid = "pro"\nname = "Pro"\n')
    assert main(["check", str(tmp_path / "plans.toml")], {}) == 1
    assert capsys.readouterr().err.splitlines() == [
        "The plan catalog is not valid: plan 'pro': prices must be a list of tables, at least one."
    ]


def test_a_catalog_that_nobody_named_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", ""], {})
    assert "which catalog? Give its FILE" in capsys.readouterr().err
