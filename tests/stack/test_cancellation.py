"""What cannot be cancelled: what Chargebee does not have, what has ended there, and what is somebody else's."""

from tests.stack.account import DAY, Account
from tests.stack.api import refused
from tests.stack.chargebee import plan
from tests.stack.world import fresh, now


def test_cancelling_what_chargebee_does_not_have_is_404_and_keeps_the_history(account: Account) -> None:
    account.told("subscription_created", 10)

    refused(account.admin.cancel(), 404, "subscription_not_found")

    assert account.admin.subscription()["id"] == account.subscription_id


def test_cancelling_what_chargebee_has_ended_is_409_and_learns_it(account: Account) -> None:
    world = account.world
    world.chargebee.set_card(account.customer_id, "ok")
    world.chargebee.post(
        f"/customers/{account.customer_id}/subscription_for_items", id=account.subscription_id, **plan("starter", 1)
    )
    world.caught_up(account.customer_id)
    world.chargebee.faults(drop=1.0)
    world.chargebee.command(account.subscription_id, "cancel_for_items", cancel_option="immediately")

    refused(account.admin.cancel(), 409, "invalid_state")

    row = account.admin.subscription()
    assert (row["status"], row["id"]) == ("cancelled", account.subscription_id)
    refused(account.admin.cancel(), 404, "subscription_not_found")


def test_a_foreign_subscription_id_is_404_and_falls_back_to_nothing(account: Account) -> None:
    account.told("subscription_created", 10, current_term_end=now() + DAY)

    refused(account.admin.cancel(subscriptionId=fresh("cb2")), 404, "subscription_not_found")

    assert account.world.chargebee.requests(account.subscription_id) == []
    assert account.admin.subscription()["cancelAt"] is None
