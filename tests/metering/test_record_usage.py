from collections.abc import Sequence
from dataclasses import replace

import pytest

from billing.core.errors import Conflict
from billing.core.money import Money
from billing.core.until_won import USAGE_ATTEMPTS
from billing.metering.domain.entitlement import Account
from billing.metering.domain.usage import Cost, Split, Usage, UsageEvent
from billing.metering.domain.use import EventResult
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.ports import UsageChange
from billing.metering.services.record_usage import CHUNK, MAX_AGE, MAX_AHEAD, record_usage
from billing.metering.services.usage_costs import attach_costs
from billing.metering.table.rows import USE_LIFETIME, use_item
from billing.plans.plan import Catalog, Plan
from billing.subscriptions.domain.organization import Organization, OrganizationState
from tests.model.metering import ENDLESS, FREE, LARGE, MICROS, ORG, PAYING, SOFT, START, calls, metering, on_plan
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage


def record(store: MemoryUsage, *events: UsageEvent, time: Time | None = None) -> list[EventResult]:
    return record_usage(ORG, events, metering(store, time))


def outcomes(store: MemoryUsage, *events: UsageEvent) -> list[str]:
    return [each.outcome for each in record(store, *events)]


def on(plan: str) -> MemoryUsage:
    return MemoryUsage({ORG: on_plan(plan)})


def topped_up(store: MemoryUsage, units: int, posting_id: str = "topup") -> None:
    adjust_wallet(ORG, WalletPosting(posting_id, "gift", Money(units * MICROS, "USD")), store, lambda: START)


def used(store: MemoryUsage) -> int:
    [meter] = store.meters.values()
    return meter.used


# --- once ------------------------------------------------------------------------------------------


def test_an_event_id_counts_once() -> None:
    store = MemoryUsage()
    first, again = record(store, calls("e1", 4))[0], record(store, calls("e1", 4))[0]
    assert first.usage is not None
    assert again.usage is not None
    assert (first.outcome, again.outcome, again.usage.split) == ("recorded", "replayed", first.usage.split)
    assert used(store) == 4


def test_what_comes_again_when_the_balance_is_gone_is_replayed_and_not_refused() -> None:
    store = MemoryUsage()
    assert outcomes(store, calls("e1", 4), calls("e2", 6)) == ["recorded", "recorded"]
    assert outcomes(store, calls("e2", 6)) == ["replayed"]
    assert outcomes(store, calls("e3"), calls("e1", 4)) == ["refused", "replayed"]
    assert used(store) == 10


def test_an_event_comes_again_in_another_period_and_still_counts_once() -> None:
    store, time = MemoryUsage(), Time(START)
    record(store, calls("e1", 4), time=time)
    time.now += MAX_AGE
    assert record(store, calls("e1", 4), time=time)[0].outcome == "replayed"
    assert used(store) == 4


@pytest.mark.parametrize(
    "other",
    [
        calls("e1", 5),
        calls("e1", occurred_at=START - 1),
        calls("e1", dimensions={"model": "large"}),
        calls("e1", costs=(Cost("0", "openai", Money(5, "USD")),)),
        replace(calls("e1"), feature="seats"),
    ],
    ids=["quantity", "time", "dimensions", "costs", "feature"],
)
def test_the_same_id_for_something_else_is_a_conflict_and_changes_nothing(other: UsageEvent) -> None:
    store = MemoryUsage()
    record(store, calls("e1"))
    before = store.copy()
    [refused] = record(store, other)
    assert (refused.outcome, refused.reason) == ("refused", "id_conflict")
    assert store == before
    assert outcomes(store, calls("new"), other, calls("newer")) == ["recorded", "refused", "recorded"]


