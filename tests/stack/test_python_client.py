"""The Python client against the deployed API, as a team's backend uses it."""

from collections.abc import Iterator

import pytest

from organization_billing import (
    Billing,
    Forbidden,
    InvalidRequest,
    MachineClient,
    TokenRefused,
    Unauthenticated,
    UsageBuffer,
    new_key,
)
from tests.local_stack import Stack
from tests.stack.api import Member
from tests.stack.world import Cloud, fresh, now

BACKEND = ("m2morg_local_backend", "test_secret")


@pytest.fixture
def billing(stack: Stack) -> Iterator[Billing]:
    assert stack.scalekit
    with Billing(stack.app, MachineClient(stack.scalekit, *BACKEND)) as client:
        yield client


def test_a_gate_a_batch_of_uses_and_a_gift_by_a_machine_client(world: Cloud, billing: Billing, admin: Member) -> None:
    world.subscribe(admin)
    organization_id = admin.organization_id
    assert billing.subscriptions.access(item_price_id="growth", organization_id=organization_id)["allowed"]
    before, _ = admin.left()

    usage = UsageBuffer(billing)
    for _ in range(3):
        usage.add(organization_id, "api-calls", 2)
    usage.add(organization_id, "no-such-feature", event_id="typo")
    flushed = usage.flush()
    assert (flushed.recorded, flushed.failures) == (3, ())
    assert [(each.event["id"], each.code) for each in flushed.refused] == [("typo", "unknown_feature")]
    assert admin.left()[0] == before - 6

    gift = billing.metering.adjust_wallet(
        organization_id, {"id": new_key(), "amount": 500, "currency": "USD", "reason": "a gift"}
    )
    assert gift["amountMicros"] == 5_000_000


def test_a_batch_that_is_sent_twice_counts_once(world: Cloud, billing: Billing, admin: Member) -> None:
    world.subscribe(admin)
    before, _ = admin.left()
    moment = now()
    for _ in range(2):
        usage = UsageBuffer(billing)
        usage.add(admin.organization_id, "api-calls", 5, event_id="e1", occurred_at=moment)
        assert usage.flush().recorded == 1
    assert admin.left()[0] == before - 5


def test_somebody_signed_in_reads_the_own_organization_alone(billing: Billing, admin: Member) -> None:
    assert admin.token
    member = billing.acting_as(admin.token)
    session = member.runtime.session()
    assert session["organizationId"] == admin.organization_id
    assert member.plans.list()["plans"]
    with pytest.raises(Forbidden) as refused:
        member.subscriptions.list(organization_id=fresh("org"))
    assert refused.value.code == "forbidden"
    assert refused.value.request_id
    with pytest.raises(InvalidRequest) as wrong:
        member.subscriptions.create({"itemPriceId": "growth", "seats": 0})
    assert wrong.value.code in ("invalid_request", "invalid_seats")


def test_a_wrong_secret_gets_no_token_and_a_forged_token_no_answer(stack: Stack, billing: Billing) -> None:
    assert stack.scalekit
    with (
        Billing(stack.app, MachineClient(stack.scalekit, BACKEND[0], "wrong")) as wrong,
        pytest.raises(TokenRefused),
    ):
        wrong.organizations.list()
    with pytest.raises(Unauthenticated):
        billing.acting_as("no.token.atall").plans.list()


def test_the_document_is_served_to_anybody(world: Cloud, billing: Billing) -> None:
    served = world.http.get("/api/openapi.json")
    assert served.headers["cache-control"] == "public, max-age=300"
    assert served.json() == billing.runtime.document()
