"""Every kind of record that is stored, with an example of which no field is at its default.

A new kind joins by one line of `KINDS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from billing.core.clock import Lifetime
from billing.core.money import Money
from billing.metering.domain.adjustment import Adjustment
from billing.metering.domain.billing_day import BilledDay, BillingDay
from billing.metering.domain.grant import Earlier, Gift, Grant
from billing.metering.domain.hold import Hold, HoldState
from billing.metering.domain.meter import Meter
from billing.metering.domain.top_up_rule import TopUpRule
from billing.metering.domain.usage import Correction, Cost, Split, Usage, UsageEvent
from billing.metering.domain.wallet import Advance, LedgerLine, Lot, LotKind, SpendingCap, Wallet
from billing.metering.table import adjustments, billed_days, corrections
from billing.metering.table import rows as metering
from billing.organizations.services.list_organizations import OrganizationSummary
from billing.organizations.table.directory import LISTED
from billing.payments.domain.charge import Charge, ChargeState, OpenPage, Order, Purpose
from billing.payments.domain.receipt import Receipt
from billing.payments.table import rows as payments
from billing.plans.feature import Reset
from billing.plans.tiers import Mode, Tier, TieredPrice
from billing.subscriptions.domain.announcement import Announcement
from billing.subscriptions.domain.transition import Transition
from billing.subscriptions.table import rows as subscriptions
from billing.table.codec import Attributes, decode, encode, key
from tests.subscriptions.test_store_contract import FULL, NOW, ORG, ROW

DAY = BillingDay(NOW, "sub_1", "calls", NOW - 5, NOW + 5, "metered", late=True, credit=True, decimals=3)
LOT = Lot("a", LotKind.PROMOTIONAL, 3, 5, NOW + 9, "gift")
TIERS = TieredPrice("USD", (Tier(10, up_to=5), Tier(7)), Mode.VOLUME)
SPLIT = Split(3, 2, TIERS, paid=True, tiered_micros=20)
EVENT = UsageEvent(
    "e1", "calls", 5, NOW, {"model": "large"}, (Cost("0", "openai", Money(7, "USD")),), "its digest", decimals=3
)


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of record is written and read. `names` are the attributes that are not called as their fields."""

    record: Any
    item: Callable[[Any], Attributes]
    read: Callable[[Attributes], Any]
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def billed_day_item(day: BilledDay) -> Attributes:
    """As counting and sealing leave it."""
    values = billed_days.BILLED_DAY.values(day)
    return billed_days.billing_day_key(day.organization_id, day.billing_day) | encode(values)


KINDS = {
    "organization": Kind(FULL, subscriptions.organization_item, subscriptions.read_organization),
    "subscription": Kind(
        ROW, lambda row: subscriptions.subscription_item(ORG, row), subscriptions.read_subscription_item
    ),
    "announcement": Kind(
        Announcement(f"{ORG}#1", Transition.UPDATED, ORG, ORG, NOW, ROW, {"wallet": {"currency": "USD"}}, "r1", "ev_1"),
        lambda announcement: subscriptions.outbox_item(announcement, NOW),
        lambda item: subscriptions.read_announcement(decode(item)),
    ),
    "organization in the list": Kind(
        OrganizationSummary(ORG, "Acme", "customer_1", "growth", NOW),
        lambda listed: key(f"ORG#{ORG}", "ORG") | encode(LISTED.values(listed)),
        lambda item: LISTED.read(decode(item)),
    ),
    "meter": Kind(
        Meter(
            "calls",
            0,
            9,
            5,
            used=3,
            held=1,
            version=2,
            subscription_id="sub_1",
            reset=Reset.MONTH,
            alerts=(50,),
            alerted=50,
            beyond=2,
            decimals=3,
            lowered=1,
            paid=1,
            rollover=4,
            rolled=2,
            passed=1,
        ),
        lambda meter: metering.meter_item(ORG, meter),
        metering.read_meter,
    ),
    "grant": Kind(
        Grant(
            *("g1", "calls", Gift.UNITS, 500, NOW, NOW + 9, "ada", "a launch", NOW - 1, 2),
            deleted=True,
            decimals=3,
            earlier=(Earlier(NOW - 1, "exports", Gift.LIMIT, 9, NOW - 5, NOW + 3, 2),),
        ),
        lambda grant: metering.grant_item(ORG, grant),
        metering.read_grant,
    ),
    "wallet": Kind(
        Wallet("USD", 5, 1, 2, SpendingCap(9, "2026-11", 4, 3), (LOT,), (LOT,), (Advance("b", LOT),)),
        lambda wallet: metering.wallet_item(ORG, wallet),
        metering.read_wallet,
    ),
    "use": Kind(
        Usage(EVENT, SPLIT, 1, "growth", "sub_1", NOW, DAY, (LOT,)),
        lambda usage: metering.use_item(ORG, usage),
        metering.read_use,
        {"known_digest": "digest"},
    ),
    "correction": Kind(
        Correction("k1", "e1", 3, "a bug", NOW, 2, decimals=3),
        lambda correction: corrections.correction_item(ORG, correction),
        corrections.read_correction,
    ),
    "adjustment": Kind(
        Adjustment(
            "k1", "calls", 3, "ada", "a bug", NOW - 5, {"model": "large"}, 3, NOW, NOW - 5, NOW - 9, SPLIT, (LOT,)
        ),
        lambda adjustment: adjustments.adjustment_item(ORG, adjustment),
        adjustments.read_adjustment,
    ),
    "hold": Kind(
        Hold(
            "h1",
            "calls",
            5,
            SPLIT,
            1,
            "growth",
            "sub_1",
            NOW,
            {"model": "large"},
            DAY,
            HoldState.SETTLED,
            actual=4,
            shortfall=1,
            capped_micros=20,
            decimals=3,
        ),
        lambda hold: metering.hold_item(ORG, hold),
        metering.read_hold,
    ),
    "ledger line": Kind(
        LedgerLine("a", "gift", Money(5, "USD"), 5, NOW, "because", LotKind.PROMOTIONAL, NOW + 9),
        lambda line: metering.ledger_key(ORG, "USD", 1, 0) | metering.line_values(line),
        metering.read_line,
    ),
    "top-up rule": Kind(
        TopUpRule("USD", 5, 2_000, 9_000, False, 3, 4, "USD-4", 2_000, "2026-11", 4_000, 1, NOW, NOW + 1),
        lambda rule: metering.rule_item(ORG, rule),
        metering.read_rule,
    ),
    "billed day": Kind(BilledDay(ORG, DAY, 5, True, 2, NOW, told=True), billed_day_item, billed_days.read_billed_day),
    "charge": Kind(
        Charge(
            "k1",
            ORG,
            "customer_1",
            Purpose.CHARGE,
            Order("USD", 500, "Setup", "setup", 2, "pm_1"),
            NOW,
            version=3,
            state=ChargeState.FAILED,
            submitted_at=NOW + 1,
            invoice_id="inv_1",
            total=500,
            failure_code="card_declined",
            failure="Declined.",
            page=OpenPage("hp_1", "https://pay.example/hp_1"),
            receipts=(
                Receipt("inv_1", NOW * 1_000, True, 5_000_000, NOW * 1_000 - 1, ("txn_1",), 1_000_000, 2, 1_500_000),
            ),
            completed=True,
            lifetime=Lifetime(days=30, months=2),
            collecting=True,
        ),
        payments.charge_item,
        payments.read_charge,
    ),
}
