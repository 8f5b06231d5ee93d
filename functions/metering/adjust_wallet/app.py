"""Credit or debit the wallet, once for every id."""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api import routes
from billing.metering.api.requests import AdjustmentRequest
from billing.metering.domain.published import PublishedLedgerEntry, published_ledger_entry
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.runtime.http import Request, serve


@serve(routes.ADJUST)
def handler(request: Request, body: AdjustmentRequest) -> PublishedLedgerEntry:
    return published_ledger_entry(
        adjust_wallet(request.organization_id, body.posting(), wiring.told_usage_store(), utc_now)
    )
