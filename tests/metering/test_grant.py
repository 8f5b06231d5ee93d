from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from billing.core.errors import Conflict, EventConflict, InvalidRequest, UnknownFeature
from billing.metering.domain.entitlement import Account, entitled, meter_of
from billing.metering.domain.grant import (
    MOST_CHANGES,
    MOST_KEPT,
    MOST_LIVE,
    REMEMBERED,
    Gift,
    Grant,
    GrantDeletion,
    GrantNotFound,
    GrantWish,
    TooManyGrants,
)
from billing.metering.domain.grant_decision import check_room
from billing.metering.domain.meter import Meter
from billing.metering.services.delete_grant import delete_grant
from billing.metering.services.read_grants import grant_history, read_grants
from billing.metering.services.save_grant import save_grant
from billing.plans.feature import Counted, Overage, Reset, Switch
from billing.plans.plan import Catalog
from billing.subscriptions.domain.access import Policy
from billing.subscriptions.domain.announcement import Announcement
from tests.model.metering import CATALOG, DAY, ENDLESS, FREE, LARGE, ORG, PAYING, START, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage

POLICY = Policy(past_due_grace=0)
UNITS = Grant("g1", "calls", Gift.UNITS, 5, START + DAY, None, "ada", "a launch", START)
RAISED = replace(UNITS, id="g2", gift=Gift.LIMIT, amount=100)
PILOT = replace(UNITS, id="g3", feature="sso", gift=Gift.FEATURE, amount=None)


def meter(
    plan: str, *grants: Grant, now: int = START + 2 * DAY, feature: str = "calls", used: Meter | None = None
) -> Meter:
    account = Account(on_plan(plan), grants=grants)
    account = account.with_meter(used) if used else account
    granted = entitled(account, CATALOG, POLICY, now)
    found = granted.features[feature]
    assert isinstance(found, Counted)
    return meter_of(account, granted, found, now)


# --- what a grant gives --------------------------------------------------------------------------


def test_units_are_added_once_in_the_period_in_which_they_begin() -> None:
    assert meter(LARGE, UNITS).limit == 30
    lasting = replace(UNITS, ends_at=START + 90 * DAY)
    limits = [meter(LARGE, lasting, now=START + each * DAY).limit for each in (0, 1, 29)]
    assert limits == [25, 30, 30]
    assert meter(LARGE, lasting, now=START + 32 * DAY).limit == 25


def test_units_of_several_grants_add_up_on_the_largest_limit() -> None:
    assert meter(LARGE, UNITS, replace(UNITS, id="g4", amount=7), RAISED, replace(RAISED, amount=3)).limit == 112


@pytest.mark.parametrize(("plan", "limit"), [(FREE, 100), (PAYING, 100), (LARGE, 100), (ENDLESS, None)])
def test_a_limit_is_raised_and_never_lowered(plan: str, limit: int | None) -> None:
    assert meter(plan, RAISED).limit == limit
    assert meter(plan, replace(RAISED, amount=1)).limit == meter(plan).limit
    assert meter(plan, replace(RAISED, amount=None)).limit is None


def test_a_raised_limit_keeps_how_the_plan_sells_more() -> None:
    found = entitled(Account(on_plan(PAYING), grants=(RAISED,)), CATALOG, POLICY, START + 2 * DAY).features["calls"]
    assert isinstance(found, Counted)
    assert (found.limit, found.overage) == (100, Overage.WALLET)


@pytest.mark.parametrize("plan", [FREE, LARGE])
def test_a_feature_that_no_plan_gives_comes_from_the_grant(plan: str) -> None:
    granted = entitled(Account(on_plan(plan), grants=(PILOT,)), CATALOG, POLICY, START + DAY)
    assert granted.feature("sso", CATALOG) == Switch("sso")
    counted = meter(plan, replace(RAISED, feature="exports", amount=4), feature="exports")
    assert (counted.limit, counted.used) == (4, 0)


def test_what_only_a_grant_gives_is_denied_beyond_it_and_starts_over_as_where_it_is_sold() -> None:
    account = Account(on_plan(LARGE), grants=(replace(RAISED, feature="exports", amount=4),))
    found = entitled(account, CATALOG, POLICY, START + DAY).features["exports"]
    assert found == Counted("exports", limit=4, reset=Reset.TERM)


def test_an_organization_without_any_plan_has_what_it_was_granted() -> None:
    nothing = Catalog({"odd": CATALOG.plans["odd"]}, {})
    granted = entitled(Account(on_plan(FREE), grants=(PILOT,)), nothing, POLICY, START + DAY)
    assert (dict(granted.features), granted.sources) == ({"sso": Switch("sso")}, ())


