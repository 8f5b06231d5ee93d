"""The change that a request asks for."""

from billing.links.site import relative_path
from billing.runtime.http import Request
from billing.subscriptions.api.requests import ChangeSubscription
from billing.subscriptions.domain.change import Wanted, When
from billing.subscriptions.services.change_subscription import SubscriptionChange


def requested_change(request: Request, body: ChangeSubscription) -> SubscriptionChange:
    """Raises InvalidUrl, InvalidRequest."""
    wanted = Wanted(body.item_price_id, body.seats, body.addon_quantities, When(body.at), body.coupon_ids)
    return SubscriptionChange(
        request.organization_id,
        body.subscription_id,
        wanted,
        relative_path(body.success_url),
        relative_path(body.cancel_url),
        body.drop_scheduled_changes,
    )
