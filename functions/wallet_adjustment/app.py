"""POST /api/organizations/{id}/wallet/adjustments"""

from typing import Any

from billing.adapters.identity import utc_now
from billing.entrypoints import wiring
from billing.entrypoints.http import MachineRequest, machine_route
from billing.entrypoints.usage_requests import AdjustmentRequest
from billing.entrypoints.usage_views import entry_view
from billing.services.adjust_wallet import adjust_wallet


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """Credit or debit the wallet, once for every id."""
    posting = request.body(AdjustmentRequest).posting()
    return entry_view(adjust_wallet(request.organization_id, posting, wiring.usage_store(), utc_now))
