"""Tell whether the organization may use a plan or a feature."""

from collections.abc import Callable

from billing import gate
from billing.core.errors import InvalidRequest
from billing.runtime.http import Request, serve
from billing.subscriptions.api import routes
from billing.subscriptions.domain.access import Access
from billing.subscriptions.domain.published import PublishedAccess

type Gate = Callable[[str, str], Access]
GATES: dict[str, Gate] = dict(plan=gate.plan_access, feature=gate.feature_access, itemPriceId=gate.plan_access)


@serve(routes.ACCESS)
def handler(request: Request) -> PublishedAccess:
    asked = [(GATES[kind], name) for kind in GATES if (name := request.query.get(kind))]
    if len(asked) != 1:
        raise InvalidRequest("Name one of plan, feature and itemPriceId, as in ?plan=growth.")
    [(ask, name)] = asked
    access = ask(request.organization_id, name)
    return {"allowed": access.allowed, "reason": str(access.reason)}
