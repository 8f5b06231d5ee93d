"""Whatever is used, held, settled, released, credited, debited and changed, in any order: every unit is explained."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from billing.core.clock import month_of
from billing.core.errors import (
    EventConflict,
    Exhausted,
    HoldNotFound,
    InvalidRequest,
    InvalidState,
    PlanRequired,
    UsageNotFound,
)
from billing.core.money import Money
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.below_zero import BelowZero
from billing.metering.domain.entitlement import Refusal
from billing.metering.domain.grant import MOST_CHANGES, Gift, Grant, GrantDeletion, GrantWish, TooManyGrants
from billing.metering.domain.hold import HoldState, Reservation
from billing.metering.domain.meter import Meter
from billing.metering.domain.usage import Correction, Cost, UsageEvent
from billing.metering.domain.wallet import LotKind, WalletPosting
from billing.metering.services.adjust_meter import adjust_meter
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.metering.services.correct_use import correct_use
from billing.metering.services.delete_grant import delete_grant
from billing.metering.services.hold_usage import release_usage, reserve_usage, settle_usage
from billing.metering.services.read_entitlements import estimate_use, read_entitlement
from billing.metering.services.read_wallets import read_wallets
from billing.metering.services.record_usage import record_usage
from billing.metering.services.save_grant import save_grant
from billing.metering.services.set_spending_cap import set_spending_cap
from billing.metering.services.usage_costs import attach_costs
from billing.metering.table.adjustments import DynamoAdjustments
from billing.metering.table.store import DynamoUsage
from billing.plans.tiers import TieredPrice
from billing.subscriptions.domain.organization import Organization, OrganizationState
from billing.subscriptions.domain.subscription import Status, Subscription
from billing.subscriptions.table.rows import organization_item, subscription_item, subscription_key
from tests.aws_in_memory import client_in_memory
from tests.model.metering import (
    CATALOG,
    DAY,
    ENDLESS,
    FREE,
    GRADUATED,
    HOUR,
    LARGE,
    MICROS,
    ORG,
    PAYING,
    PLANS,
    SOFT,
    START,
    VOLUME,
    calls,
    metering,
    on_plan,
)
from tests.model.time import Time
from tests.model.usage_store import MemoryUsage
from tests.property.ledger import EVER, check_ledger, worth

HARD = (FREE, LARGE)
"""The plans whose limit nothing passes."""

ids = st.sampled_from("abcdef")
quantities = st.integers(1, 14)


def having(*rows: Subscription) -> OrganizationState:
    """The organization with these subscriptions and no other."""
    return OrganizationState(Organization(ORG, live=frozenset(row.id for row in rows)), rows)


class Ledger(RuleBasedStateMachine):
    """One organization over the model of the table. `sent` are the events as they were first sent, whatever became
    of them; `money` is what was put in and taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.store: Any = MemoryUsage()
        self.adjustments: Any = self.store
        self.time = Time(START)
        self.here = metering(self.store, self.time)
        self.sent: dict[str, UsageEvent] = {}
        self.counted: set[str] = set()
        self.money: dict[str, WalletPosting] = {}
        self.uncapped: set[str] = set()
        self.silent: set[int] = set()
        self.given: list[tuple[int, tuple[Grant, ...]]] = []

    @initialize(name=st.sampled_from(PLANS))
    def begin(self, name: str) -> None:
        self.here = metering(self.store, self.time)
        self.grant(on_plan(name))
        self.store.save_alerts(ORG, {"calls": (50, 80, 100)})

    # --- what callers do --------------------------------------------------------------------------

    @rule(event_id=ids, quantity=quantities, ago=st.sampled_from([HOUR, 3 * DAY, 20 * DAY, 34 * DAY]))
    def report_late(self, event_id: str, quantity: int, ago: int) -> None:
        """It counts in the meter of its own moment, and in no other; a hard limit holds there too."""
        if event_id in self.counted:
            return
        event = self.sent[event_id] = calls(event_id, quantity, occurred_at=self.time.now - ago)
        before = self.store.account(ORG).meters
        [recorded] = record_usage(ORG, [event], self.here)
        after = self.store.account(ORG).meters
        if recorded.usage is None:
            assert recorded.reason in (Refusal.EXHAUSTED, Refusal.SPENDING_CAP)
            assert after == before
            return
        self.counted.add(event_id)
        place = ("calls", recorded.usage.period_start)
        assert {key: each for key, each in after.items() if key != place} == {
            key: each for key, each in before.items() if key != place
        }
        meter = after[place]
        assert meter.start <= event.occurred_at
        assert meter.end is None or event.occurred_at < meter.end
        if recorded.usage.plan_id in HARD and meter.limit is not None:  # a past meter keeps the limit that it had
            assert meter.remaining is not None and meter.remaining >= 0

    @rule(event_id=ids, quantity=quantities)
    def report(self, event_id: str, quantity: int) -> None:
        wanted = calls(event_id, quantity, occurred_at=self.time.now)
        event = self.sent.setdefault(event_id, wanted) if event_id in self.counted else wanted
        self.sent[event_id] = event
        foreseen = estimate_use(ORG, "calls", event.quantity, {}, self.here)
        gate = read_entitlement(ORG, "calls", event.quantity, self.here)
        [recorded] = record_usage(ORG, [event], self.here)
        if event_id in self.counted:
            assert recorded.outcome == "replayed"
            return
        assert recorded.outcome == ("recorded" if foreseen.allowed else "refused")
        assert gate.allowed == foreseen.allowed
        if recorded.usage:
            split = recorded.usage.split
            assert foreseen.meter is not None
            left = foreseen.meter.remaining
            assert split.allowance == (event.quantity if left is None else max(0, min(event.quantity, left)))
            assert split.allowance + split.beyond == event.quantity
            assert split == foreseen.split
            assert isinstance(split.unit_price, TieredPrice) or worth(split) == split.beyond * MICROS
            self.counted.add(event_id)

    @rule(batch=st.lists(st.tuples(ids, quantities), min_size=2, max_size=5, unique_by=lambda each: each[0]))
    def report_a_batch(self, batch: list[tuple[str, int]]) -> None:
        events = [calls(event_id, quantity, occurred_at=self.time.now) for event_id, quantity in batch]
        if any(event.id in self.counted for event in events):
            return
        for recorded in record_usage(ORG, events, self.here):
            self.sent[recorded.event.id] = recorded.event
            if recorded.outcome == "recorded":
                self.counted.add(recorded.event.id)

    @rule(event_id=ids)
    def report_something_else_under_a_known_id(self, event_id: str) -> None:
        if event_id in self.counted:
            changed = replace(self.sent[event_id], quantity=self.sent[event_id].quantity + 1)
            assert record_usage(ORG, [changed], self.here)[0].reason == Refusal.ID_CONFLICT

    @rule(hold_id=ids, quantity=quantities)
    def reserve(self, hold_id: str, quantity: int) -> None:
        before = self.store.hold(ORG, hold_id)
        try:
            held = reserve_usage(ORG, Reservation(hold_id, "calls", quantity, HOUR), self.here)
        except EventConflict:
            assert before.quantity != quantity
        except Exhausted:
            assert before is None
        else:
            assert before in (None, held)

    @rule(hold_id=ids, actual=st.integers(0, 20))
    def settle(self, hold_id: str, actual: int) -> None:
        before = self.store.hold(ORG, hold_id)
        try:
            settled = settle_usage(ORG, hold_id, actual, self.here)
        except HoldNotFound:
            assert before is None
        except InvalidState:
            assert before.state is not HoldState.HELD
        else:
            assert settled.actual is not None
            assert settled.actual + settled.shortfall == actual
            assert settled.actual >= min(actual, settled.quantity), "what was reserved is enough for itself"

    @rule(hold_id=ids)
    def release(self, hold_id: str) -> None:
        before = self.store.hold(ORG, hold_id)
        try:
            released = release_usage(ORG, hold_id, self.here)
        except HoldNotFound:
            assert before is None
        except InvalidState:
            assert before.state is HoldState.SETTLED
        else:
            assert released.state is HoldState.RELEASED

    @rule(
        posting_id=ids,
        units=st.integers(-6, 12),
        kind=st.sampled_from(LotKind),
        expires_at=st.sampled_from([None, START + 2 * HOUR, START + 3 * DAY, START + 30 * DAY]),
    )
    def adjust(self, posting_id: str, units: int, kind: LotKind, expires_at: int | None) -> None:
        credit = {"lot_kind": kind, "expires_at": expires_at} if units > 0 else {}
        posting = WalletPosting(posting_id, "adjustment", Money(units * MICROS, "USD"), **credit)  # type: ignore[arg-type]
        balance = self.store.account(ORG).at(self.time.now).wallet("USD").balance
        new = posting_id not in self.money
        try:
            adjust_wallet(ORG, posting, self.store, self.here.clock)
        except EventConflict:
            assert self.money[posting_id] != posting
        except InvalidRequest:
            assert new and expires_at is not None and expires_at <= self.time.now
        except Exhausted:
            assert new and balance < -posting.amount.micros
        else:
            assert self.money.setdefault(posting_id, posting) == posting
            assert not new or units >= 0 or balance >= -posting.amount.micros, "no posting takes an overdraft"

    @rule(event_id=ids, key=ids, quantity=st.integers(0, 18))
    def correct(self, event_id: str, key: str, quantity: int) -> None:
        """It gives back or takes once, whatever is said how often."""
        made, found = self.store.correction(ORG, key), self.store.usages(ORG, [event_id]).get(event_id)
        wanted = Correction(key, event_id, quantity, "a bug")
        try:
            after = correct_use(ORG, wanted, self.here)
        except UsageNotFound:
            assert found is None
        except EventConflict:
            assert made is not None and not wanted.repeats(made)
        except InvalidRequest:
            assert quantity > found.split.quantity and found.event.occurred_at < self.time.now - 30 * DAY
        except (Exhausted, PlanRequired):
            assert quantity > found.split.quantity
        except BelowZero:
            assert self.store.account(ORG).meters[found.place].lowered > 0
        else:
            assert after.split.quantity == (found.split.quantity if made else quantity)

    @rule(
        key=ids,
        units=st.integers(-12, 12).filter(bool),
        ago=st.sampled_from([None, HOUR, 20 * DAY]),
    )
    def adjust_the_meter(self, key: str, units: int, ago: int | None) -> None:
        """It counts once, and never takes off more than there is."""
        occurred_at = None if ago is None else self.time.now - ago
        wanted = Adjustment(key, "calls", units, "ada", "a bug", occurred_at)
        made, before = self.adjustments.adjustment(ORG, key), self.store.account(ORG).meters
        try:
            after = adjust_meter(ORG, wanted, self.adjustments, self.here)
        except EventConflict:
            assert made is not None and not wanted.repeats(made)
        except Exhausted:
            assert units > 0
        except BelowZero:
            assert units < 0
        except InvalidState:
            assert units < 0 and any(meter.beyond for meter in before.values()), "other units than the plan's were sold"
        else:
            assert after.quantity == after.split.quantity == units
            assert made in (None, after)

    @rule(event_id=ids, cost_id=st.sampled_from("xyz"), micros=st.integers(0, 3))
    def cost(self, event_id: str, cost_id: str, micros: int) -> None:
        cost = Cost(cost_id, "vendor", Money(micros, "USD"))
        try:
            usage = attach_costs(ORG, event_id, [cost], self.store)
        except UsageNotFound:
            assert event_id not in self.counted
        except EventConflict:
            assert cost not in self.store.usages(ORG, [event_id])[event_id].event.costs
        else:
            assert cost in usage.event.costs

    # --- what happens to the world ----------------------------------------------------------------

    @rule(seconds=st.sampled_from([HOUR, DAY, 12 * DAY]))
    def wait(self, seconds: int) -> None:
        self.time.now += seconds

    @rule(name=st.sampled_from(PLANS))
    def change_plan(self, name: str) -> None:
        self.grant(on_plan(name))

    @rule()
    def cancel(self) -> None:
        """Its row stays, and tells what ran until then."""
        rows = self.store.account(ORG).partition.subscriptions
        ended = (replace(row, status=Status.CANCELLED, cancelled_at=self.time.now) if row.live else row for row in rows)
        self.grant(OrganizationState(Organization(ORG), tuple(ended)))

    @rule()
    def cancel_and_buy_again(self) -> None:
        """It refills no allowance that a subscription began. One long without news gave way to the default plan."""
        rows, before = self.store.account(ORG).partition.live, self.running()
        if len(rows) != 1 or before is None or not (before.used or before.held):
            return
        [row] = rows
        now = self.time.now
        began = {"created_at": now, "started_at": now, "term_start": now, "term_end": now + 30 * DAY}
        again = replace(row, id=f"sub_{now}", **began)
        self.grant(having(again))
        assert read_entitlement(ORG, "calls", 1, self.here).meter == before

    @rule(name=st.sampled_from([LARGE, PAYING, SOFT, ENDLESS, GRADUATED, VOLUME]))
    def buy_another(self, name: str) -> None:
        """A second subscription takes nothing away, and refills nothing."""
        rows = self.store.account(ORG).partition.live
        if len(rows) == 1:
            before = self.running()
            now = self.time.now
            began = {"created_at": now, "started_at": now, "term_start": now, "term_end": now + 30 * DAY}
            self.grant(having(*rows, *on_plan(name, id=f"sub_beside_{now}", **began).subscriptions))
            after = self.running()
            if before and after and (before.used or before.held):
                assert replace(after, limit=before.limit) == before
                assert after.limit is None or (before.limit is not None and after.limit >= before.limit)

    @rule(place=st.integers(0, 1))
    def end_one_of_two(self, place: int) -> None:
        """What was used stays used; and where the other gives as much, nothing changes at all."""
        rows = self.store.account(ORG).partition.live
        if len(rows) > 1:
            before, origin = self.running(), self.origin()
            self.grant(having(rows[1 - place]))
            after = self.running()
            if before and after and (before.used or before.held):
                assert replace(after, limit=before.limit) == before
                assert after.limit == before.limit or origin == rows[place].id

    @rule(cents=st.sampled_from([None, 0, 3, 20]))
    def cap(self, cents: int | None) -> None:
        limit = None if cents is None else cents * MICROS
        if self.store.account(ORG).wallet("USD").cap is None:
            self.uncapped = self.recorded()
        set_spending_cap(ORG, "USD", limit, self.store, lambda: self.time.now)

    def recorded(self) -> set[str]:
        return set(self.store.usages(ORG, [*"abcdef", *(f"hold:{each}" for each in "abcdef")]))

    @invariant()
    def what_is_spent_under_the_cap_is_what_was_recorded_since(self) -> None:
        cap = self.store.account(ORG).wallet("USD").cap
        if cap is not None:
            found = self.store.usages(ORG, list(self.recorded() - self.uncapped)).values()
            spent = [worth(each.split) for each in found if month_of(each.recorded_at) == cap.month]
            assert cap.spent >= sum(spent), "a correction gives no room back"
            holds = [hold for each in "abcdef" if (hold := self.store.hold(ORG, each))]
            assert cap.held == sum(each.capped_micros for each in holds if each.state is HoldState.HELD)

    @rule(
        grant_id=st.sampled_from("gh"),
        gift=st.sampled_from([Gift.UNITS, Gift.LIMIT]),
        amount=st.integers(1, 30),
        begins=st.sampled_from([0, HOUR, 2 * DAY]),
        lasts=st.sampled_from([HOUR, 5 * DAY, None]),
    )
    def give(self, grant_id: str, gift: Gift, amount: int, begins: int, lasts: int | None) -> None:
        """It takes nothing away when it comes."""
        before = read_entitlement(ORG, "calls", 1, self.here).meter
        known = self.store.account(ORG).grant(grant_id)
        starts_at = self.time.now + begins
        ends_at = None if lasts is None else starts_at + lasts
        wish = GrantWish(grant_id, "calls", gift, amount, starts_at, ends_at, "ada", "a launch")
        try:
            save_grant(ORG, wish, CATALOG, self.store, lambda: self.time.now)
        except EventConflict:
            assert known is not None and known.deleted
            return
        except TooManyGrants:
            assert known is not None and len(known.earlier) == MOST_CHANGES
            return
        self.remember()
        after = read_entitlement(ORG, "calls", 1, self.here).meter
        assert before is not None and after is not None
        assert (after.used, after.held, after.start, after.end) == (before.used, before.held, before.start, before.end)
        if known is None and before.limit is not None:
            assert after.limit is not None and after.limit >= before.limit

    @rule(grant_id=st.sampled_from("gh"))
    def take_away(self, grant_id: str) -> None:
        known = self.store.account(ORG).grant(grant_id)
        if known is not None:
            deleted = delete_grant(ORG, GrantDeletion(grant_id, "bob", "it is over"), self.store, lambda: self.time.now)
            assert deleted.deleted and deleted.version == known.version + (not known.deleted)
            self.remember()

    def remember(self) -> None:
        """What is given from now on, as it is now."""
        self.given.append((self.time.now, self.store.account(ORG).grants))

    def running(self) -> Meter | None:
        """The meter of what a subscription gives: the default plan's allowance is another."""
        meter = read_entitlement(ORG, "calls", 1, self.here).meter
        return meter if meter and meter.subscription_id else None

    def origin(self) -> str | None:
        found = self.here.granted(self.store.account(ORG), self.time.now).origins.get("calls")
        return found.subscription_id if found else None

    def grant(self, partition: OrganizationState) -> None:
        self.store.grant(ORG, partition)

    # --- what stays true --------------------------------------------------------------------------

    @invariant()
    def every_unit_and_every_micro_is_explained(self) -> None:
        check_ledger(self.store, list("abcdef"), list("abcdef"), self.adjustments)

    @invariant()
    def no_change_of_a_grant_moves_what_was_given_before_it(self) -> None:
        account = self.store.account(ORG)
        for moment, then in {at: grants for at, grants in self.given if at > self.time.now - 35 * DAY}.items():
            found = self.here.granted(account, moment).grants
            expected = {(each.id, each.gift, each.amount) for each in then if each.in_force(moment)}
            assert {(each.id, each.gift, each.amount) for each in found} == expected

    @invariant()
    def an_alert_is_told_once_in_its_period_and_remembered(self) -> None:
        """What a period that is over reaches by late news is remembered, and told to nobody."""
        if isinstance(self.store, MemoryUsage):
            told = [name.split("#")[2:] for _, name in self.store.told if name.startswith("alert#")]
            highest = {start: max(int(each) for begun, each in told if begun == start) for start, _ in told}
            for meter in self.store.account(ORG).meters.values():
                told_of_it = highest.pop(str(meter.start), 0)
                if meter.end is not None and meter.end <= self.time.now and meter.alerted > told_of_it:
                    self.silent.add(meter.start)
                assert meter.alerted == told_of_it or (meter.start in self.silent and meter.alerted > told_of_it)
            assert highest == {}

    @invariant()
    def what_counted_once_is_there_for_ever_and_nothing_else_is(self) -> None:
        found = self.store.usages(ORG, list("abcdef"))
        assert found.keys() == self.counted
        assert all(found[each].event.quantity == self.sent[each].quantity for each in self.counted)

    @invariant()
    def money_comes_from_postings_and_goes_into_uses_or_expires(self) -> None:
        """By the clock of the read: what has expired and nobody has written down is gone, too."""
        now = self.time.now
        wallet = self.store.account(ORG).at(now).wallet("USD")
        lines = read_wallets(ORG, "USD", None, self.store, now).ledger
        gone = -sum(line.amount.micros for line in lines.lines if line.kind == "expired") if lines else 0
        uses = self.store.usages(ORG, [*"abcdef", *(f"hold:{each}" for each in "abcdef")]).values()
        counting = [*uses, *self.adjustments.adjustments(ORG, *EVER)]
        spent = sum(worth(each.split) for each in counting if each.split.paid)
        put_in = sum(each.amount.micros for each in self.money.values())
        assert wallet.balance + wallet.held == put_in - spent - gone
        over = [each for each in self.money.values() if each.expires_at is not None and each.expires_at <= now]
        assert 0 <= gone <= sum(each.amount.micros for each in over)
        if any(lot.expired(now) for lot in wallet.lots):
            assert wallet.balance <= 0 < wallet.held, "only a hold keeps what has expired"


TestLedger = Ledger.TestCase


@pytest.fixture
def dynamo() -> Iterator[Any]:
    with client_in_memory("dynamodb") as client:
        yield client


def test_the_same_is_true_of_the_table(dynamo: Any) -> None:
    class InDynamo(Ledger):
        """Every example has a table of its own."""

        tables = 0

        def __init__(self) -> None:
            super().__init__()
            InDynamo.tables += 1
            self.name = f"table{InDynamo.tables}"
            dynamo.create_table(
                TableName=self.name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            )
            self.store = DynamoUsage(dynamo, self.name)
            self.adjustments = DynamoAdjustments(dynamo, self.name)

        def grant(self, partition: OrganizationState) -> None:
            for row in self.store.account(ORG).partition.subscriptions:
                dynamo.delete_item(TableName=self.name, Key=subscription_key(ORG, row.id))
            assert partition.organization
            items = [organization_item(partition.organization)]
            for item in (*items, *(subscription_item(ORG, row) for row in partition.subscriptions)):
                dynamo.put_item(TableName=self.name, Item=item)

    run_state_machine_as_test(InDynamo, settings=settings(max_examples=6, stateful_step_count=12))
