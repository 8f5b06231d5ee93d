"""How the events of a recorded batch look in the API."""

from billing.metering.api.answers import RecordedView
from billing.metering.api.views import balance_view, split_view
from billing.metering.services.record_usage import EventResult


def result_view(result: EventResult) -> RecordedView:
    """What became of one event."""
    view: RecordedView = {"id": result.event.id, "result": result.outcome.value}
    if result.usage:
        view["billed"] = split_view(result.usage.split)
    if result.reason:
        view["code"] = str(result.reason)
        view["balance"] = balance_view(result.meter)
    return view
