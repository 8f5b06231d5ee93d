"""What an organization may use: by its plan, from its first request, and never by a promise to pay."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from tests.stack.api import Member, answered, opened
from tests.stack.backend import Backend, calls
from tests.stack.waiting import until
from tests.stack.world import Cloud, fresh


def test_an_organization_that_nobody_has_told_of_has_the_whole_default_plan(world: Cloud, admin: Member) -> None:
    full = {
        "balance": 100,
        "limit": 100,
        "usage": 0,
        "held": 0,
        "unlimited": False,
        "nextResetAt": next_month(),
    }

    assert answered(admin.get("/api/entitlements")) == {
        "plan": "free",
        "plans": ["free"],
        "entitlements": {"api-calls": {"balance": full}},
    }
    one = admin.get("/api/entitlements/api-calls", required="100")
    assert answered(one) == {"allowed": True, "balance": full}
    more = admin.get("/api/entitlements/api-calls", required="101")
    assert answered(more) == {"allowed": False, "balance": full}
    world.untouched(admin.organization_id)


def test_what_the_plan_does_not_have_is_refused_and_what_is_not_counted_is_a_mistake(
    world: Cloud, admin: Member, backend: Backend
) -> None:
    sso = calls("e1", feature="sso")
    assert backend.used(sso) == [{"id": "e1", "result": "refused", "code": "not_in_plan", "balance": None}]
    assert answered(admin.get("/api/entitlements/sso")) == {"allowed": False, "reason": "not_in_plan", "balance": None}

    world.subscribe(admin)

    assert [each["code"] for each in backend.used(sso)] == ["invalid_request"]
    assert answered(admin.get("/api/entitlements/sso")) == {"allowed": True, "balance": None}


def test_another_plan_moves_what_is_left_by_the_difference(world: Cloud, admin: Member, backend: Backend) -> None:
    world.subscribe(admin, itemPriceId="starter", seats=1)
    backend.used(calls("e1", 400))
    assert admin.left() == (600, 1_000)

    page = opened(admin.update(itemPriceId="growth"))
    world.come_back(world.chargebee.pay(page["id"]))

    assert admin.left() == (9_600, 10_000)
    world.caught_up(admin.organization_id)
    assert admin.left() == (9_600, 10_000)


def test_the_end_of_a_subscription_is_the_default_plan_again(world: Cloud, admin: Member, backend: Backend) -> None:
    backend.used(calls("before", 30))
    world.subscribe(admin, itemPriceId="starter", seats=1)
    assert admin.left() == (1_000, 1_000)
    backend.used(calls("paid", 400))

    assert answered(admin.cancel(at="now"))["status"] == "cancelled"

    found = answered(admin.get("/api/entitlements"))
    assert (found["plan"], found["entitlements"]["api-calls"]["balance"]["balance"]) == ("free", 70)
    assert [each["result"] for each in backend.used(calls("after", 71), calls("rest", 70))] == ["refused", "recorded"]


def test_a_checkout_that_is_not_paid_grants_nothing(world: Cloud, admin: Member, backend: Backend) -> None:
    page = opened(admin.create())

    assert answered(admin.get("/api/entitlements"))["plan"] == "free"
    assert answered(admin.get("/api/entitlements/sso"))["allowed"] is False
    assert [each["result"] for each in backend.used(calls("e1", 101))] == ["refused"]

    world.come_back(world.chargebee.pay(page["id"]))

    assert [each["result"] for each in backend.used(calls("e1", 101))] == ["recorded"]


LEFT_TO_CHARGEBEE = """
from pathlib import Path
from tempfile import mkdtemp
from billing.app import wiring
plans = Path(mkdtemp()) / "plans.toml"
plans.write_text(wiring.CATALOG_FILE.read_text() + '[features.api-calls]\\nsource = "chargebee"\\nchargebee_id = "{}"')
wiring.CATALOG_FILE = plans
"""


def test_an_override_in_chargebee_is_the_limit_of_the_next_question(world: Cloud, admin: Member) -> None:
    feature = fresh("fea")
    levels = {"levels[value][0]": "777", "levels[value][1]": "9000"}
    world.chargebee.post("/features", id=feature, name=feature, type="quantity", **levels)
    world.chargebee.post(f"/features/{feature}/activate_command")
    subscription = world.subscribe(admin, itemPriceId="starter", seats=1)
    world.caught_up(admin.organization_id)

    def override(value: str) -> None:
        row = {"entitlement_overrides[feature_id][0]": feature, "entitlement_overrides[value][0]": value}
        world.chargebee.post(f"/subscriptions/{subscription}/entitlement_overrides", action="upsert", **row)

    with ExitStack() as deployed:
        for name in ("ApplyBillingEvent", "ProvisionOrganization", "Entitlement"):
            deployed.enter_context(world.functions.appended(name, LEFT_TO_CHARGEBEE.format(feature)))
        override("777")
        until(admin.left, lambda left: left == (777, 777))  # whoever asks has it read for the first time
        world.queues.drained("ProvisioningQueue")  # all that follows from the purchase is done

        override("9000")

        until(admin.left, lambda left: left == (9_000, 9_000))  # and the event alone from then on


def next_month() -> int:
    """The first second (UTC) of the calendar's next month: when the default plan's allowance starts over."""
    today = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return int((today + timedelta(days=32)).replace(day=1).timestamp())
