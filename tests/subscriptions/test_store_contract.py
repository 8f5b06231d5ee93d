"""What a `Store` promises, held against the real table and against the model that the properties run on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import count
from types import MappingProxyType
from typing import Any

import pytest
from botocore.exceptions import ClientError

from billing.core.errors import AlreadyProcessed, Conflict, HeldElsewhere, OrganizationDeleted, SubscriptionExists
from billing.plans.selection import Selection
from billing.subscriptions.domain.announcement import announce
from billing.subscriptions.domain.organization import PAGE_LIFETIME, Checkout, Organization, OrganizationState
from billing.subscriptions.domain.subscription import Item, Level, Levels, RedeemedCoupon, Status, Subscription
from billing.subscriptions.domain.transaction import OrganizationChange, Outcome, ProcessedEvent
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.services.ports import Store
from billing.subscriptions.table.rows import organization_key
from billing.subscriptions.table.store import DynamoStore
from billing.table.codec import decode
from tests.aws_in_memory import client_in_memory
from tests.model.store import MemoryStore

ORG = "org_1"
NOW = 1_790_000_000

SELECTION = Selection("growth", 5, (("support", 1), ("training", 2)), ("HALF",))
CHECKOUT = Checkout("sub_1", SELECTION, NOW, "user_1", "/done", "/back", NOW - 60)
FULL = Organization(
    id=ORG,
    version=1,
    customer_id="customer_1",
    display_name="Acme",
    named_at=NOW * 1_000_000_000 + 123_456_789,
    live=frozenset({"cb_1", "cb_2"}),
    checkout=CHECKOUT,
    trial_used_at=NOW - 5,
    deleted_at=NOW + 5,
    retired_customers=frozenset({"customer_0"}),
    plan_id="growth",
    card_status="valid",
    customer_version=NOW * 1000 + 2,
    migrated_at=NOW - 6,
)
ROW = Subscription(
    id="cb_1",
    customer_id="customer_1",
    status=Status.NON_RENEWING,
    checkout_id="sub_0",
    resource_version=NOW * 1000 + 1,
    occurred_at=NOW,
    items=(
        Item("growth", "plan", 5, 4900, 24500, "5", "49.00", (("billing_cycles", 3), ("charge_on_event", "x"))),
        Item("setup", "charge"),
    ),
    coupons=(RedeemedCoupon("HALF", NOW + 30),),
    currency="USD",
    created_at=NOW + 1,
    started_at=NOW + 2,
    term_start=NOW + 4,
    term_end=NOW + 5,
    billing_months=12,
    trial_start=NOW + 6,
    trial_end=NOW + 7,
    next_billing_at=NOW + 8,
    cancelled_at=NOW + 9,
    cancel_reason="too_expensive",
    pause_date=NOW + 11,
    resume_date=NOW + 12,
    due_invoices=2,
    due_since=NOW + 13,
    total_dues=9800,
    has_scheduled_changes=True,
    changes_scheduled_at=NOW + 14,
    scheduled_items=(Item("scale", "plan", 9),),
    remaining_cycles=3,
    contract_term=MappingProxyType({"status": "active", "contract_end": NOW, "remaining": 1.5, "nested": [None]}),
    auto_collection="off",
    levels=Levels(NOW + 15, (Level("api-calls", "unlimited", NOW + 16),), outdated=True),
)
ENTRY = ProcessedEvent("chargebee", "ev_1", "subscription_created", Outcome.APPLIED, NOW)


@dataclass(frozen=True, slots=True)
class Bench:
    """A store, and a look at what its announcements became: `(key, transition, at, subscription id)`."""

    store: Store
    outbox: Callable[[], list[tuple[Any, ...]]]
    lose: Callable[[], object]


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with client_in_memory("dynamodb") as client:
        yield client


@pytest.fixture(params=["memory", "dynamodb"])
def bench(request: pytest.FixtureRequest, client: Any) -> Iterator[Bench]:
    if request.param == "memory":
        memory = MemoryStore()
        yield Bench(memory, lambda: _announced_in(memory), lambda: memory.lose(ORG))
        return
    client.create_table(
        TableName="billing",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk")],
    )
    seconds = count(NOW)
    yield Bench(
        DynamoStore(client, "billing", lambda: next(seconds)),
        lambda: _announced_on(client),
        lambda: client.delete_item(TableName="billing", Key=organization_key(ORG)),
    )
    client.delete_table(TableName="billing")


def _announced_in(store: MemoryStore) -> list[tuple[Any, ...]]:
    return [
        (told.key, str(told.transition), told.at, told.subscription.id if told.subscription else None)
        for told in store.outbox
    ]


def _announced_on(client: Any) -> list[tuple[Any, ...]]:
    items = client.query(
        TableName="billing",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"OUTBOX#{ORG}"}},
    )["Items"]
    rows = (decode(item) for item in items)
    return [(row["key"], row["transition"], row["at"], row.get("subscription", {}).get("id")) for row in rows]


def wish(minted: str = "sub_2", seats: int = 5, opened_at: int = NOW) -> Checkout:
    return Checkout(minted, Selection("growth", seats), opened_at, f"user of {minted}")


def keep(bench: Bench, organization: Organization, *rows: Subscription) -> None:
    bench.store.commit(OrganizationChange(replace(organization, version=1), rows))


# --- what is written is what is read -------------------------------------------------------------


def test_a_row_never_goes_back_though_its_organization_was_read_as_it_is_now(bench: Bench) -> None:
    """A query may meet a transaction half written: the organization as it is after it, a row as it was before."""
    bench.store.commit(OrganizationChange(Organization(ORG, version=1), (ROW,)))
    older = replace(ROW, resource_version=NOW * 1000, status=Status.ACTIVE)
    with pytest.raises(Conflict):
        bench.store.commit(OrganizationChange(Organization(ORG, version=2), (older,)))
    assert bench.store.load(ORG) == OrganizationState(Organization(ORG, version=1), (ROW,))
    for row in (replace(ROW, status=Status.PAUSED), replace(older, resource_version=None)):
        version = bench.store.load(ORG).opened(ORG).version + 1
        bench.store.commit(OrganizationChange(Organization(ORG, version=version), (row,)))
        assert bench.store.load(ORG).subscriptions == (row,)


def test_nothing_is_there_at_first(bench: Bench) -> None:
    assert bench.store.load(ORG) == OrganizationState()
    assert bench.store.customer_owner("customer_1") is None


@pytest.mark.parametrize("example", [FULL, ROW, CHECKOUT], ids=["organization", "subscription", "checkout"])
def test_the_examples_leave_no_field_at_its_default(example: Any) -> None:
    defaults = {each.name: each.default for each in fields(example)}
    assert [name for name, default in defaults.items() if getattr(example, name) == default] == []


def test_every_field_comes_back_as_it_was(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(FULL, (ROW,)))
    assert bench.store.load(ORG) == OrganizationState(FULL, (ROW,))


def test_what_is_not_known_comes_back_unknown(bench: Bench) -> None:
    bare, row = Organization(ORG, 1), Subscription("cb_1", ORG, Status.FUTURE, items=())
    bench.store.commit(OrganizationChange(bare, (row,)))
    assert bench.store.load(ORG) == OrganizationState(bare, (row,))


def test_a_replaced_row_keeps_nothing_of_the_old_one(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(FULL, (ROW,)))
    bare = Subscription("cb_1", ORG, Status.CANCELLED, items=())
    bench.store.commit(OrganizationChange(Organization(ORG, 2), (bare,)))
    assert bench.store.load(ORG) == OrganizationState(Organization(ORG, 2), (bare,))


def test_organizations_do_not_see_each_other(bench: Bench) -> None:
    keep(bench, FULL, ROW)
    assert bench.store.load("org_10") == bench.store.load("org") == OrganizationState()


def test_every_subscription_is_read_whatever_its_id_begins_with(bench: Bench) -> None:
    ids = ("!first", "cb_1", "~dash", "Über", "契約", "\U0001f4b6")
    keep(bench, FULL, *(replace(ROW, id=each) for each in ids))
    assert {row.id for row in bench.store.load(ORG).subscriptions} == set(ids)


def test_erased_rows_are_gone_and_the_others_stay(bench: Bench) -> None:
    keep(bench, FULL, ROW, replace(ROW, id="cb_2"))
    bench.store.commit(OrganizationChange(replace(FULL, version=2), erased=("cb_1", "cb_unknown")))
    assert [row.id for row in bench.store.load(ORG).subscriptions] == ["cb_2"]


# --- the version ---------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2, 4, 5])
def test_only_the_next_version_is_written(bench: Bench, version: int) -> None:
    for each in (1, 2):
        bench.store.commit(OrganizationChange(Organization(ORG, each)))
    if version <= 2 or version > 3:
        with pytest.raises(Conflict):
            bench.store.commit(OrganizationChange(Organization(ORG, version, display_name="lost"), (ROW,), ENTRY))
    assert bench.store.load(ORG) == OrganizationState(Organization(ORG, 2))
    bench.store.record(ENTRY)


def test_a_second_first_version_is_a_conflict(bench: Bench) -> None:
    keep(bench, Organization(ORG))
    with pytest.raises(Conflict):
        bench.store.commit(OrganizationChange(Organization(ORG, 1, display_name="lost")))
    assert bench.store.load(ORG).organization == Organization(ORG, 1)


def test_a_row_that_was_lost_comes_back_whole_with_the_next_write(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(replace(FULL, version=7)))
    assert bench.store.load(ORG).organization == replace(FULL, version=7)


def test_a_row_that_is_made_anew_repeats_no_version(bench: Bench) -> None:
    claimed = bench.store.claim_checkout(ORG, wish())
    bench.lose()
    again = bench.store.claim_checkout(ORG, wish())
    assert again.version > claimed.version
    bench.lose()
    assert bench.store.load(ORG).opened(ORG).version >= again.version


def test_without_its_row_an_organization_is_what_its_subscriptions_tell(bench: Bench) -> None:
    keep(bench, Organization(ORG), ROW)
    bench.lose()
    opened = bench.store.load(ORG).opened(ORG)
    assert replace(opened, version=0) == Organization(
        ORG, customer_id="customer_1", live=frozenset({"cb_1"}), plan_id="growth", trial_used_at=ROW.trial_start
    )
    with pytest.raises(SubscriptionExists):
        bench.store.claim_checkout(ORG, wish())


# --- the ledger ----------------------------------------------------------------------------------


@pytest.mark.parametrize("first", [each for each in Outcome if each is not Outcome.ORPHAN])
def test_an_event_is_dealt_with_once_and_its_repeat_changes_nothing(bench: Bench, first: Outcome) -> None:
    bench.store.record(replace(ENTRY, outcome=first))
    with pytest.raises(AlreadyProcessed):
        bench.store.record(ENTRY)
    announcements = announce(Organization(ORG), 1, NOW, [(Transition.CREATED, ROW)])
    with pytest.raises(AlreadyProcessed):
        bench.store.commit(OrganizationChange(Organization(ORG, 1), (ROW,), ENTRY, announcements, ("customer_1",)))
    assert bench.store.load(ORG) == OrganizationState()
    assert bench.outbox() == []
    assert bench.store.customer_owner("customer_1") is None


def test_a_repeat_that_also_lost_the_race_is_a_repeat(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(Organization(ORG, 1), entry=ENTRY))
    with pytest.raises(AlreadyProcessed):
        bench.store.commit(OrganizationChange(Organization(ORG, 1), entry=ENTRY))


def test_an_orphan_gives_way_to_another_and_to_what_was_applied(bench: Bench) -> None:
    orphan = replace(ENTRY, outcome=Outcome.ORPHAN)
    bench.store.record(orphan)
    bench.store.record(orphan)
    bench.store.commit(OrganizationChange(Organization(ORG, 1), (ROW,), ENTRY))
    with pytest.raises(AlreadyProcessed):
        bench.store.record(orphan)


def test_vendors_do_not_share_event_ids(bench: Bench) -> None:
    bench.store.record(ENTRY)
    bench.store.record(replace(ENTRY, source="scalekit"))
    assert bench.store.unrecorded("hook", ["ev_1"]) == {"ev_1"}


def test_what_is_not_in_the_ledger_is_told_for_any_number_of_events(bench: Bench) -> None:
    bench.store.record(ENTRY)
    bench.store.record(replace(ENTRY, event_id="ev_2", outcome=Outcome.ORPHAN))
    asked = [f"ev_{number}" for number in range(1, 203)]
    assert bench.store.unrecorded("chargebee", asked) == frozenset(asked) - {"ev_1", "ev_2"}
    assert bench.store.unrecorded("chargebee", []) == frozenset()


# --- the outbox ----------------------------------------------------------------------------------


def test_announcements_are_kept_in_order_with_keys_of_their_own(bench: Bench) -> None:
    first, second = Organization(ORG, 1), Organization(ORG, 2)
    told = announce(first, 1, NOW, [(Transition.CUSTOMER_CREATED, None)])
    told += announce(first, 1, NOW + 1, [(Transition.CREATED, ROW)], first=1)
    bench.store.commit(OrganizationChange(first, announcements=told))
    bench.store.commit(
        OrganizationChange(second, announcements=announce(second, 2, NOW + 2, [(Transition.PAUSED, ROW)]))
    )
    assert bench.outbox() == [
        ("org_1#000000000001#000", "customer.created", NOW, None),
        ("org_1#000000000001#001", "subscription.created", NOW + 1, "cb_1"),
        ("org_1#000000000002#000", "subscription.paused", NOW + 2, "cb_1"),
    ]


def test_what_was_not_committed_is_not_announced(bench: Bench) -> None:
    keep(bench, Organization(ORG))
    with pytest.raises(Conflict):
        told = announce(Organization(ORG), 1, NOW, [(Transition.PAUSED, ROW)])
        bench.store.commit(OrganizationChange(Organization(ORG, 1), announcements=told))
    assert bench.outbox() == []


def test_a_transaction_of_more_than_a_hundred_writes_is_refused_whole(bench: Bench) -> None:
    rows = tuple(replace(ROW, id=f"cb_{number}") for number in range(100))
    with pytest.raises(RuntimeError):
        bench.store.commit(OrganizationChange(Organization(ORG, 1), rows))
    assert bench.store.load(ORG) == OrganizationState()
    bench.store.commit(OrganizationChange(Organization(ORG, 1), rows[:99]))


# --- pointers ------------------------------------------------------------------------------------


def test_a_pointer_leads_to_its_organization_and_may_be_written_again(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(Organization(ORG, 1), pointers=("customer_1",)))
    bench.store.commit(OrganizationChange(Organization(ORG, 2), pointers=("customer_1",)))
    assert bench.store.customer_owner("customer_1") == ORG


def test_a_customer_is_never_taken_over(bench: Bench) -> None:
    bench.store.commit(OrganizationChange(Organization(ORG, 1), pointers=("customer_1",)))
    with pytest.raises(Conflict):
        bench.store.commit(OrganizationChange(Organization("org_2", 1), (ROW,), ENTRY, pointers=("customer_1",)))
    assert bench.store.customer_owner("customer_1") == ORG
    assert bench.store.load("org_2") == OrganizationState()
    bench.store.record(ENTRY)


def test_the_unprovisioned_are_those_without_a_tombstone_that_lack_a_customer_or_a_name(bench: Bench) -> None:
    bench.store.commit(
        OrganizationChange(Organization("org_mapped", 1, customer_id="org_mapped", display_name="Mapped"))
    )
    bench.store.commit(OrganizationChange(Organization("org_nameless", 1, customer_id="org_nameless")))
    bench.store.commit(OrganizationChange(Organization("org_deleted", 1, deleted_at=NOW)))
    bench.store.commit(OrganizationChange(Organization("org_bare", 1)))
    asked = ["org_mapped", "org_nameless", "org_deleted", "org_bare", "org_unknown", "org_unknown"]
    assert bench.store.unprovisioned(asked) == {"org_nameless", "org_bare", "org_unknown"}
    assert bench.store.unprovisioned(asked, {"org_nameless", "org_bare"}) == {"org_bare", "org_unknown"}


# --- the claim -----------------------------------------------------------------------------------


def test_the_first_claim_brings_the_organization_into_being(bench: Bench) -> None:
    claimed = bench.store.claim_checkout(ORG, wish())
    assert claimed == Organization(ORG, claimed.version, checkout=wish())
    assert bench.store.load(ORG) == OrganizationState(claimed)


def test_a_claim_counts_as_a_write_and_keeps_everything_else(bench: Bench) -> None:
    known = replace(FULL, live=frozenset(), checkout=None, deleted_at=None)
    keep(bench, known)
    claimed = bench.store.claim_checkout(ORG, wish())
    assert claimed == replace(known, version=2, checkout=wish())
    with pytest.raises(Conflict):
        bench.store.commit(OrganizationChange(replace(known, version=2)))
    bench.store.commit(OrganizationChange(replace(known, version=3)))


def test_the_same_selection_is_the_same_checkout(bench: Bench) -> None:
    first = bench.store.claim_checkout(ORG, wish("sub_2"))
    assert bench.store.claim_checkout(ORG, wish("sub_3", opened_at=NOW + PAGE_LIFETIME - 1)) == first
    assert bench.store.load(ORG).organization == first


@pytest.mark.parametrize(
    ("second", "reopen"),
    [
        (wish("sub_3", seats=6), None),
        (wish("sub_3", opened_at=NOW + PAGE_LIFETIME), None),
        (wish("sub_3", opened_at=NOW + 1), NOW),
    ],
    ids=["another selection", "an old page", "a closed page"],
)
def test_a_new_page_keeps_the_subscription_id(bench: Bench, second: Checkout, reopen: int | None) -> None:
    first = bench.store.claim_checkout(ORG, wish("sub_2"))
    claimed = bench.store.claim_checkout(ORG, second, reopen)
    assert claimed == replace(first, version=first.version + 1, checkout=replace(second, subscription_id="sub_2"))
    assert bench.store.load(ORG).organization == claimed


def test_another_page_that_is_closed_reopens_nothing(bench: Bench) -> None:
    first = bench.store.claim_checkout(ORG, wish())
    assert bench.store.claim_checkout(ORG, wish("sub_3", opened_at=NOW + 1), NOW - 1) == first


def test_the_order_of_the_addons_is_part_of_the_selection_as_it_was_sorted(bench: Bench) -> None:
    bench.store.claim_checkout(ORG, CHECKOUT)
    again = replace(CHECKOUT, subscription_id="sub_9", opened_at=NOW + 1)
    assert bench.store.claim_checkout(ORG, again).checkout == CHECKOUT


@pytest.mark.parametrize("checkout", [None, wish()])
def test_a_live_subscription_refuses_every_claim(bench: Bench, checkout: Checkout | None) -> None:
    keep(bench, Organization(ORG, live=frozenset({"cb_1"}), checkout=checkout))
    before = bench.store.load(ORG)
    for reopen in (None, NOW):
        with pytest.raises(SubscriptionExists):
            bench.store.claim_checkout(ORG, wish("sub_3", seats=9), reopen)
    assert bench.store.load(ORG) == before


def test_a_deleted_organization_refuses_every_claim(bench: Bench) -> None:
    keep(bench, Organization(ORG, deleted_at=NOW))
    with pytest.raises(OrganizationDeleted):
        bench.store.claim_checkout(ORG, wish())
    assert bench.store.load(ORG) == OrganizationState(Organization(ORG, 1, deleted_at=NOW))


def test_a_checkout_that_was_used_up_gives_its_id_away_for_good(bench: Bench) -> None:
    claimed = bench.store.claim_checkout(ORG, wish("sub_2"))
    bench.store.commit(OrganizationChange(replace(claimed, version=claimed.version + 1, checkout=None)))
    assert bench.store.claim_checkout(ORG, wish("sub_3")).checkout == wish("sub_3")


def test_a_claim_that_meets_a_transaction_of_the_table_is_a_conflict() -> None:
    class Busy:
        def update_item(self, **arguments: Any) -> Any:
            raise ClientError({"Error": {"Code": "TransactionConflictException"}}, "UpdateItem")

    with pytest.raises(Conflict):
        DynamoStore(Busy(), "billing", lambda: NOW).claim_checkout(ORG, wish())


# --- a subscription has one holder ----------------------------------------------------------------

OTHER = "org_2"


def taking(owner: str, version: int, *former: str, losses: tuple[OrganizationChange, ...] = ()) -> OrganizationChange:
    row = Subscription("cb_1", owner, Status.ACTIVE, items=())
    return OrganizationChange(
        Organization(owner, version), (row,), held=("cb_1",), former=frozenset(former), losses=losses
    )


def test_the_last_to_hold_a_subscription_is_known(bench: Bench) -> None:
    assert bench.store.subscription_holder("cb_1") is None
    bench.store.commit(taking(ORG, 1))
    bench.store.commit(taking(ORG, 2))
    assert bench.store.subscription_holder("cb_1") == ORG


def test_a_subscription_is_taken_only_from_those_whom_the_change_names(bench: Bench) -> None:
    bench.store.commit(taking(ORG, 1))
    for former in ((), ("org_3",)):
        with pytest.raises(HeldElsewhere):
            bench.store.commit(taking(OTHER, 1, *former))
    assert bench.store.load(OTHER) == OrganizationState()
    bench.store.commit(taking(OTHER, 1, "org_3", ORG))
    assert bench.store.subscription_holder("cb_1") == OTHER


def test_who_loses_a_subscription_loses_it_in_the_same_transaction_or_nothing_happens(bench: Bench) -> None:
    bench.store.commit(taking(ORG, 1))
    gone = replace(ROW, status=Status.TRANSFERRED, customer_id=OTHER)
    organization = Organization(ORG, 2)
    told = announce(organization, 2, NOW, [(Transition.CANCELLED, gone)])
    loss = OrganizationChange(organization, (gone,), announcements=told)
    with pytest.raises(Conflict):
        bench.store.commit(taking(OTHER, 1, ORG, losses=(replace(loss, organization=Organization(ORG, 3)),)))
    assert (bench.store.load(OTHER), bench.outbox()) == (OrganizationState(), [])
    bench.store.commit(taking(OTHER, 1, ORG, losses=(loss,)))
    assert bench.store.load(ORG) == OrganizationState(organization, (gone,))
    assert bench.store.load(OTHER).live[0].id == "cb_1"
    assert [told[1] for told in bench.outbox()] == ["subscription.cancelled"]


def test_an_event_that_is_known_is_known_before_anything_is_looked_at(bench: Bench) -> None:
    bench.store.commit(replace(taking(ORG, 1), entry=ENTRY))
    with pytest.raises(AlreadyProcessed):
        bench.store.commit(replace(taking(OTHER, 1), entry=ENTRY))


@pytest.mark.parametrize("subscription_id", ["~", "~~~~", "\u00ff", "\uffff", "\U0001f600"])
def test_an_id_that_sorts_behind_every_letter_is_seen(bench: Bench, subscription_id: str) -> None:
    row = Subscription(subscription_id, ORG, Status.ACTIVE, items=())
    bench.store.commit(
        OrganizationChange(Organization(ORG, 1, live=frozenset({subscription_id})), (row,), held=(subscription_id,))
    )
    assert bench.store.load(ORG).subscriptions == (row,)
    assert bench.store.subscription_holder(subscription_id) == ORG
