"""Which resources each event carries, by the `...Content` types of the vendor's own Node SDK.

Most events of money carry the document alone; a customer or a subscription has to be looked up by its ids. A resource
that does not exist at the time, as the card of a customer without one, is left out.
"""

_CUSTOMER = ("customer", "card")
_SUBSCRIPTION = ("subscription", *_CUSTOMER)
_INVOICED = (*_SUBSCRIPTION, "invoice")
_PAYMENT = (*_INVOICED, "transaction")

CONTENTS: dict[str, tuple[str, ...]] = {
    "card_added": _CUSTOMER,
    "card_deleted": _CUSTOMER,
    "contract_term_completed": ("contract_term",),
    "contract_term_created": ("contract_term",),
    "contract_term_renewed": ("contract_term",),
    "contract_term_terminated": ("contract_term",),
    "coupon_created": ("coupon",),
    "coupon_deleted": ("coupon",),
    "coupon_updated": ("coupon",),
    "credit_note_created": ("credit_note",),
    "customer_changed": _CUSTOMER,
    "customer_created": _CUSTOMER,
    "customer_deleted": (*_CUSTOMER, "subscriptions"),
    "dunning_updated": ("invoice",),
    "invoice_deleted": ("invoice",),
    "invoice_generated": ("invoice",),
    "invoice_updated": ("invoice",),
    "mrr_updated": ("subscription",),
    "payment_failed": _PAYMENT,
    "payment_refunded": (*_PAYMENT, "credit_note"),
    "payment_source_added": ("customer", "payment_source"),
    "payment_source_deleted": ("customer", "payment_source"),
    "payment_succeeded": _PAYMENT,
    "pending_invoice_created": ("invoice",),
    "pending_invoice_updated": ("invoice",),
    "promotional_credits_added": ("customer", "promotional_credit"),
    "promotional_credits_deducted": ("customer", "promotional_credit"),
    "subscription_activated": _INVOICED,
    "subscription_cancellation_scheduled": _SUBSCRIPTION,
    "subscription_cancellation_reminder": _SUBSCRIPTION,
    "subscription_cancelled": _INVOICED,
    "subscription_changed": _INVOICED,
    "subscription_changes_scheduled": _SUBSCRIPTION,
    "subscription_created": _INVOICED,
    "subscription_deleted": _SUBSCRIPTION,
    "subscription_entitlements_created": ("subscription_entitlements_created_detail",),
    "subscription_moved_in": ("subscription",),
    "subscription_moved_out": ("subscription",),
    "subscription_pause_scheduled": _SUBSCRIPTION,
    "subscription_paused": _INVOICED,
    "subscription_reactivated": _INVOICED,
    "subscription_renewal_reminder": _SUBSCRIPTION,
    "subscription_renewed": _INVOICED,
    "subscription_resumed": _INVOICED,
    "subscription_resumption_scheduled": _SUBSCRIPTION,
    "subscription_scheduled_cancellation_removed": _SUBSCRIPTION,
    "subscription_scheduled_changes_removed": _SUBSCRIPTION,
    "subscription_started": _INVOICED,
    "subscription_trial_end_reminder": _SUBSCRIPTION,
    "subscription_trial_extended": _SUBSCRIPTION,
    "transaction_created": ("transaction",),
    "transaction_updated": ("transaction",),
}
