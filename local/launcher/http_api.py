"""An HTTP API's OpenAPI body as resources of its own: the emulator takes the body and creates no route from it."""

from dataclasses import dataclass
from typing import Any

API = "AWS::ApiGatewayV2::Api"
ROUTE = "AWS::ApiGatewayV2::Route"
KEYS = "jwtConfiguration"
"""What an authorizer has that verifies tokens itself; any other asks a function."""


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    route_key: str
    integration_uri: Any
    authorizer: str | None
    scopes: list[str]
    authorization_type: str | None


def spell_out(resources: dict[str, Any]) -> dict[str, Any]:
    """The resources with each API's authorizers, integrations and routes beside it."""
    added: dict[str, Any] = {}
    for name, body in resources.items():
        if body["Type"] == API and "Body" in body["Properties"]:
            condition = {"Condition": body["Condition"]} if "Condition" in body else {}
            added |= {part: each | condition for part, each in _expand(name, body["Properties"]).items()}
    return resources | added


def _expand(api: str, properties: dict[str, Any]) -> dict[str, Any]:
    body = properties.pop("Body")
    properties.update(Name={"Ref": "AWS::StackName"}, ProtocolType="HTTP")
    if cors := body.get("x-amazon-apigateway-cors"):
        # In camelCase, unlike on AWS: the emulator ignores any other.
        properties["CorsConfiguration"] = cors
    schemes = body.get("components", {}).get("securitySchemes", {})
    resources = {f"{api}Authorizer{name}": _authorizer(api, name, scheme) for name, scheme in schemes.items()}
    for number, operation in enumerate(_operations(body["paths"], schemes)):
        integration = f"{api}Integration{number}"
        resources[integration] = _integration(api, operation)
        resources[f"{api}Route{number}"] = _route(api, integration, operation)
    return resources


def _operations(paths: dict[str, Any], schemes: dict[str, Any]) -> list[Operation]:
    return [
        _operation(path, method, body, schemes) for path, methods in paths.items() for method, body in methods.items()
    ]


def _operation(path: str, method: str, body: dict[str, Any], schemes: dict[str, Any]) -> Operation:
    any_method = "any-method" in method
    guards = [guard for guard in body.get("security", []) if "NONE" not in guard]
    name, scopes = next(iter(guards[0].items())) if guards else (None, [])
    return Operation(
        route_key="$default" if "$default" in path else f"{'ANY' if any_method else method.upper()} {path}",
        integration_uri=body["x-amazon-apigateway-integration"]["uri"],
        authorizer=name,
        scopes=scopes,
        authorization_type=_type(schemes[name]) if name else None,
    )


def _type(scheme: dict[str, Any]) -> str:
    """As a route calls it."""
    return "JWT" if KEYS in scheme["x-amazon-apigateway-authorizer"] else "CUSTOM"


def _authorizer(api: str, name: str, scheme: dict[str, Any]) -> dict[str, Any]:
    authorizer = scheme["x-amazon-apigateway-authorizer"]
    judges = _by_keys(authorizer) if KEYS in authorizer else _by_function(authorizer)
    source = [authorizer["identitySource"]]
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {"ApiId": {"Ref": api}, "Name": name, "IdentitySource": source, **judges},
    }


def _by_keys(authorizer: dict[str, Any]) -> dict[str, Any]:
    issuer_and_audience = authorizer[KEYS]
    return {
        "AuthorizerType": "JWT",
        "JwtConfiguration": {
            "Issuer": issuer_and_audience["issuer"],
            "Audience": issuer_and_audience["audience"],
        },
    }


def _by_function(authorizer: dict[str, Any]) -> dict[str, Any]:
    return {
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": authorizer["authorizerUri"],
        "AuthorizerPayloadFormatVersion": authorizer["authorizerPayloadFormatVersion"],
        "EnableSimpleResponses": authorizer["enableSimpleResponses"],
        "AuthorizerResultTtlInSeconds": authorizer["authorizerResultTtlInSeconds"],
    }


def _integration(api: str, operation: Operation) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": operation.integration_uri,
            "PayloadFormatVersion": "2.0",
        },
    }


def _route(api: str, integration: str, operation: Operation) -> dict[str, Any]:
    guard = (
        {
            "AuthorizationType": operation.authorization_type,
            "AuthorizerId": {"Ref": f"{api}Authorizer{operation.authorizer}"},
            "AuthorizationScopes": operation.scopes,
        }
        if operation.authorizer
        else {}
    )
    return {
        "Type": ROUTE,
        "Properties": {
            "ApiId": {"Ref": api},
            "RouteKey": operation.route_key,
            "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
            **guard,
        },
    }
