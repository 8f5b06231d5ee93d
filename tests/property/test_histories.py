"""Any history, delivered in any order, twice, late or not at all, ends with the cache that is Chargebee's truth."""

from collections.abc import Sequence
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing.core.chargebee_errors import ChargebeeDuplicate, ChargebeeNotFound
from billing.core.errors import BillingError, OrganizationDeleted, SubscriptionExists
from billing.organizations.domain.organization_event import CREATED, DELETED, UPDATED
from billing.plans.plan import Plan
from billing.subscriptions.services.end_subscription import cancel_at_term_end, cancel_now, restore
from tests.model.world import DATA, GROWTH, LINES, STARTER, ModelWorld, checkout
from tests.property.deliveries import Deliveries
from tests.property.invariants import check_always, check_purchase, check_quiet, customers_of, line_of

ORGANIZATIONS = ("org_1", "org_2")
DAY = 86_400
LAPSES = (1, 60, 1_600, 4_000, 11_000, DAY, 14 * DAY, 31 * DAY)
"""Seconds: within a page's life, beyond it, beyond a replay's, a trial, a term."""

DASHBOARD = (
    *("pause", "resume", "schedule_cancellation", "keep", "cancel", "delete"),
    *("fail_payment", "recover", "fail_late", "void", "write_off"),
)

organizations = st.sampled_from(ORGANIZATIONS)
plans = st.sampled_from([GROWTH, STARTER, DATA])
choices = st.integers(0, 15)
"""Which of the things that are there; taken modulo their number."""


