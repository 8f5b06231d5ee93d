"""What Scalekit's documents say of webhooks, tokens and refusals, of which no descriptor speaks, as JSON Schemas."""

from typing import Any

type Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
MOMENT: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
SECONDS: Schema = {"type": "integer"}
NAMES: Schema = {"type": "array", "items": TEXT}


def exactly(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object of these fields and no other."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


def starting(prefix: str) -> Schema:
    return {"type": "string", "pattern": f"^{prefix}"}


# https://docs.scalekit.com/apis, "Webhooks": OrganizationEventData
_FEATURE = exactly({"name": TEXT, "enabled": {"type": "boolean"}})
_ORGANIZATION_FIELDS = {
    "external_id": TEXT,
    "region_code": TEXT,
    "create_time": MOMENT,
    "update_time": MOMENT,
    "metadata": {"type": ["object", "null"]},
    "settings": exactly({"features": {"type": "array", "items": _FEATURE}}),
}
_ORGANIZATION = exactly({"id": starting("org_"), "display_name": TEXT}, **_ORGANIZATION_FIELDS, deleted_at=MOMENT)
# The same, OrgMembershipEventData: here an organization without an external id has a null.
_MEMBERSHIP = exactly(
    {
        "organization": exactly(
            {"id": starting("org_")},
            **{**_ORGANIZATION_FIELDS, "external_id": {"type": ["string", "null"]}},
            display_name=TEXT,
        ),
        "user": exactly(
            {"id": starting("usr_"), "email": {"type": "string", "pattern": "^[^@]+@[^@]+$"}},
            external_id=TEXT,
            create_time=MOMENT,
            update_time=MOMENT,
            last_login_time=MOMENT,
            metadata={"type": "object"},
            user_profile={"type": "object", "required": ["id"]},
        ),
    }
)


def _event(subject: str, data: Schema) -> Schema:
    envelope = {
        "spec_version": {"type": "string", "pattern": "^[0-9]+$"},
        "id": starting("evt_"),
        "type": TEXT,
        "occurred_at": MOMENT,
        "environment_id": starting("env_"),
        "object": {"const": subject},
        "data": data,
    }
    return exactly({**envelope, "organization_id": starting("org_"), "display_name": TEXT})


EVENTS = {
    "organization.created": _event("Organization", _ORGANIZATION),
    "organization.updated": _event("Organization", _ORGANIZATION),
    "organization.deleted": _event("Organization", _ORGANIZATION),
    "user.organization_membership_created": _event("OrgMembership", _MEMBERSHIP),
    "user.organization_membership_deleted": _event("OrgMembership", _MEMBERSHIP),
}

_ANY_TOKEN = {
    "iss": TEXT,
    "iat": SECONDS,
    "nbf": SECONDS,
    "exp": SECONDS,
    "jti": starting("tkn_"),
    "client_id": TEXT,
    "sub": TEXT,
}
# https://docs.scalekit.com/guides/accesstoken-claims
USER_TOKEN = exactly(
    {**_ANY_TOKEN, "aud": NAMES, "oid": starting("org_"), "sid": starting("ses_"), "sub": starting("usr_")},
    roles=NAMES,
    permissions=NAMES,
)
# https://docs.scalekit.com/authenticate/m2m/api-auth-quickstart
MACHINE_TOKEN = exactly(
    {**_ANY_TOKEN, "oid": starting("org_"), "scopes": NAMES, "sub": starting("m2morg_")},
    aud=NAMES,
)
MACHINE_GRANT = exactly({"access_token": TEXT, "token_type": {"const": "Bearer"}, "expires_in": SECONDS, "scope": TEXT})

# https://docs.scalekit.com/apis: the status of gRPC, with Scalekit's own detail.
REFUSAL = exactly({"code": SECONDS, "message": TEXT, "details": {"type": "array", "items": {"required": ["@type"]}}})