def test_a_resend_with_a_new_time_is_replayed_where_the_time_is_the_senders_clock() -> None:
    store, sent = MemoryUsage(), replace(calls("e1", 4), idempotency="id")
    again, other = replace(sent, occurred_at=START + 60), replace(sent, occurred_at=START + 60, quantity=5)
    first, replayed, conflicting = record(store, sent, again, other)
    assert (first.outcome, replayed.outcome, conflicting.reason) == ("recorded", "replayed", "id_conflict")
    assert replayed.usage == first.usage
    assert (used(store), first.usage and first.usage.event.occurred_at) == (4, START)


def test_costs_that_came_late_make_no_conflict_of_a_resend() -> None:
    store, sent = MemoryUsage(), replace(calls("e1", 4), idempotency="id")
    record(store, sent)
    attach_costs(ORG, "e1", [Cost("k1", "openai", Money(5, "USD"))], store)
    assert outcomes(store, replace(sent, occurred_at=START - 60)) == ["replayed"]


def test_a_refused_event_does_not_use_up_its_id() -> None:
    store = on(PAYING)
    assert outcomes(store, calls("e1", 12)) == ["refused"]
    assert (store.meters, store.uses, store.rollups) == ({}, {}, {})
    topped_up(store, 2)
    assert outcomes(store, calls("e1", 12)) == ["recorded"]


@pytest.mark.parametrize("between", [0, CHUNK], ids=["in one transaction", "in two"])
def test_an_id_that_comes_twice_in_a_batch_counts_once(between: int) -> None:
    store = on(ENDLESS)
    batch = (calls("e1", 2), *(calls(f"b{number}", 2) for number in range(between)), calls("e1", 2), calls("e1", 3))
    *first, again, other = record(store, *batch)
    assert {each.outcome for each in first} == {"recorded"}
    assert (again.outcome, again.usage and again.usage.event.quantity) == ("replayed", 2)
    assert (other.outcome, other.reason) == ("refused", "id_conflict")
    assert used(store) == 2 * len(first)


def test_the_settlements_of_holds_have_ids_that_nobody_else_can_use() -> None:
    """Else a report could keep a hold from ever being settled."""
    [refused, recorded] = record(store := MemoryUsage(), calls("hold:h1"), calls("e1"))
    assert (refused.outcome, refused.reason) == ("refused", "invalid_request")
    assert (recorded.outcome, used(store)) == ("recorded", 1)


# --- never over ------------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_whole_and_what_fits_behind_it_is_recorded() -> None:
    store = MemoryUsage()
    assert outcomes(store, calls("e1", 8), calls("e2", 3), calls("e3", 2)) == ["recorded", "refused", "recorded"]
    assert used(store) == 10


def test_the_allowance_goes_first_and_the_wallet_pays_the_rest_to_the_last_micro() -> None:
    store = on(PAYING)
    topped_up(store, 5)
    [recorded] = record(store, calls("e1", 13))
    assert recorded.usage is not None
    assert recorded.usage.split == Split(10, 3, Money(MICROS, "USD"), paid=True)
    assert outcomes(store, calls("e2", 3), calls("e3", 2), calls("e4", 1)) == ["refused", "recorded", "refused"]
    assert store.account(ORG).wallet("USD").balance == 0
    ledger, _ = store.ledger(ORG, "USD", None)
    assert [(entry.id, entry.amount.micros, entry.balance) for entry in ledger] == [
        ("usage:e3", -2 * MICROS, 0),
        ("usage:e1", -3 * MICROS, 2 * MICROS),
        ("topup", 5 * MICROS, 5 * MICROS),
    ]


def test_a_soft_limit_lets_through_and_says_what_it_is_worth() -> None:
    store = on(SOFT)
    [recorded] = record(store, calls("e1", 13))
    assert recorded.usage is not None
    split = recorded.usage.split
    assert split == Split(10, 3, Money(MICROS, "USD"), paid=False)
    [day] = store.days(ORG, "2026-01-01", "2026-12-31")
    assert day.revenue == {"USD": 3 * MICROS}


def test_unlimited_counts_all_the_same() -> None:
    store = on(ENDLESS)
    assert outcomes(store, calls("e1", 1_000_000), calls("e2", 5)) == ["recorded", "recorded"]
    assert used(store) == 1_000_005


