import pytest
from chargebee import InvalidRequestError

from tests.local.chargebee.world import Vendor


def test_the_same_key_and_request_replay_the_first_answer_for_half_an_hour(world: Vendor) -> None:
    key = {"chargebee-idempotency-key": "k1"}
    first = world.sdk.Customer.create({"company": "Acme"}, dict(key))
    again = world.sdk.Customer.create({"company": "Acme"}, dict(key))
    assert again.customer.id == first.customer.id
    assert (first.is_idempotency_replayed, again.is_idempotency_replayed) == (False, True)
    with pytest.raises(InvalidRequestError) as other:
        world.sdk.Customer.create({"company": "Other"}, dict(key))
    assert (other.value.http_status_code, other.value.api_error_code) == (422, "unable_to_process_request")
    world.advance(30 * 60)
    assert world.sdk.Customer.create({"company": "Acme"}, dict(key)).customer.id != first.customer.id


def test_a_refusal_is_not_replayed_and_a_long_key_is_refused(world: Vendor) -> None:
    key = {"chargebee-idempotency-key": "k1"}
    with pytest.raises(InvalidRequestError):
        world.sdk.PortalSession.create({"customer": {"id": "org_1"}}, dict(key))
    world.customer("org_1")
    assert world.sdk.PortalSession.create({"customer": {"id": "org_1"}}, dict(key)).portal_session.id
    with pytest.raises(InvalidRequestError, match="100"):
        world.sdk.Customer.create({}, {"chargebee-idempotency-key": "k" * 101})
