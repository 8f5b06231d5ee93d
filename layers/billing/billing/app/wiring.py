"""The adapters, made once for a warm function and imported only by the functions that use them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from billing.app.clients import client, renewed_secret, secret
from billing.core.clock import DAY, utc_now
from billing.core.errors import NotConfigured
from billing.runtime.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

    from billing.app.progress import DynamoProgress
    from billing.aws.sqs import SqsQueue
    from billing.links.site import Site
    from billing.metering.services.ports import Metering
    from billing.metering.table.billed_days import DynamoBilledDays
    from billing.metering.table.store import DynamoUsage
    from billing.organizations.table.directory import DynamoDirectory
    from billing.payments.services.ports import PaymentPorts
    from billing.payments.table.store import DynamoPayments
    from billing.plans.catalog_in_force import CatalogInForce
    from billing.plans.plan import Catalog
    from billing.runtime.caller import Caller
    from billing.runtime.queues import SendLater
    from billing.scalekit.api import ScalekitApi
    from billing.subscriptions.domain.access import Policy
    from billing.subscriptions.services.ports import Ports
    from billing.subscriptions.table.store import DynamoStore


CATALOG_FILE = Path(__file__).parents[1] / "plans.toml"


@cache
def store() -> "DynamoStore":
    """The table."""
    from billing.subscriptions.table.store import DynamoStore  # noqa: PLC0415 - not every function reads the table

    return DynamoStore(client("dynamodb"), settings()["TABLE_NAME"], utc_now)


@cache
def usage_store() -> "DynamoUsage":
    """The metering side of the table."""
    from billing.metering.table.store import DynamoUsage  # noqa: PLC0415 - only where something is metered

    return DynamoUsage(client("dynamodb"), settings()["TABLE_NAME"])


@cache
def told_usage_store() -> "DynamoUsage":
    """The same for organizations that somebody told of, or for any where a setting says so."""
    if settings().optional("ACCEPT_UNKNOWN_ORGANIZATIONS") == "true":
        return usage_store()
    from billing.metering.table.told import ToldUsage  # noqa: PLC0415 - only where machines report

    return ToldUsage(client("dynamodb"), settings()["TABLE_NAME"])


@cache
def directory() -> "DynamoDirectory":
    """The list of organizations."""
    from billing.organizations.table.directory import DynamoDirectory  # noqa: PLC0415 - only where organizations are listed

    return DynamoDirectory(client("dynamodb"), settings()["TABLE_NAME"])


@cache
def payment_store() -> "DynamoPayments":
    """The payments' side of the table."""
    from billing.payments.table.store import DynamoPayments  # noqa: PLC0415 - only where money moves

    return DynamoPayments(client("dynamodb"), settings()["TABLE_NAME"])


@cache
def progress() -> "DynamoProgress":
    """How far reconciling has come."""
    from billing.app.progress import DynamoProgress  # noqa: PLC0415 - only where it runs

    return DynamoProgress(client("dynamodb"), settings()["TABLE_NAME"])


def metering(kept: "DynamoUsage | None" = None) -> "Metering":
    """Everything that metering needs, over the table unless something else is given."""
    from billing.app.plan_wiring import tell_of_unknown_plan  # noqa: PLC0415 - only where something is metered
    from billing.metering.services.ports import Metering  # noqa: PLC0415

    return Metering(kept or usage_store(), catalog(), policy(), utc_now, site_zone(), tell_of_unknown_plan)


@cache
def queue(variable: str) -> "SqsQueue":
    """The queue whose URL a setting names."""
    from billing.aws.sqs import SqsQueue  # noqa: PLC0415 - not every function sends

    return SqsQueue(client("sqs"), settings()[variable])


def later(variable: str) -> "SendLater":
    """Queues a body once more, in the queue whose URL a setting names."""
    return lambda body, seconds: queue(variable).send_later(body, seconds)


def provisioning_queue() -> "SqsQueue":
    """Scalekit's events, and our own tasks that need Chargebee."""
    return queue("PROVISIONING_QUEUE_URL")


def events_queue() -> "SqsQueue":
    """Chargebee's events."""
    return queue("EVENTS_QUEUE_URL")


def holds_queue() -> "SqsQueue":
    """The timers of reservations."""
    return queue("HOLDS_QUEUE_URL")


