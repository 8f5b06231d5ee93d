"""What an operator should hear of."""

from enum import StrEnum

from billing.subscriptions.domain.subscription import Status, Subscription


class Alert(StrEnum):
    """The names of the metrics that alarms watch."""

    ORPHAN_SUBSCRIPTION = "orphan_subscription"
    SUBSCRIPTION_WITHOUT_ITEMS = "subscription_without_items"
    UNKNOWN_STATUS = "unknown_status"
    UNREADABLE_CONTENT = "unreadable_content"
    SECOND_LIVE_SUBSCRIPTION = "second_live_subscription"
    LIVE_SUBSCRIPTION_OF_DELETED_ORGANIZATION = "live_subscription_of_deleted_organization"


def doubts(snapshot: Subscription) -> tuple[Alert, ...]:
    """What of a snapshot an operator should look at."""
    found = {
        Alert.SUBSCRIPTION_WITHOUT_ITEMS: snapshot.items is None,
        Alert.UNKNOWN_STATUS: snapshot.status is Status.UNKNOWN,
    }
    return tuple(alert for alert, there in found.items() if there)