def test_a_batch_longer_than_a_transaction_is_all_recorded() -> None:
    store = on(ENDLESS)
    events = [calls(f"e{number}") for number in range(2 * CHUNK + 3)]
    assert outcomes(store, *events) == ["recorded"] * len(events)
    assert outcomes(store, *events) == ["replayed"] * len(events)
    assert used(store) == len(events)


# --- what may be reported --------------------------------------------------------------------------


def test_what_was_recorded_is_replayed_when_it_is_too_old_to_be_recorded() -> None:
    store = MemoryUsage()
    record_usage(ORG, [calls("e1", 3)], metering(store))
    before = store.copy()
    sent = [calls("e1", 3), calls("e1", 4), calls("e2", 3)]
    again = record_usage(ORG, sent, metering(store, Time(START + MAX_AGE + 1)))
    assert [each.reason or each.outcome for each in again] == ["replayed", "id_conflict", "too_old"]
    assert store == before


def test_what_was_recorded_is_replayed_when_the_catalog_has_its_feature_no_more() -> None:
    store, bare = MemoryUsage(), Catalog({FREE: Plan(FREE, "Free", default=True)}, {})
    record(store, calls("e1", 3))
    again = record_usage(ORG, [calls("e1", 3), calls("e1", 4), calls("e2", 3)], metering(store, catalog=bare))
    assert [each.reason or each.outcome for each in again] == ["replayed", "id_conflict", "unknown_feature"]
    assert used(store) == 3


def test_a_resend_by_a_clock_that_has_run_ahead_is_replayed_where_the_time_is_the_senders_clock() -> None:
    store, sent = MemoryUsage(), replace(calls("e1", 4), idempotency="id")
    record(store, sent)
    [again] = record(store, replace(sent, occurred_at=START + MAX_AHEAD + 1))
    assert (again.outcome, used(store)) == ("replayed", 4)


@pytest.mark.parametrize(
    ("occurred_at", "reason"), [(START + MAX_AHEAD + 1, "in_the_future"), (START - MAX_AGE - 1, "too_old")]
)
def test_an_event_from_the_future_or_too_old_is_refused_by_itself(occurred_at: int, reason: str) -> None:
    store = MemoryUsage()
    first, refused, last = record(store, calls("e1"), calls("e2", occurred_at=occurred_at), calls("e3"))
    assert (first.outcome, refused.reason, last.outcome) == ("recorded", reason, "recorded")
    assert used(store) == 2


@pytest.mark.parametrize("occurred_at", [START + MAX_AHEAD, START - MAX_AGE])
def test_clocks_may_differ_a_little_and_reports_come_late(occurred_at: int) -> None:
    assert outcomes(MemoryUsage(), calls("e1", occurred_at=occurred_at)) == ["recorded"]


def test_a_feature_that_no_plan_has_is_an_error_and_never_free() -> None:
    store = MemoryUsage()
    first, refused = record(store, calls("e1"), replace(calls("e2"), feature="cals"))
    assert (first.outcome, refused.outcome, refused.reason) == ("recorded", "refused", "unknown_feature")
    assert "cals" in refused.told
    assert used(store) == 1


def test_a_feature_that_the_plan_lacks_is_refused() -> None:
    [recorded] = record(MemoryUsage(), replace(calls("e1"), feature="exports"))
    assert (recorded.outcome, recorded.reason) == ("refused", "not_in_plan")


def test_a_feature_that_is_on_or_off_cannot_be_used_up() -> None:
    [refused] = record(MemoryUsage({ORG: on_plan("odd")}), replace(calls("e1"), feature="sso"))
    assert (refused.outcome, refused.reason) == ("refused", "invalid_request")


# --- which plan ------------------------------------------------------------------------------------


