"""Organizations and subscriptions: one partition an organization, one transaction a change."""

from collections.abc import Sequence, Set
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from billing.core.clock import DAY, Clock
from billing.subscriptions.domain.organization import (
    PAGE_LIFETIME,
    Checkout,
    Organization,
    OrganizationState,
    check_free,
    claim,
)
from billing.subscriptions.domain.subscription import Subscription
from billing.subscriptions.domain.transaction import OrganizationChange, Outcome, ProcessedEvent
from billing.subscriptions.table.rows import (
    CHECKOUT,
    holder_key,
    organization_item,
    organization_key,
    outbox_item,
    pointer_key,
    read_organization,
    read_subscription_item,
    subscription_item,
    subscription_key,
)
from billing.table.codec import Attributes, Codec, decode, encode, key, successor
from billing.table.dynamodb import Table
from billing.table.writes import ABSENT, ALWAYS, Expression, Write, WriteRefusal, delete, put

if TYPE_CHECKING:
    from billing.plans.catalog_plans import RefusedPlan
    from billing.plans.plan import Plan

MILLISECONDS = 1_000
"""In a second. A row's versions begin with the time of its making, and no row is written a thousand times a second: one
that is lost, and made anew in a later second, repeats none."""

ENTRY_LIFETIME = 90 * DAY
"""Seconds that the log of events keeps one: far beyond Chargebee's three days of redelivery, and the hooks' queue."""

ENTRY = Codec(ProcessedEvent, apart=frozenset({"source", "event_id"}))
"""Both are in the key."""


