"""GET /api/organizations"""

from typing import Any

from billing.app import wiring
from billing.organizations.api.organization_answers import organization_list
from billing.runtime.http import MachineRequest, machine_route


@machine_route("billing:admin")
def handler(request: MachineRequest) -> dict[str, Any]:
    """A page of the organizations, of one plan or of all."""
    return organization_list(request.query, wiring.directory(), wiring.catalog()())
