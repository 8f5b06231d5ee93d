"""What becomes of organizations that are older than this system."""

from billing.runtime.settings import settings


def provisions_existing() -> bool:
    """Whether they get a Chargebee customer too, as the team says once those that have one are mapped."""
    return settings().optional("PROVISION_EXISTING") == "true"
