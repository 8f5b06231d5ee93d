"""What the team edits reaches the simulated site and the functions."""

import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from billing.plans.catalog import read_catalog
from local.chargebee.catalog import load_catalog
from local.launcher.goods import item_prices
from local.launcher.layout import BILLING_LAYER, YOURS, StateDirectory
from local.launcher.problem import StackProblem
from local.launcher.translation import Translation
from local.launcher.yours import sold_by, with_yours
from tests.yours import ITEM_PRICES, OTHER
from tests.yours import YOURS as OF_THE_TESTS


@pytest.fixture
def state(tmp_path: Path) -> StateDirectory:
    state = StateDirectory(tmp_path / "state")
    state.temporary.mkdir(parents=True)
    return state


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """Another team's catalog and hooks, to be edited."""
    return Path(shutil.copytree(OTHER, tmp_path / "edited"))


def sold(yours: Path) -> dict[str, dict[str, object]]:
    return {each["id"]: each for each in json.loads(sold_by(yours))["item_prices"]}


def test_the_site_sells_what_the_catalog_names() -> None:
    found = sold(OTHER)
    assert found.keys() == {"pro-EUR-Monthly", "firm-EUR-Yearly", "phone-EUR", "tokens-EUR", "migration"}
    by_seat, flat = found["pro-EUR-Monthly"], found["firm-EUR-Yearly"]
    assert (by_seat["pricing_model"], by_seat["price"], by_seat["period_unit"]) == ("per_unit", 2500, "month")
    assert (flat["pricing_model"], flat["price"], flat["period_unit"]) == ("flat_fee", 900_000, "year")
    assert {each["currency_code"] for each in found.values()} == {"EUR"}
    assert "period" not in found["migration"]
    metered = found["tokens-EUR"]
    assert (metered["metered"], metered["price"], metered["free_quantity"]) == (True, 3, 5000)


def test_what_is_billed_by_use_comes_with_the_plans_of_its_currency() -> None:
    assert sold(OTHER)["pro-EUR-Monthly"]["attached"] == ["tokens-EUR"]
    calls = {"limit": 5, "overage": "allow", "item_price_id": "calls"}
    price = {"amount": 900, "currency": "USD", "period": "month"}
    yearly, euro = {"item_price_id": "pro-y", "period": "year"}, {"item_price_id": "pro-EUR", "currency": "EUR"}
    prices = [{"item_price_id": "pro-m", **price}, price | yearly, price | euro]
    catalog = {"plan": [{"id": "pro", "name": "Pro", "prices": prices, "features": {"calls": calls}}]}
    assert {each["id"]: each.get("attached") for each in item_prices(read_catalog(catalog))} == {
        "pro-m": ["calls"],
        "pro-y": ["calls"],
        "pro-EUR": None,
        "calls": None,
    }


def test_a_plan_without_a_price_costs_something() -> None:
    [only] = item_prices(read_catalog({"plan": [{"item_price_id": "talk-to-us", "name": "Enterprise"}]}))
    assert (only["price"], only["currency_code"], only["period_unit"]) == (1_000, "USD", "month")


def test_what_an_addon_brings_and_chargebee_bills_is_sold_too_in_the_currency_of_its_price() -> None:
    prices = [{"micros": 10_000, "currency": each} for each in ("USD", "EUR")]
    calls = {"limit": 5, "reset": "term", "overage": "allow", "prices": prices, "item_price_id": "calls-EUR"}
    price = {"item_price_id": "extra-EUR", "amount": 900, "currency": "EUR", "period": "month"}
    addon = {"id": "extra", "name": "Extra", "prices": [price], "features": {"calls": calls}}
    catalog = {"plan": [{"item_price_id": "pro", "name": "Pro"}], "addon": [addon]}
    found = {each["id"]: each for each in item_prices(read_catalog(catalog))}
    assert found.keys() == {"pro", "extra-EUR", "calls-EUR"}
    metered = found["calls-EUR"]
    assert (metered["metered"], metered["price"], metered["currency_code"]) == (True, 1, "EUR")


def test_what_is_priced_by_tiers_has_them_in_the_place_of_a_price() -> None:
    price = {"mode": "volume", "currency": "USD", "tiers": [{"up_to": 10, "micros": 20_000}, {"micros": 5_000}]}
    calls = {"limit": 5, "reset": "term", "overage": "allow", "price": price, "item_price_id": "calls"}
    catalog = {"plan": [{"item_price_id": "pro", "name": "Pro", "features": {"calls": calls}}]}
    [_, metered] = item_prices(read_catalog(catalog))
    assert (metered["pricing_model"], metered["free_quantity"], "price" in metered) == ("volume", 5, False)
    assert metered["tiers"] == [
        {"starting_unit": 1, "ending_unit": 10, "price": 2, "price_in_decimal": "0.02"},
        {"starting_unit": 11, "price": 0, "price_in_decimal": "0.005"},
    ]


