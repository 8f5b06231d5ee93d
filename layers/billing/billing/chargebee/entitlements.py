"""Chargebee's entitlements of a subscription, through its SDK."""

from collections.abc import Mapping

from billing.chargebee.calls import PAGE_SIZE, Retry, ask, each_of, path_safe, understood
from billing.chargebee.fields import integer, json_object
from billing.chargebee.resources import Resources
from billing.subscriptions.domain.billing_event import text_or_none
from billing.subscriptions.domain.subscription import Level

IN_FORCE = frozenset({None, "activated"})
"""Of an override's schedule: one that is still to begin, or failed, gives nothing."""


class ChargebeeEntitlements:
    """`Entitlements` over the official SDK."""

    def __init__(self, sdk: Resources, retry: Retry) -> None:
        self._sdk = sdk
        self._retry = retry

    def levels(self, subscription_id: str) -> Mapping[str, Level]:
        """https://apidocs.chargebee.com/docs/api/subscription_entitlements/list-subscription-entitlements"""
        call = self._sdk.SubscriptionEntitlement.subscription_entitlements_for_subscription
        own = path_safe(subscription_id)
        listed = each_of(lambda page: ask(self._retry, lambda: call(own, dict(page))), {"limit": PAGE_SIZE})
        levels = (_understood(each.subscription_entitlement.raw_data) for each in listed)
        return {level.feature_id: level for level in levels if level}


def _understood(document: object) -> Level | None:
    return understood(lambda: _level(document))


def _level(document: object) -> Level | None:
    """None for what names no feature or is not in force. "If `is_enabled` is `false`, the customer has no access to the
    feature, regardless of the value returned." What is enabled without a text has the empty one, which is no level."""
    source = json_object(document, "the subscription entitlement")
    feature_id = text_or_none(source.get("feature_id"))
    if feature_id is None or source.get("schedule_status") not in IN_FORCE:
        return None
    enabled = source.get("is_enabled") is not False
    value = (text_or_none(source.get("value")) or "") if enabled else None
    return Level(feature_id, value, integer(source.get("expires_at")))
