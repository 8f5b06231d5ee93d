"""What the samples of subscriptions do."""

from tests.deployment.subscriptions import post, subscribed
from tests.deployment.world import World
from tests.samples.expectation import Expectation, answers, applies, redirects

BORN = ("customer.created", "created")
NEW = (*BORN, "activated")
HOSTED = answers(200, mode="hosted")
FORBIDDEN = answers(403, code="forbidden")
INVALID = answers(400, code="invalid_request")
INVALID_URL = answers(400, code="invalid_url")


def cancelled(world: World) -> None:
    """At the end of its term."""
    assert post(world, "subscriptions/cancel").status == 200


SAMPLES: dict[str, Expectation] = {
    "subscriptions/access.no_plan_named": INVALID,
    "subscriptions/access.no_subscription": answers(200, allowed=False, reason="no_subscription"),
    "subscriptions/apply_event.customer_deleted": applies("created", "cancelled", "deleted", row="deleted"),
    "subscriptions/apply_event.customer_of_nobody": applies(outcome="orphan"),
    "subscriptions/apply_event.customer_with_an_id_of_its_own": applies(*NEW, row="active"),
    "subscriptions/apply_event.entitlement_overrides_updated": applies(outcome="ignored"),
    "subscriptions/apply_event.event_of_a_type_not_yet_known": applies(*NEW, row="active"),
    "subscriptions/apply_event.invoice_generated": applies(outcome="orphan"),
    "subscriptions/apply_event.one_poisoned_message": applies(
        *NEW, "created", "activated", row="active", gives_back=("message-2",)
    ),
    "subscriptions/apply_event.out_of_order": applies(*BORN, "cancelled", row="cancelled", outcome="stale"),
    "subscriptions/apply_event.payment_failed": applies(*NEW, "past_due", row="active"),
    "subscriptions/apply_event.payment_source_added": applies("customer.created"),
    "subscriptions/apply_event.payment_succeeded": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_activated": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_cancellation_scheduled": applies(
        *NEW, "cancellation_scheduled", row="non_renewing"
    ),
    "subscriptions/apply_event.subscription_cancelled": applies(*BORN, "cancelled", row="cancelled"),
    "subscriptions/apply_event.subscription_changed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_created": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_created_for_later": applies(*BORN, row="future"),
    "subscriptions/apply_event.subscription_created_in_trial": applies(*NEW, "trial_started", row="in_trial"),
    "subscriptions/apply_event.subscription_deleted": applies(*BORN, "cancelled", "deleted", row="deleted"),
    "subscriptions/apply_event.subscription_entitlements_updated": applies(outcome="ignored"),
    "subscriptions/apply_event.subscription_paused": applies(*NEW, "paused", row="paused"),
    "subscriptions/apply_event.subscription_reactivated": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_renewed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_resumed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_scheduled_cancellation_removed": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_with_its_plan_and_no_items": applies(*NEW, row="active"),
    "subscriptions/apply_event.subscription_without_items": applies(*NEW, row="active"),
    "subscriptions/apply_event.the_same_event_twice": applies(*NEW, row="active"),
    "subscriptions/cancel.someday": INVALID,
    "subscriptions/cancel.now": answers(200, status="cancelled").after(subscribed),
    "subscriptions/cancel.term_end": answers(200, status="in_trial").after(subscribed),  # until the trial's end
    "subscriptions/complete_checkout.forged_state": redirects("https://app.example.com/billing"),
    "subscriptions/complete_checkout.url_of_another_site": redirects("https://app.example.com/"),
    "subscriptions/complete_checkout.without_state": redirects("https://app.example.com/billing"),
    "subscriptions/create.another_organization": FORBIDDEN,
    "subscriptions/create.base64_body": HOSTED,
    "subscriptions/create.growth": HOSTED,
    "subscriptions/create.member": FORBIDDEN,
    "subscriptions/create.own_trial": INVALID,
    "subscriptions/create.seats_as_text": INVALID,
    "subscriptions/create.too_many_seats": answers(400, code="invalid_seats"),
    "subscriptions/create.unknown_coupon": answers(400, code="unknown_coupon"),
    "subscriptions/create.unknown_plan": answers(400, code="unknown_plan"),
    "subscriptions/create.url_of_another_site": INVALID_URL,
    "subscriptions/create.with_addon": HOSTED,
    "subscriptions/list.another_organization": FORBIDDEN,
    "subscriptions/list.history": answers(200, subscriptions=[], cursor=None),
    "subscriptions/list.live": answers(200, subscriptions=[], pendingCheckout=None),
    "subscriptions/portal.open": answers(200),
    "subscriptions/portal.url_of_another_site": INVALID_URL,
    "subscriptions/preview.first_purchase": answers(200, dueNow=None, credits=[]),
    "subscriptions/preview.unknown_plan": answers(400, code="unknown_plan"),
    "subscriptions/preview.more_seats": answers(200, dueNow=None, credits=[]).after(
        subscribed
    ),  # a trial costs nothing
    "subscriptions/preview.nothing_to_change": answers(400, code="nothing_to_change").after(subscribed),
    "subscriptions/restore.no_change_scheduled": answers(409, code="invalid_state").after(subscribed, cancelled),
    "subscriptions/restore.scheduled_cancellation": answers(200, status="in_trial").after(subscribed, cancelled),
    "subscriptions/update.no_such_subscription": answers(404, code="subscription_not_found"),
    "subscriptions/update.addon": HOSTED.after(subscribed),
    "subscriptions/update.more_seats": HOSTED.after(subscribed),
    "subscriptions/update.someday": INVALID,
    "subscriptions/update.term_end": HOSTED.after(subscribed),
    "subscriptions/withdraw_checkout.none_open": answers(200, id=None, withdrawn=True),
    "subscriptions/update.nothing_to_change": answers(400, code="nothing_to_change").after(subscribed),
}