class DynamoStore:
    """`Store` and `Plans` on one table. Reads are strongly consistent."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._table = Table(client, table)
        self._clock = clock

    def load(self, organization_id: str) -> OrganizationState:
        """One query over the organization and its subscriptions: a second page is read beyond a megabyte of history."""
        organization: Organization | None = None
        subscriptions: list[Subscription] = []
        for item in self._table.between(f"ORG#{organization_id}", "ORG", successor("SUB#")):
            if item["sk"]["S"] == "ORG":
                organization = read_organization(item)
            else:
                subscriptions.append(read_subscription_item(item))
        return OrganizationState(organization, tuple(subscriptions), epoch=self._clock() * MILLISECONDS)

    def commit(self, change: OrganizationChange) -> None:
        """All of the change or nothing, guarded by every version that was read, the rows' too: a query may have met
        another transaction half written. A lost row comes back whole.
        """
        writes = [write for each in (change, *change.losses) for write in self._writes(each)]
        self._table.transact(writes)

    def _writes(self, change: OrganizationChange) -> list[Write]:
        organization = change.organization
        guard = Expression(f"{ABSENT} OR version = :seen", {":seen": organization.version - 1})
        writes = [put(organization_item(organization), guard)]
        if change.entry:
            writes.append(entry_write(change.entry))
        writes += [put(subscription_item(organization.id, row), _unless_newer(row)) for row in change.subscriptions]
        writes += [delete(subscription_key(organization.id, each)) for each in change.erased]
        writes += [_pointer_write(customer_id, organization.id) for customer_id in change.pointers]
        writes += [_holder_write(each, change) for each in change.held]
        writes += [put(outbox_item(each, self._clock())) for each in change.announcements]
        return writes

    def record(self, entry: ProcessedEvent) -> None:
        """The log's entry alone, unless the log has one that counts."""
        self._table.put(entry_write(entry))

    def claim_checkout(self, organization_id: str, wanted: Checkout, reopen: int | None = None) -> Organization:
        """`domain.organization.claim` as one update: a refused condition answers with the item as it is.

        Where there is no row, the subscriptions are looked at first: the row may have been lost.
        """
        checkout = CHECKOUT.values(wanted)
        values = {
            ":minted": wanted.subscription_id,
            ":checkout": checkout,
            ":selection": checkout["selection"],
            ":stale": wanted.opened_at - PAGE_LIFETIME,
            ":reopen": -1 if reopen is None else reopen,
            ":one": 1,
        }
        try:
            answer = self._table.update(
                organization_key(organization_id),
                "SET checkout_id = if_not_exists(checkout_id, :minted), checkout = :checkout ADD version :one",
                values,
                ConditionExpression=(
                    "attribute_exists(pk) AND attribute_not_exists(deleted_at) AND attribute_not_exists(live) AND ("
                    "attribute_not_exists(checkout) OR checkout.selection <> :selection"
                    " OR checkout.opened_at <= :stale OR checkout.opened_at = :reopen)"
                ),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            return _held(error) or self._claim_anew(organization_id, wanted, reopen)
        return read_organization(answer["Attributes"])

    def _claim_anew(self, organization_id: str, wanted: Checkout, reopen: int | None) -> Organization:
        claimed = claim(self.load(organization_id).opened(organization_id), wanted, reopen)
        self.commit(OrganizationChange(claimed))
        return claimed

    def customer_owner(self, customer_id: str) -> str | None:
        """One read, only for customers whose id is not an organization's."""
        item = self._table.get(pointer_key(customer_id))
        return str(decode(item)["organization_id"]) if item else None

    def subscription_holder(self, subscription_id: str) -> str | None:
        """One read, only for subscriptions that are new to an organization."""
        item = self._table.get(holder_key(subscription_id))
        return str(decode(item)["organization_id"]) if item else None

    def unrecorded(self, source: str, event_ids: Sequence[str]) -> frozenset[str]:
        """One batch read for every hundred ids."""
        keys = {event_id: event_key(source, event_id) for event_id in event_ids}
        found = {item["pk"]["S"] for item in self._table.batch_get(list(keys.values()))}
        return frozenset(event_id for event_id, row in keys.items() if row["pk"]["S"] not in found)

    def unprovisioned(self, organization_ids: Sequence[str], nameless: Set[str] = frozenset()) -> frozenset[str]:
        """One batch read for every hundred ids."""
        keys = [organization_key(each) for each in set(organization_ids)]
        known = list(map(read_organization, self._table.batch_get(keys)))
        named = nameless | {each.id for each in known if each.display_name}
        done = {each.id for each in known if (each.customer_id and each.id in named) or each.deleted_at is not None}
        return frozenset(organization_ids) - done

    def overrides(self) -> "Sequence[tuple[Plan, ...] | RefusedPlan]":
        """The plans in the table, each row that is not exactly right as its refusal."""
        from billing.plans.catalog_plans import read_row  # noqa: PLC0415 - not every function reads the catalog

        return [read_row(decode(item)) for item in self._table.partition("PLAN")]


def _held(error: ClientError) -> Organization | None:
    """The organization as it is, for which the claim was refused; None without a row.

    Raises what nothing may be bought for.
    """
    if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
        raise error
    if not (item := error.response.get("Item")):
        return None
    held = read_organization(item)
    check_free(held)
    return held


def _unless_newer(row: Subscription) -> Expression:
    """Its version never goes back. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
    has what isolates a query from a transaction: nothing, as a whole.
    """
    if row.resource_version is None:
        return ALWAYS
    version = {":version": row.resource_version}
    return Expression("attribute_not_exists(resource_version) OR resource_version <= :version", version)


def _pointer_write(customer_id: str, organization_id: str) -> Write:
    """A customer is never taken over."""
    item = pointer_key(customer_id) | encode({"organization_id": organization_id})
    return put(item, Expression(f"{ABSENT} OR organization_id = :owner", {":owner": organization_id}))


def _holder_write(subscription_id: str, change: OrganizationChange) -> Write:
    """A subscription is taken only from those whom the change names."""
    owner = change.organization.id
    names = [f":holder{number}" for number, _ in enumerate((owner, *change.former))]
    values = dict(zip(names, (owner, *sorted(change.former)), strict=True))
    condition = Expression(f"{ABSENT} OR organization_id IN ({', '.join(names)})", values)
    return put(holder_key(subscription_id) | encode({"organization_id": owner}), condition, WriteRefusal.HELD)


def event_key(source: str, event_id: str) -> Attributes:
    """The key of the entry that proves an event was dealt with."""
    return key(f"EVENT#{source}#{event_id}", "EVENT")


def entry_write(entry: ProcessedEvent) -> Write:
    """Refused when the log has an entry that counts: only an orphan's may be replaced."""
    item = event_key(entry.source, entry.event_id) | encode(
        {**ENTRY.values(entry), "expires_at": entry.at + ENTRY_LIFETIME}
    )
    orphan = Expression(f"{ABSENT} OR outcome = :orphan", {":orphan": str(Outcome.ORPHAN)})
    return put(item, orphan, WriteRefusal.KNOWN)
