"""What an organization had before: prepaid balances and uses, brought by the rules of the API, an id once for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from billing.app import wiring
from billing.core.clock import utc_now
from billing.core.errors import BillingError, InvalidRequest
from billing.metering.api.requests import AdjustmentRequest, EventRequest
from billing.metering.domain.use import EventResult, Outcome
from billing.metering.domain.wallet import WalletPosting
from billing.metering.services.adjust_wallet import adjust_wallet, posted
from billing.metering.services.record_usage import judge_usage, record_usage
from billing.organizations.services.read_organization import not_deleted
from billing.runtime.logs import logger
from billing.runtime.parsing import parse

type Row = Mapping[str, Any]
"""`organizationId`, and beside it the body of an adjustment as `balance`, or an event as `use`."""


class Brought(StrEnum):
    """What became of a row, or would."""

    THERE = "there already"
    NEW = "new"
    BROUGHT = "brought now"
    REFUSED = "refused"


def balances(request: Row) -> dict[str, Any]:
    """What became of each row: each is a write of its own, and no write where they are only judged."""
    match request:
        case {"task": "judge_balances", "rows": [*rows]}:
            return {"rows": [_told(row, _judge_balance, _judge_use) for row in rows]}
        case {"task": "bring_balances", "rows": [*rows]}:
            told = [_told(row, _bring_balance, _bring_use) for row in rows]
            logger().info("brought", extra={"rows": len(rows), "refused": sum(bool(each["note"]) for each in told)})
            return {"rows": told}
        case _:
            raise InvalidRequest(f"There is no such task: {dict(request)!r}.")


def _told(row: Row, of_balance: Callable[[Row], Brought], of_use: Callable[[Row], Brought]) -> dict[str, str]:
    try:
        fate = of_balance(row) if "balance" in row else of_use(row)
    except BillingError as refusal:
        return {"fate": Brought.REFUSED, "note": f"{refusal.code}: {refusal}"}
    return {"fate": fate, "note": ""}


def _judge_balance(row: Row) -> Brought:
    store = wiring.told_usage_store()
    if (organization := store.account(row["organizationId"]).partition.organization) is not None:
        not_deleted(organization)
    known = posted(row["organizationId"], _posting(row), store)
    return Brought.NEW if known is None else Brought.THERE


def _bring_balance(row: Row) -> Brought:
    if (fate := _judge_balance(row)) is Brought.THERE:
        return fate
    adjust_wallet(row["organizationId"], _posting(row), wiring.told_usage_store(), utc_now)
    return Brought.BROUGHT


def _posting(row: Row) -> WalletPosting:
    return parse(AdjustmentRequest, row["balance"]).posting()


def _judge_use(row: Row) -> Brought:
    event, metering = parse(EventRequest, row["use"]).event(), wiring.metering(wiring.told_usage_store())
    return _outcome(judge_usage(row["organizationId"], [event], metering), Brought.NEW)


def _bring_use(row: Row) -> Brought:
    event, metering = parse(EventRequest, row["use"]).event(), wiring.metering(wiring.told_usage_store())
    return _outcome(record_usage(row["organizationId"], [event], metering), Brought.BROUGHT)


def _outcome(results: list[EventResult], recorded: Brought) -> Brought:
    [result] = results
    if result.outcome is Outcome.REFUSED:
        refusal = InvalidRequest(result.told or "The plan does not take it.")
        refusal.code = str(result.reason)
        raise refusal
    return Brought.THERE if result.outcome is Outcome.REPLAYED else recorded