class Histories(RuleBasedStateMachine):
    """Each rule is one atomic step of somebody; the races within a step have tests of their own.

    Of a creation that was lost nobody may ever tell us: such an organization is `nameless`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.world = ModelWorld()
        self.ports = self.world.ports()
        self.site = self.world.site
        self.deliveries = Deliveries(self.world, self.ports)
        self.revived: set[str] = set()
        self.moved: set[str] = set()
        self.nameless: set[str] = set()
        self.versions: dict[object, int] = {}

    @initialize(shown=st.booleans())
    def begin(self, shown: bool) -> None:
        """The organizations exist, and nobody has told us yet."""
        self.world.chargebee.shows_deleted_customers = shown
        for organization_id in ORGANIZATIONS:
            self.deliveries.tell(CREATED, organization_id)

    # --- Scalekit

    @rule(organization_id=organizations)
    def rename_organization(self, organization_id: str) -> None:
        if self.deliveries.directory.exists(organization_id):
            self.deliveries.tell(UPDATED, organization_id)

    @rule(organization_id=organizations, whim=choices)
    def delete_organization(self, organization_id: str, whim: int) -> None:
        if self.deliveries.directory.exists(organization_id) and whim < 4:
            self.deliveries.tell(DELETED, organization_id)

    @rule(choice=choices, again=st.booleans())
    @precondition(lambda self: self.deliveries.scalekit)
    def deliver_from_scalekit(self, choice: int, again: bool) -> None:
        event = _pick(self.deliveries.scalekit, choice)
        self.deliveries.provision(event)
        if not again:
            self.deliveries.scalekit.remove(event)

    @rule(choice=choices)
    @precondition(lambda self: self.deliveries.scalekit)
    def lose_from_scalekit(self, choice: int) -> None:
        event = _pick(self.deliveries.scalekit, choice)
        if event["type"] == CREATED:
            self.deliveries.scalekit.remove(event)
            self.nameless.add(event["data"]["id"])

    # --- the admins, through our API and on Chargebee's pages

    @rule(organization_id=organizations, plan=plans, seats=st.integers(1, 3))
    def open_checkout(self, organization_id: str, plan: Plan, seats: int) -> None:
        try:
            checkout(self.ports, organization_id, plan, seats, catalog=LINES)
        except (SubscriptionExists, OrganizationDeleted, ChargebeeNotFound):
            return

    @rule(organization_id=organizations, plan=plans)
    def buy(self, organization_id: str, plan: Plan) -> None:
        try:
            opened = checkout(self.ports, organization_id, plan, catalog=LINES)
        except (SubscriptionExists, OrganizationDeleted, ChargebeeNotFound):
            return
        if opened.page.id in self.world.chargebee.payable():
            self.world.chargebee.pay(opened.page.id)

    @rule(choice=choices)
    @precondition(lambda self: self.world.chargebee.payable())
    def pay(self, choice: int) -> None:
        pages = self.world.chargebee.payable()
        try:
            self.world.chargebee.pay(_pick(pages, choice))
        except ChargebeeDuplicate:
            return

    @rule(choice=choices)
    @precondition(lambda self: self.world.chargebee.payable())
    def leave(self, choice: int) -> None:
        pages = self.world.chargebee.payable()
        self.world.chargebee.leave(_pick(pages, choice))

    @rule(organization_id=organizations)
    def cancel_at_term_end(self, organization_id: str) -> None:
        try:
            cancel_at_term_end(organization_id, None, "", self.ports)
        except BillingError:
            return

    @rule(organization_id=organizations)
    def cancel_now(self, organization_id: str) -> None:
        try:
            cancelled = cancel_now(organization_id, None, "", self.ports)
        except BillingError:
            return
        assert not any(cancelled.id in self.site.live(customer_id) for customer_id in self.site.customers), "it goes on"

    @rule(organization_id=organizations)
    def restore(self, organization_id: str) -> None:
        try:
            restore(organization_id, None, self.ports)
        except BillingError:
            return

    # --- the operators in Chargebee's dashboard, and the calendar

    @rule(organization_id=organizations)
    def subscribe_in_the_dashboard(self, organization_id: str) -> None:
        for customer_id in customers_of(self.world, organization_id):
            if not self.site.customers[customer_id]["deleted"]:
                number = len(self.site.subscriptions)
                self.site.subscribe(customer_id, f"dashboard_{number}", (("growth", "plan", 1),))

    @rule(
        choice=choices,
        action=st.sampled_from(DASHBOARD),
    )
    @precondition(lambda self: self.site.subscriptions)
    def act(self, choice: int, action: str) -> None:
        if self.site.may(action, subscription_id := _pick(list(self.site.subscriptions), choice)):
            getattr(self.site, action)(subscription_id)

    @rule(choice=choices)
    @precondition(lambda self: self.site.subscriptions)
    def reactivate(self, choice: int) -> None:
        if self.site.may("reactivate", subscription_id := _pick(list(self.site.subscriptions), choice)):
            self.revived.add(subscription_id)
            self.site.reactivate(subscription_id)

    @rule(choice=choices, price=st.sampled_from(["growth", "starter"]), seats=st.integers(1, 3))
    @precondition(lambda self: self.site.subscriptions)
    def change_items(self, choice: int, price: str, seats: int) -> None:
        """Within the line: nobody else keeps an operator from what no page of ours would do."""
        if self.site.may("change_items", subscription_id := _pick(list(self.site.subscriptions), choice)):
            same_line = price if line_of(self.site.subscriptions[subscription_id]) is None else "data"
            self.site.change_items(subscription_id, ((same_line, "plan", seats), ("support", "addon", 1)))

    @rule(choice=choices, organization_id=organizations)
    @precondition(lambda self: self.site.subscriptions)
    def move_subscription(self, choice: int, organization_id: str) -> None:
        subscription_id = _pick(list(self.site.subscriptions), choice)
        document = self.site.subscriptions[subscription_id]
        for customer_id in self._customers(organization_id):
            if not document["deleted"] and document["customer_id"] != customer_id:
                self._note_moved(subscription_id)
                self.site.move(subscription_id, customer_id)

    @rule(organization_id=organizations, target_id=organizations, told=st.booleans())
    def merge_customers(self, organization_id: str, target_id: str, told: bool) -> None:
        for origin in self._customers(organization_id):
            for target in self._customers(target_id):
                if origin != target:
                    owned = self.site.subscriptions.values()
                    self._note_moved(*(each["id"] for each in owned if each["customer_id"] == origin))
                    (self.site.merge_and_tell if told else self.site.merge)(origin, target)

    def _customers(self, organization_id: str) -> list[str]:
        found = customers_of(self.world, organization_id)
        return [each for each in found if not self.site.customers[each]["deleted"]]

    def _note_moved(self, *subscription_ids: str) -> None:
        """What bills a customer beside another is the operator's doing."""
        self.moved.update(subscription_ids)
        self.revived.update(subscription_ids)

    @rule(organization_id=organizations, whim=choices)
    def delete_customer(self, organization_id: str, whim: int) -> None:
        for customer_id in customers_of(self.world, organization_id):
            if not self.site.customers[customer_id]["deleted"] and whim < 4:
                self.site.delete_customer(customer_id)

    @rule(seconds=st.sampled_from([1, 60, 1_600, 4_000, 11_000, DAY, 14 * DAY, 31 * DAY]))
    def advance(self, seconds: int) -> None:
        self.site.advance(seconds)

    # --- the table

    @rule(organization_id=organizations, whim=choices)
    def lose_the_row(self, organization_id: str, whim: int) -> None:
        """What only the row knew stays lost: a tombstone, an open checkout, the ids of deleted customers.

        And how new its name was: an older event that is still on its way would give it its former name.
        """
        row = self.world.store.organizations.get(organization_id)
        if any(each["data"]["id"] == organization_id for each in self.deliveries.scalekit):
            return
        if row is not None and row.deleted_at is None and not row.retired_customers and not row.checkout and whim < 4:
            self.world.store.lose(organization_id)
            self.world.time.now += 1  # what repairs it is an event of its own second

    # --- deliveries

    @rule(choice=choices, again=st.booleans())
    @precondition(lambda self: self.deliveries.collect())
    def deliver(self, choice: int, again: bool) -> None:
        event = _pick(self.deliveries.events, choice)
        self.deliveries.apply(event)
        if not again:
            self.deliveries.events.remove(event)

    @rule(choice=choices)
    @precondition(lambda self: self.deliveries.seen)
    def deliver_again(self, choice: int) -> None:
        self.deliveries.apply(_pick(self.deliveries.seen, choice))

    @rule(choice=choices)
    @precondition(lambda self: self.deliveries.collect())
    def lose(self, choice: int) -> None:
        self.deliveries.events.remove(_pick(self.deliveries.events, choice))

    @rule(random=st.randoms(use_true_random=False))
    def become_quiet(self, random: Random) -> None:
        self._settle(random)

    def teardown(self) -> None:
        self._settle(Random(0))

    def _settle(self, random: Random) -> None:
        self.deliveries.settle(random)
        for organization_id in ORGANIZATIONS:
            check_quiet(self.world, organization_id, self.moved)
            check_purchase(self.world, organization_id, self.revived)
        for organization_id in self.deliveries.directory.last.keys() - self.nameless:
            name = self.deliveries.directory.name(organization_id)
            assert self.world.store.organizations[organization_id].display_name == name

    @invariant()
    def everything_holds(self) -> None:
        check_always(self.world, self.revived)
        now: dict[object, int] = {key: row.resource_version or 0 for key, row in self.world.store.rows.items()}
        now |= {name: each.version for name, each in self.world.store.organizations.items()}
        assert all(version >= self.versions.get(key, 0) for key, version in now.items()), "a version went back"
        self.versions |= now


def _pick[Thing](things: Sequence[Thing], choice: int) -> Thing:
    return things[choice % len(things)]


TestHistories = Histories.TestCase
