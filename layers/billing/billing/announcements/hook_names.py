"""Which function of `hooks.py` is called for which transition."""

from billing.subscriptions.domain.transition import Transition

HOOKS = {
    Transition.CUSTOMER_CREATED: "on_customer_create",
    Transition.CREATED: "on_subscription_created",
    Transition.ACTIVATED: "on_subscription_complete",
    Transition.TRIAL_STARTED: "on_trial_start",
    Transition.TRIAL_ENDED: "on_trial_end",
    Transition.RENEWED: "on_subscription_updated",
    Transition.UPDATED: "on_subscription_updated",
    Transition.CANCELLATION_SCHEDULED: "on_subscription_cancel",
    Transition.CANCELLATION_REMOVED: "on_subscription_updated",
    Transition.PAUSED: "on_subscription_updated",
    Transition.RESUMED: "on_subscription_updated",
    Transition.PAST_DUE: "on_past_due",
    Transition.RECOVERED: "on_subscription_updated",
    Transition.CANCELLED: "on_subscription_deleted",
    Transition.PAYMENT_METHOD_ATTACHED: "on_payment_method_change",
    Transition.PAYMENT_METHOD_DETACHED: "on_payment_method_change",
    Transition.CHARGE_SUCCEEDED: "on_charge",
    Transition.CHARGE_FAILED: "on_charge",
    Transition.CHARGE_REFUNDED: "on_charge",
    Transition.CHECKOUT_COMPLETED: "on_checkout_complete",
    Transition.ENTITLEMENT_EXHAUSTED: "on_entitlement_exhausted",
    Transition.WALLET_CREDITED: "on_wallet_change",
    Transition.WALLET_LOW: "on_wallet_change",
}
"""`deleted` has none: the end was announced when it came."""
