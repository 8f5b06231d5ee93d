"""A call of the management API, the same whichever protocol brought it."""

from collections.abc import Callable, Sequence
from typing import Any

import jwt
from google.protobuf.message import Message

from local.scalekit.clients import Clients
from local.scalekit.contract import Operation
from local.scalekit.faults import Faults
from local.scalekit.field_rules import check_fields
from local.scalekit.organizations import Organizations
from local.scalekit.refusal import CODE_OF_HTTP_STATUS, Refused
from local.scalekit.tokens import TokenIssuer
from local.scalekit.users import Users


class Api:
    def __init__(
        self, organizations: Organizations, users: Users, clients: Clients, tokens: TokenIssuer, faults: Faults
    ) -> None:
        self._tokens = tokens
        self._faults = faults
        self._simulated: dict[str, Callable[[Any], Message]] = {
            "CreateOrganization": organizations.create,
            "GetOrganization": organizations.get,
            "GetOrganizationByExternalId": organizations.get,
            "UpdateOrganization": organizations.update,
            "DeleteOrganization": organizations.delete,
            "ListOrganization": organizations.list,
            "ListOrganizationUsers": users.list_of_organization,
            "CreateOrganizationClient": clients.create,
            "GetOrganizationClient": clients.get,
            "UpdateOrganizationClient": clients.update,
            "DeleteOrganizationClient": clients.delete,
            "ListOrganizationClients": clients.list,
            "CreateOrganizationClientSecret": clients.create_secret,
            "DeleteOrganizationClientSecret": clients.delete_secret,
        }

    def call(self, operation: Operation, request: Message) -> Message:
        routes = (binding.template for binding in operation.bindings)
        status = self._faults.status_for(f"/{operation.service}/{operation.name}", *routes)
        if status is not None:
            raise Refused(CODE_OF_HTTP_STATUS.get(status, "INTERNAL"), "fault asked for", status)
        if operation.name not in self._simulated:
            raise Refused("UNIMPLEMENTED", f"{operation.name} is not simulated")
        check_fields(request)
        return self._simulated[operation.name](request)

    def authenticate(self, authorizations: Sequence[str]) -> None:
        """Accept when one of the values is a live token of the environment's own credentials.

        The SDK bakes its first token into the channel and sends it for ever, next to the refreshed one.
        """
        if not authorizations:
            raise Refused("UNAUTHENTICATED", "Token empty")
        for authorization in authorizations:
            try:
                if self._tokens.is_environment(authorization.removeprefix("Bearer ")):
                    return
            except jwt.PyJWTError:
                continue
        raise Refused("UNAUTHENTICATED", "invalid access token")
