from dataclasses import replace

import pytest

from billing.core.errors import OrganizationDeleted, SubscriptionExists
from billing.plans.plan import Plan
from billing.plans.selection import Selection
from billing.subscriptions.domain.organization import PAGE_LIFETIME, Organization, claim, trial_end
from tests.subscriptions.examples import DAY, NOW, a_checkout, an_organization

HELD = a_checkout(subscription_id="sub_held", opened_at=NOW)
WISH = a_checkout(subscription_id="sub_wished", opened_at=NOW + 60)
OPEN = an_organization(checkout=HELD)
TRIAL = Plan("growth", "Growth", trial_days=14)


def test_the_first_claim_opens_the_checkout_under_the_id_that_it_brings() -> None:
    assert claim(an_organization(), WISH, None) == an_organization(checkout=WISH, version=4)


def test_a_second_claim_for_the_same_gets_the_very_same_checkout() -> None:
    assert claim(OPEN, WISH, None) is OPEN


@pytest.mark.parametrize(
    "selection", [Selection("scale", 5), Selection("growth", 6), Selection("growth", 5, (("a", 1),))]
)
def test_a_change_of_mind_is_a_new_page_under_the_same_id(selection: Selection) -> None:
    wish = replace(WISH, selection=selection)
    assert claim(OPEN, wish, None) == replace(OPEN, checkout=replace(wish, subscription_id="sub_held"), version=4)


@pytest.mark.parametrize(("age", "opened_at"), [(PAGE_LIFETIME - 1, NOW), (PAGE_LIFETIME, NOW + PAGE_LIFETIME)])
def test_a_page_is_reissued_before_chargebee_forgets_its_idempotency_key(age: int, opened_at: int) -> None:
    claimed = claim(OPEN, replace(WISH, opened_at=NOW + age), None)
    assert claimed.checkout == replace(HELD, opened_at=opened_at)


def test_a_page_that_turned_out_to_be_closed_is_reissued() -> None:
    assert claim(OPEN, WISH, HELD.opened_at).checkout == replace(WISH, subscription_id="sub_held")


def test_only_the_very_page_that_was_closed_is_reissued() -> None:
    assert claim(OPEN, WISH, HELD.opened_at - 1) is OPEN


@pytest.mark.parametrize(
    "organization", [an_organization(live=frozenset({"cb1"})), replace(OPEN, live=frozenset({"cb1"}))]
)
def test_beside_a_live_subscription_nothing_can_be_bought(organization: Organization) -> None:
    with pytest.raises(SubscriptionExists):
        claim(organization, WISH, None)


def test_a_deleted_organization_buys_nothing() -> None:
    with pytest.raises(OrganizationDeleted):
        claim(an_organization(deleted_at=NOW, live=frozenset({"cb1"})), WISH, None)


def test_the_trial_is_the_plans_and_counts_from_the_opening_of_the_page() -> None:
    assert trial_end(OPEN, TRIAL) == NOW + 14 * DAY


@pytest.mark.parametrize(
    ("organization", "plan"),
    [
        (replace(OPEN, trial_used_at=0), TRIAL),
        (replace(OPEN, trial_used_at=NOW - 1000 * DAY), TRIAL),
        (OPEN, replace(TRIAL, trial_days=0)),
        (an_organization(), TRIAL),
    ],
    ids=["used at the epoch", "used long ago", "no trial in the plan", "no checkout"],
)
def test_otherwise_there_is_no_trial(organization: Organization, plan: Plan) -> None:
    assert trial_end(organization, plan) is None