def test_whoever_has_nothing_uses_the_default_plan_from_the_first_request() -> None:
    store = MemoryUsage()
    assert outcomes(store, calls("e1", 10), calls("e2", 1)) == ["recorded", "refused"]
    assert store.partitions == {}


def test_when_the_subscription_ends_the_default_plan_is_back() -> None:
    store = on(LARGE)
    assert outcomes(store, calls("e1", 25)) == ["recorded"]
    store.grant(ORG, OrganizationState(Organization(ORG)))
    [recorded] = record(store, calls("e2", 1))
    assert recorded.usage is not None
    assert (recorded.usage.plan_id, recorded.usage.subscription_id) == (FREE, None)


def test_what_was_billed_stays_as_it_was_when_the_plan_changes() -> None:
    store = on(SOFT)
    record(store, calls("e1", 13))
    store.grant(ORG, on_plan(LARGE))
    [again] = record(store, calls("e1", 13))
    assert again.usage is not None
    assert (again.usage.plan_id, again.usage.split.amount) == (SOFT, Money(3 * MICROS, "USD"))


# --- with others -----------------------------------------------------------------------------------


class Contended(MemoryUsage):
    """Somebody else writes between our read and our commit, `rivals` times."""

    rivals = 0

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        if change.usages and self.rivals:
            self.rivals -= 1
            raise Conflict("Somebody else wrote first.")
        super().commit_usage(organization_id, change)


def test_whoever_loses_a_race_tries_again_on_what_is_left() -> None:
    store = Contended()
    store.rivals = USAGE_ATTEMPTS - 1
    assert outcomes(store, calls("e1")) == ["recorded"]


def test_nobody_tries_for_ever() -> None:
    store = Contended()
    store.rivals = USAGE_ATTEMPTS
    with pytest.raises(Conflict):
        record(store, calls("e1"))
    assert store.uses == {}


class Overtaken(MemoryUsage):
    """The same event is delivered twice: the other delivery and a rival's use land before our first commit."""

    overtaken = False

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        if not self.overtaken and any(usage.event.id == "e1" for usage in change.usages):
            self.overtaken = True
            record(self, calls("rival", 9))
            record(self, calls("e1"))
            raise Conflict("Somebody else wrote first.")
        super().commit_usage(organization_id, change)


def test_a_delivery_that_was_overtaken_by_its_twin_is_replayed_however_little_is_left() -> None:
    store = Overtaken()
    assert outcomes(store, calls("too much", 11), calls("e1")) == ["refused", "replayed"]
    assert used(store) == 10


# --- what it costs ---------------------------------------------------------------------------------


class Counted(MemoryUsage):
    """Knows how it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def account(self, organization_id: str) -> Account:
        self.asked.append("account")
        return super().account(organization_id)

    def commit_usage(self, organization_id: str, change: UsageChange) -> None:
        self.asked.append("commit")
        super().commit_usage(organization_id, change)

    def usages(self, organization_id: str, event_ids: Sequence[str]) -> dict[str, Usage]:
        self.asked.append("usages")
        return super().usages(organization_id, event_ids)


def test_one_event_or_a_batch_is_one_read_and_one_transaction() -> None:
    store = Counted()
    record(store, calls("e1"))
    assert store.asked == ["account", "commit"]
    store.asked.clear()
    record(store, *(calls(f"b{number}") for number in range(5)))
    assert store.asked == ["account", "commit"]


def test_a_refusal_is_two_reads_and_nothing_written() -> None:
    store = Counted()
    record(store, calls("e1", 11))
    assert store.asked == ["account", "usages"]


def test_a_use_is_remembered_for_longer_than_it_may_be_reported() -> None:
    usage = record(MemoryUsage(), calls("e1", occurred_at=START + MAX_AHEAD))[0].usage
    assert isinstance(usage, Usage)
    assert USE_LIFETIME > MAX_AGE + MAX_AHEAD
    assert int(use_item(ORG, usage)["expires_at"]["N"]) > usage.event.occurred_at + MAX_AGE
