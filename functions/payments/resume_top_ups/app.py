"""Queue a task for every top-up rule whose timer is due, on a schedule."""

from typing import Any

from billing.app import wiring
from billing.core.clock import utc_now
from billing.payments.services.auto_top_up import resume_top_ups
from billing.runtime.logs import invocation


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    with invocation(context):
        return {"queued": resume_top_ups(wiring.payment_store(), wiring.provisioning_queue(), utc_now())}
