"""A team that sells other plans and has other hooks: it buys, uses and is told like any."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from billing import hooks
from billing.app.wiring import shipped_catalog
from billing.subscriptions.domain.transition import Transition
from local.launcher.goods import item_prices
from tests.announcements.examples import ANNOUNCEMENTS, publish
from tests.chargebee.simulator import ChargebeeSimulator, running_simulator
from tests.deployment.gateway import failed, sqs_event
from tests.deployment.metering import entitlement, used
from tests.deployment.payments import call
from tests.deployment.subscriptions import listed, subscribed
from tests.deployment.world import World
from tests.subscriptions.examples import ORG
from tests.yours import OTHER, YOURS, put_in_place

PRO = {"itemPriceId": "pro-EUR-Monthly", "seats": 4, "addons": [{"itemPriceId": "phone-EUR"}]}


@pytest.fixture(autouse=True)
def theirs(world: World) -> Iterator[None]:
    put_in_place(OTHER)
    yield
    put_in_place(YOURS)


@pytest.fixture
def chargebee(tmp_path: Path) -> Iterator[ChargebeeSimulator]:
    """A site that sells what their catalog names."""
    put_in_place(OTHER)
    sold = tmp_path / "item_prices.json"
    sold.write_text(json.dumps({"item_prices": item_prices(shipped_catalog())}))
    with running_simulator(sold) as simulator:
        yield simulator


def test_what_it_sells_is_bought_and_used(world: World) -> None:
    subscribed(world, PRO)
    [bought] = listed(world)
    assert (bought["seats"], bought["status"]) == (4, "in_trial")
    assert [each["itemPriceId"] for each in bought["items"]] == ["pro-EUR-Monthly", "phone-EUR", "tokens-EUR"]
    told = {"id": "use_1", "feature": "ai-tokens", "quantity": 30, "occurredAt": int(time.time())}
    assert [each["result"] for each in used(world, told)] == ["recorded"]
    assert entitlement(world, feature="ai-tokens").body["balance"]["usage"] == 30


def test_what_is_bought_once_is_in_its_own_currency(world: World) -> None:
    page = call(world, "payments/purchase", "POST /api/checkout", {"itemPriceId": "migration", "key": "order-1"})
    world.chargebee.pay(page.body["id"])
    [invoice] = world.chargebee.ask("GET", "/invoices")["list"]
    assert (invoice["invoice"]["total"], invoice["invoice"]["currency_code"]) == (120_000, "EUR")


def test_its_hooks_are_asked_and_told(world: World) -> None:
    subscribed(world, PRO)
    [customer] = [each["params"] for each in world.chargebee.calls() if each["path"] == "/customers"]
    assert customer["locale"] == "de-DE"
    event = publish(ANNOUNCEMENTS[Transition.CREATED])
    assert failed(world.invoke("announcements/run_hook", sqs_event(event, group=ORG))) == []
    assert vars(hooks)["TOLD"] == [Transition.CREATED]
