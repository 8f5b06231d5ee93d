"""POST /api/organizations/{id}/wallet/adjustments"""

from billing.app import wiring
from billing.core.clock import utc_now
from billing.metering.api.requests import AdjustmentRequest
from billing.metering.domain.published import PublishedLedgerEntry, published_ledger_entry
from billing.metering.services.adjust_wallet import adjust_wallet
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> PublishedLedgerEntry:
    """Credit or debit the wallet, once for every id."""
    posting = request.body(AdjustmentRequest).posting()
    return published_ledger_entry(adjust_wallet(request.organization_id, posting, wiring.usage_store(), utc_now))
