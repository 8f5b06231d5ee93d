"""GET /api/organizations/{id}"""

from typing import Any

from billing.app import wiring
from billing.organizations.api.organization_answers import one_organization
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """An organization with its subscriptions, its entitlements and its wallets."""
    return one_organization(request.organization_id, wiring.metering())
