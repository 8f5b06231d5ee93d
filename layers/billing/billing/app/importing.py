"""The imports' queue: the creations that reconciling found."""

from collections.abc import Mapping
from typing import Any

from billing.app import wiring
from billing.organizations.services.provision_organization import provision_organization
from billing.runtime.logs import logger
from billing.scalekit.read_event import read_organization_event


def consume(body: Mapping[str, Any]) -> None:
    """Handle one message; running it twice does no more than once."""
    outcome = provision_organization(read_organization_event(body), wiring.ports())
    logger().info("provisioned", extra={"id": body["id"], "type": body["type"], "outcome": str(outcome)})
