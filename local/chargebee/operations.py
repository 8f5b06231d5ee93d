"""The API as one table. A further resource is one more module with its own `OPERATIONS`."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from local.chargebee import (
    change_commands,
    coupons,
    customers,
    downloads,
    entitlements,
    estimates,
    events,
    features,
    hosted_pages,
    invoice_commands,
    invoices,
    moves,
    overrides,
    pause_commands,
    payment_intents,
    payment_sources,
    pending_invoices,
    portal_sessions,
    prices,
    promotional_credits,
    refunds,
    settlements,
    subscription_commands,
    subscriptions,
    transactions,
    usages,
)
from local.chargebee.call import Operation
from local.chargebee.errors import ApiError, of_status
from local.chargebee.first_catalog import require_second_catalog

OPERATIONS: tuple[Operation, ...] = (
    *change_commands.OPERATIONS,
    *coupons.OPERATIONS,
    *customers.OPERATIONS,
    *downloads.OPERATIONS,
    *entitlements.OPERATIONS,
    *estimates.OPERATIONS,
    *events.OPERATIONS,
    *features.OPERATIONS,
    *hosted_pages.OPERATIONS,
    *invoice_commands.OPERATIONS,
    *invoices.OPERATIONS,
    *moves.OPERATIONS,
    *overrides.OPERATIONS,
    *pause_commands.OPERATIONS,
    *payment_intents.OPERATIONS,
    *payment_sources.OPERATIONS,
    *pending_invoices.OPERATIONS,
    *portal_sessions.OPERATIONS,
    *prices.OPERATIONS,
    *promotional_credits.OPERATIONS,
    *refunds.OPERATIONS,
    *settlements.OPERATIONS,
    *subscription_commands.OPERATIONS,
    *subscriptions.OPERATIONS,
    *transactions.OPERATIONS,
    *usages.OPERATIONS,
)


@dataclass(frozen=True)
class Match:
    operation: Operation
    id: str


def route(method: str, path: str) -> Match:
    """The operation at a raw (still escaped) path below `/api/v2`; an exact path wins over one with an id."""
    require_second_catalog(method, path)
    found = [(op, m) for op in OPERATIONS if (m := _pattern(op.path).fullmatch(path))]
    if not found:
        raise of_status(404)
    ranked = sorted(found, key=lambda pair: len(pair[1].groups()))
    for operation, match in ranked:
        if operation.method == method:
            return Match(operation, unquote("".join(match.groups())))
    raise ApiError(405, "invalid_request", "http_method_not_supported", f"{method} is not supported here")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(path.replace("{id}", "([^/]+)"))
