"""Tell who is signed in, and for which organization."""

from billing.runtime import routes
from billing.runtime.http import Request, serve
from billing.runtime.routes import SessionView


@serve(routes.SESSION)
def handler(request: Request) -> SessionView:
    caller = request.caller
    return {
        "userId": caller.user_id,
        "email": caller.email,
        "organizationId": request.organization_id,
        "roles": sorted(caller.roles),
        "permissions": sorted(caller.permissions),
    }
