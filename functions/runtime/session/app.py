"""GET /api/session"""

from typing import Any

from billing.runtime.http import Request, route


@route
def handler(request: Request) -> dict[str, Any]:
    """Who is signed in, for which organization."""
    caller = request.caller
    return {
        "userId": caller.user_id,
        "email": caller.email,
        "organizationId": request.organization_id,
        "roles": sorted(caller.roles),
        "permissions": sorted(caller.permissions),
    }
