"""The API for session cookies exists where a stage names a cookie, and is the API of sessions."""

from typing import Any

from billing.app.routes import ROUTES
from billing.runtime.route import Who
from tests.deployment.routes import SESSIONS
from tests.deployment.template import functions, resources, template

COOKIE: dict[str, list[str]] = {"Cookie": []}
RETURNS = tuple(each for each in ROUTES if each.who is Who.BROWSER)
"""Where browsers come back to: the host that was asked for the page."""


def body() -> dict[str, Any]:
    document: dict[str, Any] = resources("AWS::ApiGatewayV2::Api")["CookieApi"]["Body"]
    return document


def called(operation: dict[str, Any]) -> str:
    """The folder of the function that answers."""
    _, variables = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    return folder(variables["Function"])


def folder(reference: dict[str, str]) -> str:
    """Of what is called by its alias, or, without one, by itself."""
    [(kind, target)] = reference.items()
    name, _, part = target.partition(".")
    function = resources("AWS::Serverless::Function")[name]
    assert (kind, part) == (("Fn::GetAtt", "Arn") if function.get("AutoPublishAlias") == "" else ("Ref", "Alias"))
    code: str = function["CodeUri"]
    return code.removeprefix("functions/").rstrip("/")


def test_it_has_every_route_of_a_session_with_its_function_and_where_browsers_come_back_and_no_other() -> None:
    served = {
        (method.upper(), path, called(operation))
        for path, operations in body()["paths"].items()
        for method, operation in operations.items()
    }
    assert served == {(route.method, route.path, route.function) for route in (*SESSIONS, *RETURNS)}


def test_every_route_of_it_asks_for_the_cookie_but_where_browsers_come_back() -> None:
    for route in SESSIONS:
        assert body()["paths"][route.path][route.method.lower()]["security"] == [COOKIE], route
    for route in RETURNS:
        assert body()["paths"][route.path][route.method.lower()]["security"] == [], route


def test_without_the_name_of_a_cookie_nothing_of_it_is_deployed() -> None:
    unnamed = {"Fn::Equals": [{"Ref": "SessionCookieName"}, ""]}
    assert template()["Conditions"]["CookieSessions"] == {"Fn::Not": [unnamed]}
    assert template()["Parameters"]["SessionCookieName"]["Default"] == ""
    parts = {name: body for name, body in template()["Resources"].items() if name.startswith("Cookie")}
    assert len(parts) == 7
    assert {part["Condition"] for part in parts.values()} == {"CookieSessions"}
    assert functions()["runtime/authorize_cookie"]["DeploymentPreference"]["PassthroughCondition"] is True


def test_the_gateway_remembers_a_cookies_owner_for_minutes_and_asks_nobody_without_a_cookie() -> None:
    authorizer = body()["components"]["securitySchemes"]["Cookie"]["x-amazon-apigateway-authorizer"]
    assert (authorizer["type"], authorizer["identitySource"]) == ("request", "$request.header.Cookie")
    assert authorizer["enableSimpleResponses"] is True
    assert 0 < authorizer["authorizerResultTtlInSeconds"] <= 300
    assert folder(authorizer["authorizerUri"]["Fn::Sub"][1]["Function"]) == "runtime/authorize_cookie"


def test_its_gateway_calls_the_functions_of_its_routes_and_nothing_else() -> None:
    [policy] = resources("AWS::IAM::Role")["CookieApiRole"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "lambda:InvokeFunction"
    allowed = [folder(each) for each in statement["Resource"]]
    assert sorted(allowed) == sorted(["runtime/authorize_cookie", *(route.function for route in (*SESSIONS, *RETURNS))])


def test_only_the_applications_origin_may_send_a_cookie() -> None:
    cors = body()["x-amazon-apigateway-cors"]
    assert (cors["allowOrigins"], cors["allowCredentials"]) == ([{"Ref": "AppUrl"}], True)
    assert cors["allowHeaders"] == ["content-type"]