@pytest.mark.parametrize(
    ("fields", "moment", "counts"),
    [
        ({}, START + DAY - 1, False),
        ({}, START + DAY, True),
        ({"ends_at": START + 2 * DAY}, START + 2 * DAY - 1, True),
        ({"ends_at": START + 2 * DAY}, START + 2 * DAY, False),
        ({"deleted": True, "at": START + 2 * DAY}, START + 2 * DAY - 1, True),
        ({"deleted": True, "at": START + 2 * DAY}, START + 2 * DAY, False),
        ({"deleted": True, "at": START + 3 * DAY, "ends_at": START + 2 * DAY}, START + 2 * DAY, False),
    ],
)
def test_a_grant_begins_and_ends_by_the_clock(fields: dict[str, Any], moment: int, counts: bool) -> None:
    assert (meter(LARGE, replace(UNITS, **fields), now=moment).limit == 30) is counts


def test_what_was_used_stays_used_when_a_grant_ends() -> None:
    used = Meter("calls", START, START + 30 * DAY, 30, used=28, subscription_id="sub_large", reset=Reset.MONTH)
    ended = replace(UNITS, ends_at=START + 2 * DAY)
    found = [meter(LARGE, ended, now=START + 2 * DAY + late, used=used) for late in (-1, 0)]
    assert [(each.used, each.remaining) for each in found] == [(28, 2), (28, -3)]


# --- how it is given, changed and taken away -------------------------------------------------------


class Desk:
    """Where somebody gives and takes."""

    def __init__(self, store: MemoryUsage | None = None) -> None:
        self.store = store or MemoryUsage()
        self.time = Time(START)

    def save(self, **fields: Any) -> Grant:
        return save_grant(ORG, wish(**fields), CATALOG, self.store, lambda: self.time.now)

    def delete(self, grant_id: str = "g1") -> Grant:
        return delete_grant(ORG, GrantDeletion(grant_id, "bob", "it is over"), self.store, lambda: self.time.now)


def wish(**fields: Any) -> GrantWish:
    return replace(GrantWish("g1", "calls", Gift.UNITS, 5, None, None, "ada", "a launch"), **fields)


def test_saving_the_same_again_is_saving_it_once() -> None:
    desk = Desk()
    first = desk.save()
    desk.time.now += 60
    assert desk.save() == desk.save(version=1) == first
    assert (first.starts_at, first.at, first.version) == (START, START, 1)
    assert grant_history(ORG, "g1", desk.store) == [first]


def test_a_change_is_a_new_version_and_the_former_ones_are_kept() -> None:
    desk = Desk()
    first = desk.save()
    desk.time.now += 60
    second = desk.save(amount=9, by="bob", version=1)
    assert (second.version, second.starts_at, second.at) == (2, START, START + 60)
    assert read_grants(ORG, desk.store) == [second]
    assert grant_history(ORG, "g1", desk.store) == [second, first]
    with pytest.raises(Conflict):
        desk.save(amount=10, version=1)


def test_a_deletion_keeps_who_did_it_when_and_why() -> None:
    desk = Desk()
    first = desk.save()
    desk.time.now += 60
    last = desk.delete()
    assert (last.by, last.reason, last.at, last.version, last.deleted) == ("bob", "it is over", START + 60, 2, True)
    assert read_grants(ORG, desk.store) == []
    assert grant_history(ORG, "g1", desk.store) == [last, first]
    desk.time.now += 60
    assert desk.delete() == last


class Overtaken(MemoryUsage):
    """Somebody else writes the same grant between our read and our write."""

    first: Callable[[], object] | None = None

    def save_grant(self, organization_id: str, seen: int, grant: Grant, announcement: Announcement) -> None:
        theirs, self.first = self.first, None
        if theirs:
            theirs()
        super().save_grant(organization_id, seen, grant, announcement)


def test_of_two_who_save_the_same_grant_at_once_both_have_it() -> None:
    store = Overtaken()
    desk = Desk(store)
    store.first = desk.save
    assert [desk.save().version, desk.save().version] == [1, 1]
    store.first = lambda: desk.save(amount=9)
    assert (desk.save(amount=7).version, len(grant_history(ORG, "g1", store))) == (3, 3)


def test_of_two_who_delete_the_same_grant_at_once_both_have_done_it() -> None:
    store = Overtaken()
    desk = Desk(store)
    desk.save()
    store.first = desk.delete
    assert (desk.delete().version, len(grant_history(ORG, "g1", store))) == (2, 2)


