"""Read one organization's subscriptions from Chargebee now, and let the cache agree."""

from billing.core.errors import Conflict
from billing.subscriptions.services.apply_event import Applied, absorb
from billing.subscriptions.services.ports import Ports
from billing.subscriptions.services.repair_organization import repair_organization


def resync_organization(organization_id: str, ports: Ports) -> tuple[Applied, ...]:
    """Absorb every subscription of the organization's customer, of every status, and say what each did.

    A row that was lost is written anew first. A deleted organization or customer has nothing to read. Raises the
    ChargebeeError, or Conflict while the mapping that somebody is just writing is not there yet.
    """
    organization = repair_organization(organization_id, ports)
    if organization.deleted_at is not None or (organization.customer_id is None and organization.retired_customers):
        return ()
    if organization.customer_id is None:
        raise Conflict(f"Organization {organization_id} has no customer yet.")
    return tuple(
        absorb(snapshot, None, store=ports.store, commands=ports.commands, now=ports.clock())
        for snapshot in ports.chargebee.subscriptions(organization.customer_id)
    )
