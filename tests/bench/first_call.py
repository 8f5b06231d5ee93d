"""What the first call of each function adds to its import: the clients, tables, catalogs and SDKs that it makes."""

from collections.abc import Mapping

_METERED, _PAYING = ("usage_store", "shipped_catalog"), ("store", "provisioning_queue", "payment_store", "usage_store")
_READS = ("store", "shipped_catalog")

MAKES: Mapping[str, tuple[str, ...]] = {
    "announcements/relay": ("provisioning_queue", "announcement_wiring.bus", "announcement_wiring.hook_queue"),
    "announcements/run_hook": ("store",),
    "app/reconcile": ("store", "events_queue"),
    "chargebee/webhook": ("events_queue",),
    "metering/add_costs": ("usage_store",),
    "metering/adjust_meter": ("told_usage_store",),
    "metering/correct_use": ("usage_store",),
    "metering/void_use": ("usage_store",),
    "metering/adjust_wallet": ("usage_store",),
    "metering/expire_hold": ("usage_store", "holds_queue"),
    "metering/hold": (*_METERED, "holds_queue"),
    "metering/margin": ("usage_store",),
    "metering/release_hold": ("usage_store",),
    "metering/report_usage": ("billed_days", "store"),
    "metering/use": ("usage_store",),
    "metering/wallet": ("usage_store",),
    "organizations/billing": _METERED,
    "organizations/list": ("directory", "shipped_catalog"),
    "organizations/read": (*_METERED, "store"),
    "plans/list": ("shipped_catalog",),
    "runtime/document": (),
    "runtime/session": (),
    "scalekit/webhook": ("provisioning_queue",),
    "subscriptions/access": _READS,
    "subscriptions/apply_event": ("store", "provisioning_queue"),
    "subscriptions/list": _READS,
    "subscriptions/create": (*_READS, "provisioning_queue"),
    "subscriptions/update": (*_READS, "provisioning_queue"),
    "subscriptions/withdraw_checkout": ("store",),
}
"""Names of `app.wiring`. A function that is not here makes what its room makes."""

ROOMS = {"metering": _METERED, "payments": _PAYING, "organizations": ("store", "provisioning_queue")}
DEFAULT = ("store", "provisioning_queue")

ASKS: Mapping[str, tuple[str, ...]] = {
    "app/reconcile": ("Event", "Subscription", "Customer"),
    "metering/report_usage": ("Usage", "Invoice"),
    "organizations/billing": ("HostedPage",),
    "organizations/delete": ("Subscription",),
    "organizations/import": ("Customer",),
    "organizations/provision": ("Customer",),
    "organizations/save": ("Customer",),
    "organizations/sync": ("Subscription", "Customer"),
    "payments/add_method": ("HostedPage",),
    "payments/charge": ("Invoice",),
    "payments/complete_purchase": ("Invoice",),
    "payments/default_method": ("PaymentSource", "Customer"),
    "payments/list_methods": ("PaymentSource", "Customer"),
    "payments/purchase": ("HostedPage",),
    "payments/remove_method": ("PaymentSource",),
    "payments/top_up": ("HostedPage",),
    "subscriptions/cancel": ("Subscription",),
    "subscriptions/complete_checkout": ("Subscription",),
    "subscriptions/create": ("Customer", "Subscription", "HostedPage"),
    "subscriptions/portal": ("PortalSession",),
    "subscriptions/restore": ("Subscription",),
    "subscriptions/update": ("HostedPage",),
}
"""The resources of Chargebee that a plain first call uses."""

SCALEKIT = frozenset({"app/reconcile"})

SETTINGS = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "POWERTOOLS_SERVICE_NAME": "billing",
    "TABLE_NAME": "table",
    "BUS_NAME": "bus",
    "EVENTS_QUEUE_URL": "https://sqs.example.com/events",
    "PROVISIONING_QUEUE_URL": "https://sqs.example.com/provisioning",
    "IMPORTS_QUEUE_URL": "https://sqs.example.com/imports",
    "HOLDS_QUEUE_URL": "https://sqs.example.com/holds",
    "HOOKS_QUEUE_URL": "https://sqs.example.com/hooks.fifo",
    "CHARGEBEE_API_SECRET": "secret",
    "CHARGEBEE_SITE": "site",
    "RECONCILE_CALLS_PER_MINUTE": "60",
    "USAGE_CALLS_PER_MINUTE": "60",
}

_NO_NETWORK = (
    "from billing.app import announcement_wiring, chargebee_wiring, clients, wiring; "
    "from billing.app.clients import Secrets; "
    "Secrets.__call__ = lambda self, secret: {'api_key': 'key'}; clients._secrets()"
)
_SCALEKIT = "from billing.scalekit.api import used_of_the_sdk; used_of_the_sdk()"


def first_call(function: str) -> str:
    """The statements: what the first call makes once the handler's file is imported, with no call over the network."""
    made = MAKES.get(function, ROOMS.get(function.split("/", maxsplit=1)[0], DEFAULT))
    calls = [f"{name}()" if "." in name else f"wiring.{name}()" for name in made]
    resources = [f"sdk.{name}" for name in ASKS.get(function, ())]
    chargebee = ["chargebee_wiring.chargebee()", "sdk = chargebee_wiring._sdk()", *resources] if resources else []
    scalekit = [_SCALEKIT] if function in SCALEKIT else []
    return "; ".join([_NO_NETWORK, *calls, *chargebee, *scalekit])
