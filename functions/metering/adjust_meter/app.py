"""Adjust what a meter counts, with a reason, once for every key."""

from billing.app import adjustment_wiring, wiring
from billing.metering.api.adjustment_request import MeterAdjustmentRequest
from billing.metering.api.adjustment_routes import ADJUST_METER
from billing.metering.api.adjustment_view import adjustment_view
from billing.metering.api.history_answers import MeterAdjustment
from billing.metering.services.adjust_meter import adjust_meter
from billing.runtime.http import Request, serve


@serve(ADJUST_METER)
def handler(request: Request, body: MeterAdjustmentRequest) -> MeterAdjustment:
    kept, metering = adjustment_wiring.adjustments(), wiring.metering(wiring.told_usage_store())
    return adjustment_view(adjust_meter(request.organization_id, body.adjustment(), kept, metering))
