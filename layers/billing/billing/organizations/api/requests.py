"""What the organization API accepts."""

from typing import Annotated

from pydantic import Field, StrictStr

from billing.organizations.services.save_organization import OrganizationSettings
from billing.runtime.parsing import Strict

DisplayName = Annotated[StrictStr, Field(min_length=1, max_length=250, pattern=r"^[^\x00-\x1f\x7f]*$")]
CustomerId = Annotated[StrictStr, Field(min_length=1, max_length=50)]


class OrganizationRequest(Strict):
    """`PUT /api/organizations/{id}`: what is omitted, or null, stays as it is."""

    display_name: DisplayName | None = None
    customer_id: CustomerId | None = None

    def settings(self, organization_id: str) -> OrganizationSettings:
        """In the services' terms."""
        return OrganizationSettings(organization_id, self.display_name, self.customer_id)