def test_what_is_counted_in_fractions_is_sold_so_by_a_site_that_has_them() -> None:
    tiers = [{"up_to": "1.5", "micros": 20_000}, {"micros": 5_000}]
    price = {"mode": "graduated", "currency": "USD", "tiers": tiers}
    calls = {"limit": "2.5", "decimals": 1, "reset": "term", "overage": "allow", "item_price_id": "calls"}
    for priced in ({"price": price}, {"price": {"micros": 5_000, "currency": "USD"}}):
        features = {"calls": calls | priced}
        catalog = {"plan": [{"item_price_id": "pro", "name": "Pro", "features": features}]}
        [_, metered] = item_prices(read_catalog(catalog))
        assert (metered["free_quantity"], metered["free_quantity_in_decimal"]) == (2, "2.5")
        if "tiers" in priced["price"]:
            assert metered["tiers"][0] | {"price": 2} == metered["tiers"][0]
            assert [
                (each["starting_unit_in_decimal"], each.get("ending_unit_in_decimal")) for each in metered["tiers"]
            ] == [("0.0", "1.5"), ("1.5", None)]
        else:
            assert (metered["price"], metered["price_in_decimal"]) == (0, "0.005")


@pytest.mark.parametrize(("micros", "price"), [(2_000, "0.002"), (15_000, "0.015"), (20_000, None)])
def test_a_unit_that_costs_no_whole_cents_is_sold_at_its_price_by_a_site_that_has_decimals(
    micros: int, price: str | None, tmp_path: Path
) -> None:
    priced = {"micros": micros, "currency": "USD"}
    calls = {"limit": 5, "overage": "allow", "price": priced, "item_price_id": "calls"}
    found = item_prices(read_catalog({"plan": [{"item_price_id": "pro", "name": "Pro", "features": {"calls": calls}}]}))
    assert found[1].get("price_in_decimal") == price
    path = tmp_path / "goods.json"
    path.write_text(json.dumps({"item_prices": found}))
    assert load_catalog(path, 0).in_decimals is (price is not None)


def test_the_prices_of_one_plan_are_prices_of_one_item() -> None:
    price = {"amount": 900, "currency": "USD", "period": "month"}
    prices = [{"item_price_id": "pro-m", **price}, {"item_price_id": "pro-y", **price, "period": "year"}]
    catalog = {"plan": [{"id": "pro", "name": "Pro", "prices": prices}]}
    found = item_prices(read_catalog(catalog))
    assert [(each["id"], each["item_id"]) for each in found] == [("pro-m", "pro-plan"), ("pro-y", "pro-plan")]


def test_what_can_be_had_several_times_is_priced_for_each() -> None:
    catalog = {
        "plan": [{"item_price_id": "p", "name": "P"}],
        "addon": [
            {"item_price_id": "one", "name": "One"},
            {"item_price_id": "many", "name": "Many", "max_quantity": 9},
        ],
    }
    models = {each["id"]: each["pricing_model"] for each in item_prices(read_catalog(catalog))}
    assert (models["one"], models["many"]) == ("flat_fee", "per_unit")


def test_what_no_catalog_says_the_team_says_itself() -> None:
    said = {each["id"]: each for each in json.loads(ITEM_PRICES.read_text())["item_prices"]}
    assert sold(OF_THE_TESTS) == said


@pytest.mark.parametrize(
    ("name", "mistake", "problem"),
    [
        ("plans.toml", ("trial_days = 7", "trial_dys = 7"), r"plans\.toml: .*unknown field 'trial_dys'"),
        ("hooks.py", ("def authorize_reference(", "def may("), r"hooks\.py has no authorize_reference"),
    ],
)
def test_a_mistake_stops_the_start_in_one_line(edited: Path, name: str, mistake: tuple[str, str], problem: str) -> None:
    text = (edited / name).read_text()
    assert mistake[0] in text
    (edited / name).write_text(text.replace(*mistake))
    with pytest.raises(StackProblem, match=problem) as told:
        sold_by(edited)
    assert "\n" not in str(told.value)


def test_a_directory_that_lacks_one_is_told(edited: Path) -> None:
    (edited / "hooks.py").unlink()
    with pytest.raises(StackProblem, match=r"no hooks\.py"):
        sold_by(edited)


def test_the_layer_itself_is_what_the_functions_run_so_that_an_edit_needs_no_build(state: StateDirectory) -> None:
    own = Translation({}, {}, {"Echo": (BILLING_LAYER,)})
    assert with_yours(own, YOURS, state) == own


def test_anothers_are_in_a_copy_of_the_layer_and_only_there(state: StateDirectory) -> None:
    vendors = Path("/layers/vendors")
    own = Translation({}, {}, {"Echo": (BILLING_LAYER, vendors)})
    assert with_yours(own, OTHER, state) == replace(own, python_path={"Echo": (state.billing_layer, vendors)})
    copied = state.billing_layer / "billing"
    assert tomllib.loads((copied / "plans.toml").read_text()) == tomllib.loads((OTHER / "plans.toml").read_text())
    assert (copied / "hooks.py").read_text() == (OTHER / "hooks.py").read_text()
    assert (copied / "gate.py").exists()
