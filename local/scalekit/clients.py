"""The machine clients of an organization, as the management API shows them: the vendor's own messages.

Assumed where the vendor's documents are silent: an update replaces a list whole, and leaves what it does not name.
"""

from dataclasses import dataclass

from google.protobuf import empty_pb2
from scalekit.v1.clients import clients_pb2 as pb

from local.scalekit.machines import Machines, new_client_id, new_secret
from local.scalekit.organizations import Organizations
from local.scalekit.paging import check_size, page_of


@dataclass(frozen=True)
class Clients:
    organizations: Organizations

    def create(self, request: pb.CreateOrganizationClientRequest) -> pb.CreateOrganizationClientResponse:
        organization = self.organizations.by_id(request.organization_id)
        client = pb.M2MClient(client_id=new_client_id(), organization_id=organization.id)
        client.create_time.GetCurrentTime()
        _apply(client, request.client)
        self._machines.add(client)
        plain = self._machines.add_secret(client, new_secret())
        return pb.CreateOrganizationClientResponse(client=client, plain_secret=plain)

    def get(self, request: pb.GetOrganizationClientRequest) -> pb.GetOrganizationClientResponse:
        return pb.GetOrganizationClientResponse(client=self._find(request))

    def update(self, request: pb.UpdateOrganizationClientRequest) -> pb.UpdateOrganizationClientResponse:
        client = self._find(request)
        _apply(client, request.client)
        return pb.UpdateOrganizationClientResponse(client=client)

    def delete(self, request: pb.DeleteOrganizationClientRequest) -> empty_pb2.Empty:
        self._machines.remove(self._find(request))
        return empty_pb2.Empty()

    def list(self, request: pb.ListOrganizationClientsRequest) -> pb.ListOrganizationClientsResponse:
        check_size(request.page_size)
        organization = self.organizations.by_id(request.organization_id)
        page = page_of(self._machines.of(organization.id), request.page_size, request.page_token)
        return pb.ListOrganizationClientsResponse(
            clients=page.rows,
            total_size=page.total_size,
            next_page_token=page.next_page_token,
            prev_page_token=page.prev_page_token,
        )

    def create_secret(
        self, request: pb.CreateOrganizationClientSecretRequest
    ) -> pb.CreateOrganizationClientSecretResponse:
        client = self._find(request)
        plain = self._machines.add_secret(client, new_secret())
        return pb.CreateOrganizationClientSecretResponse(plain_secret=plain, secret=client.secrets[-1])

    def delete_secret(self, request: pb.DeleteOrganizationClientSecretRequest) -> empty_pb2.Empty:
        self._machines.remove_secret(self._find(request), request.secret_id)
        return empty_pb2.Empty()

    @property
    def _machines(self) -> Machines:
        return self.organizations.machines

    def _find(
        self,
        request: pb.GetOrganizationClientRequest
        | pb.UpdateOrganizationClientRequest
        | pb.DeleteOrganizationClientRequest
        | pb.CreateOrganizationClientSecretRequest
        | pb.DeleteOrganizationClientSecretRequest,
    ) -> pb.M2MClient:
        return self._machines.get(self.organizations.by_id(request.organization_id).id, request.client_id)


def _apply(client: pb.M2MClient, wanted: pb.OrganizationClient) -> None:
    named = {field.name: value for field, value in wanted.ListFields()}
    for name in named:
        client.ClearField(name)
    client.MergeFrom(pb.M2MClient(**named))
    client.update_time.GetCurrentTime()
