"""Answers about entitlements and wallets. A read shows what the gate decides by."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from billing.core.clock import Clock
from billing.core.errors import InvalidRequest
from billing.core.money import to_minor
from billing.metering.api.views import balance_view, split_view
from billing.metering.domain.entitlement import Account, meter_of, require_feature
from billing.metering.domain.published import (
    PublishedEntitlement,
    published_auto_top_up,
    published_ledger_entry,
    published_wallet,
)
from billing.metering.domain.usage import split, wallet_for
from billing.metering.services.ports import UsageStore
from billing.metering.services.record_usage import Metering

MAX_QUANTITY = 1_000_000_000
_WHOLE = re.compile(r"[0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def all_entitlements(organization_id: str, metering: Metering) -> dict[str, Any]:
    """Every feature of the plan in force, with its balance."""
    return entitlements_view(metering.store.account(organization_id), metering, metering.clock())


def entitlements_view(account: Account, metering: Metering, now: int) -> dict[str, Any]:
    """The same of an account that was read already."""
    granted = metering.granted(account, now)
    features = granted.plan.features if granted.plan else {}
    entitlements: dict[str, PublishedEntitlement] = {
        name: {"balance": balance_view(account, granted, feature, now)} for name, feature in features.items()
    }
    return {"plan": granted.plan.item_price_id if granted.plan else None, "entitlements": entitlements}


def one_entitlement(
    organization_id: str, feature_id: str, query: Mapping[str, str], metering: Metering
) -> dict[str, Any]:
    """Whether `required` units (1 unless said) could be used now. Raises UnknownFeature, InvalidRequest."""
    required = _required(query.get("required", "1"))
    account, now = metering.store.account(organization_id), metering.clock()
    granted = metering.granted(account, now)
    feature = granted.feature(feature_id, metering.catalog)
    if feature is None:
        return {"allowed": False, "reason": "not_in_plan", "balance": None}
    if not feature.counted:
        return {"allowed": True, "balance": None}
    meter = meter_of(account, granted, feature, now)
    met = split(feature, meter, wallet_for(account, feature, {}), required, {})
    return {"allowed": met is not None, "balance": balance_view(account, granted, feature, now)}


def estimate(
    organization_id: str, feature_id: str, quantity: int, dimensions: Mapping[str, str], metering: Metering
) -> dict[str, Any]:
    """What recording this use now would do. Raises UnknownFeature, InvalidRequest."""
    account, now = metering.store.account(organization_id), metering.clock()
    granted = metering.granted(account, now)
    feature = require_feature(granted, feature_id, metering.catalog)
    if feature is None:
        return {"allowed": False, "reason": "not_in_plan", "balance": None}
    meter = meter_of(account, granted, feature, now)
    met = split(feature, meter, wallet_for(account, feature, dimensions), quantity, dimensions)
    balance = balance_view(account, granted, feature, now)
    return {"allowed": met is not None, "balance": balance, "estimate": split_view(met) if met else None}


def wallet_page(organization_id: str, query: Mapping[str, str], store: UsageStore, clock: Clock) -> dict[str, Any]:
    """Every wallet and its rule; with `currency`, a page of that one's ledger too, newest first.

    Raises InvalidRequest.
    """
    account = store.account(organization_id)
    wallets = account.wallets
    answer: dict[str, Any] = {
        "wallets": [published_wallet(wallet) for wallet in wallets.values()],
        "autoTopUp": [published_auto_top_up(rule, clock()) for rule in account.rules.values()],
    }
    if not wallets and "currency" not in query:
        return answer | {"ledger": [], "cursor": None}
    if currency := query.get("currency") or (next(iter(wallets)) if len(wallets) == 1 else None):
        if not _CURRENCY.fullmatch(currency):
            raise InvalidRequest("currency is an ISO 4217 code such as USD.")
        entries, cursor = store.ledger(organization_id, currency, query.get("cursor"))
        answer |= {"ledger": [published_ledger_entry(entry) for entry in entries], "cursor": cursor}
    return answer


def margin_report(organization_id: str, query: Mapping[str, str], store: UsageStore) -> dict[str, Any]:
    """Revenue less cost, never across currencies; `costCoverage` is the share of uses whose cost is known."""
    first, last = _date(query, "from"), _date(query, "to")
    if first > last:
        raise InvalidRequest("from must not be later than to.")
    money: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day in store.days(organization_id, first, last):
        for place, value in enumerate((day.quantity, day.events, day.costed)):
            counts[day.feature][place] += value
        for currency, micros in day.revenue.items():
            money[day.feature, currency][0] += micros
        for currency, micros in day.costs.items():
            money[day.feature, currency][1] += micros
    return {
        "from": first,
        "to": last,
        "features": [
            {
                "feature": feature,
                "quantity": quantity,
                "events": events,
                "costCoverage": costed / events if events else None,
                "currencies": [
                    {
                        "currency": currency,
                        "revenueMicros": earned,
                        "costMicros": spent,
                        "marginMicros": earned - spent,
                        "margin": to_minor(earned - spent, currency),
                    }
                    for (of, currency), (earned, spent) in sorted(money.items())
                    if of == feature
                ],
            }
            for feature, (quantity, events, costed) in sorted(counts.items())
        ],
    }


def _required(text: str) -> int:
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= MAX_QUANTITY:
        raise InvalidRequest("required must be a whole number from 1 to a billion.")
    return int(text)


def _date(query: Mapping[str, str], name: str) -> str:
    try:
        return date.fromisoformat(query.get(name, "")).isoformat()
    except ValueError:
        raise InvalidRequest(f"{name} must be a date such as 2026-11-21 (UTC).") from None