def billed_days() -> "DynamoBilledDays":
    """The days of metered usage."""
    from billing.metering.table.billed_days import DynamoBilledDays  # noqa: PLC0415

    return DynamoBilledDays(client("dynamodb"), settings()["TABLE_NAME"])


def catalog() -> "Catalog":
    """The plan catalog in force. Raises what the table raised."""
    return _catalog()()


@cache
def _catalog() -> "CatalogInForce":
    from billing.app.plan_wiring import tell_of_refused_plan  # noqa: PLC0415 - only where plans are sold
    from billing.plans.catalog_in_force import CatalogInForce  # noqa: PLC0415

    return CatalogInForce(shipped_catalog(), store(), utc_now, tell_of_refused_plan)


def shipped_catalog() -> "Catalog":
    """The file of the layer alone. Raises InvalidCatalog."""
    import tomllib  # noqa: PLC0415

    from billing.plans.catalog import read_catalog  # noqa: PLC0415

    return read_catalog(tomllib.loads(CATALOG_FILE.read_text()))


def scalekit() -> "ScalekitApi":
    """Scalekit, with a fresh token. Raises NotConfigured without the client's secret, or when it is refused."""
    if not _client_secret(secret):
        raise NotConfigured("Scalekit's client secret is not set, so Scalekit cannot be asked: run `make secrets`.")
    from billing.scalekit.api import sign_in  # noqa: PLC0415 - 72 MB

    client = settings()["SCALEKIT_ENVIRONMENT_URL"], settings()["SCALEKIT_CLIENT_ID"]
    return sign_in(*client, _client_secret(secret), lambda: _client_secret(renewed_secret))


def _client_secret(read: "Callable[[str], Mapping[str, str]]") -> str:
    return read("SCALEKIT_API_SECRET").get("client_secret", "")


def policy(source: "Callable[[], Catalog | None]" = catalog) -> "Policy":
    """Who may use what they bought, as this deployment and its plans want it. `source` is read for who is past due."""
    from billing.subscriptions.domain.access import Policy  # noqa: PLC0415 - only where access is decided

    grace = int(settings()["PAST_DUE_GRACE_DAYS"]) * DAY
    return Policy(grace, lambda plan_id: known.grace(plan_id) if (known := source()) else None)


@cache
def site_zone() -> "tzinfo":
    """The time zone of the Chargebee site. Raises NotConfigured when there is none of that name."""
    from billing.core.time_zone import time_zone  # noqa: PLC0415 - only where something is metered

    return time_zone(settings()["SITE_TIME_ZONE"])


def site(api_host: str) -> "Site":
    """Where browsers go. `api_host` is the host that the request came to, unless a setting says better."""
    from billing.links.site import Site  # noqa: PLC0415

    return Site(
        app_url=settings().app_url,
        api_url=(settings().optional("API_URL") or f"https://{api_host}").rstrip("/"),
        return_key=secret("RETURN_KEY_SECRET").get("key", ""),
    )


def ports(caller: "Caller | None" = None) -> "Ports":
    """The world, for the services that also call Chargebee, and whoever they do it for."""
    from billing.app.chargebee_wiring import chargebee, details_from  # noqa: PLC0415 - only where Chargebee is called
    from billing.core.keys import mint_subscription_id  # noqa: PLC0415
    from billing.subscriptions.services.ports import Ports  # noqa: PLC0415

    return Ports(
        store=store(),
        chargebee=chargebee(),
        commands=provisioning_queue(),
        clock=utc_now,
        mint_id=mint_subscription_id,
        customer_params=details_from(caller),
    )


def payment_ports(caller: "Caller | None" = None) -> "PaymentPorts":
    """The world, for the services that move money, and whoever they do it for."""
    from billing.app.chargebee_wiring import chargebee_payments  # noqa: PLC0415 - only where Chargebee is called
    from billing.payments.services.ports import PaymentPorts  # noqa: PLC0415

    return PaymentPorts(ports(caller), chargebee_payments(), payment_store(), usage_store())


def provisions_existing() -> bool:
    """Whether organizations older than this system get a Chargebee customer too.

    The team says so once those that have one are mapped.
    """
    return settings().optional("PROVISION_EXISTING") == "true"