@pytest.mark.parametrize("forgotten", [False, True], ids=["lately", "long ago"])
def test_a_deleted_grant_does_not_come_back_by_a_request_that_was_sent_again(forgotten: bool) -> None:
    desk = Desk()
    desk.save()
    last = desk.delete()
    if forgotten:
        desk.store.grants.clear()
    with pytest.raises(EventConflict):
        desk.save()
    assert desk.delete() == last


def test_what_was_never_given_is_not_found() -> None:
    desk = Desk()
    with pytest.raises(GrantNotFound):
        desk.delete()
    with pytest.raises(GrantNotFound):
        grant_history(ORG, "g1", desk.store)
    with pytest.raises(Conflict):
        desk.save(version=3)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"feature": "cals"}, UnknownFeature),
        ({"feature": "sso"}, InvalidRequest),
        ({"gift": Gift.FEATURE, "amount": None}, InvalidRequest),
        ({"starts_at": START + 5, "ends_at": START + 5}, InvalidRequest),
        ({"ends_at": START}, InvalidRequest),
    ],
)
def test_what_cannot_be_given_is_refused(fields: dict[str, Any], refusal: type[Exception]) -> None:
    desk = Desk()
    with pytest.raises(refusal):
        desk.save(**fields)
    assert desk.store.versions == {}


def test_an_organization_has_so_many_grants_that_have_not_ended_and_no_more() -> None:
    desk = Desk()
    for number in range(MOST_LIVE):
        desk.save(id=f"n{number}", ends_at=START + DAY)
    with pytest.raises(TooManyGrants):
        desk.save(id="one more")
    assert desk.save(id="n3", amount=9).version == 2
    desk.delete("n4")
    desk.save(id="one more")
    desk.time.now += DAY
    desk.save(id="another")


def test_grants_that_ended_lately_are_bounded_too() -> None:
    ended = [replace(UNITS, id=f"n{number}", ends_at=START) for number in range(MOST_KEPT)]
    check_room(ended[1:], UNITS, START)
    with pytest.raises(TooManyGrants):
        check_room(ended, UNITS, START)


# --- what it was before ----------------------------------------------------------------------------


def test_a_changed_grant_gave_what_it_gave_until_then() -> None:
    desk = Desk()
    desk.save(gift=Gift.LIMIT, amount=100)
    desk.time.now += DAY
    desk.save(gift=Gift.LIMIT, amount=50)
    desk.time.now += DAY
    desk.save(feature="sso", gift=Gift.FEATURE, amount=None)
    desk.time.now += DAY
    last = desk.delete()
    for grant in (last, desk.store.account(ORG).grants[0]):
        assert [meter(LARGE, grant, now=START + late).limit for late in (0, DAY - 1, DAY, 2 * DAY - 1)] == [
            *(100, 100),
            *(50, 50),
        ]
        assert [meter(LARGE, grant, now=START + late * DAY).limit for late in (2, 3)] == [25, 25]
        given = [
            entitled(Account(on_plan(LARGE), grants=(grant,)), CATALOG, POLICY, START + d * DAY) for d in (1, 2, 3)
        ]
        assert ["sso" in each.features for each in given] == [False, True, False]


def test_a_change_of_its_words_changes_nothing_of_what_it_gave() -> None:
    desk = Desk()
    desk.save()
    desk.time.now += DAY
    assert desk.save(reason="a longer launch").earlier == ()


def test_an_earlier_begin_or_a_later_end_counts_from_the_change_on() -> None:
    desk = Desk()
    desk.save(gift=Gift.LIMIT, amount=100, ends_at=START + DAY)
    desk.time.now += 3 * DAY
    longer = desk.save(gift=Gift.LIMIT, amount=100, starts_at=START - DAY, ends_at=START + 9 * DAY)
    limits = [meter(LARGE, longer, now=START + each * DAY).limit for each in (0, 2, 3, 8, 9)]
    assert limits == [100, 25, 100, 100, 25]


def test_what_a_grant_gave_is_remembered_so_often_and_so_long() -> None:
    desk = Desk()
    for amount in range(1, MOST_CHANGES + 2):
        desk.save(amount=amount)
        desk.time.now += DAY
    with pytest.raises(TooManyGrants, match="give another one"):
        desk.save(amount=99)
    assert desk.save(amount=MOST_CHANGES + 1, reason="the same").version == MOST_CHANGES + 2
    desk.time.now = START + DAY + REMEMBERED
    assert [each.amount for each in desk.save(amount=99).earlier] == [*range(2, MOST_CHANGES + 2)]
    assert len(desk.delete().earlier) == MOST_CHANGES
