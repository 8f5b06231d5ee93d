"""Show what an organization used, by feature and day."""

from billing.app import adjustment_wiring, wiring
from billing.metering.api.history_answers import UsageHistory
from billing.metering.api.history_routes import HISTORY
from billing.metering.api.history_view import history_view
from billing.metering.api.queries import charted_days
from billing.metering.services.read_usage_history import History, read_usage_history
from billing.runtime.http import Request, serve


@serve(HISTORY)
def handler(request: Request) -> UsageHistory:
    first, last = charted_days(request.query)
    about = request.organization_id, first, last, request.query.get("feature")
    history = History(wiring.usage_store(), adjustment_wiring.adjustments)
    return history_view(first, last, read_usage_history(*about, history), request.caller.scopes)
