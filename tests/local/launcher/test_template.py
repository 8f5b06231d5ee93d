"""The rewriting of a template for the emulator, each rule on its own."""

from pathlib import Path
from typing import Any

from local.launcher.cloudformation import rewrite
from local.launcher.http_api import spell_out
from local.launcher.layout import WORKER
from local.launcher.sam import localize
from local.launcher.translation import Translation

URI = {"Fn::Sub": "arn:aws:apigateway:...:${Echo.Arn}/invocations"}
JWT = {"issuer": {"Ref": "Issuer"}, "audience": ["somebody"]}
OPEN_API = {
    "paths": {
        "/api/open": {"post": {"x-amazon-apigateway-integration": {"uri": URI}, "security": [{"NONE": []}]}},
        "/api/guarded": {
            "x-amazon-apigateway-any-method": {
                "x-amazon-apigateway-integration": {"uri": URI},
                "security": [{"Vendor": ["read"]}],
            }
        },
    },
    "components": {
        "securitySchemes": {
            "Vendor": {
                "x-amazon-apigateway-authorizer": {
                    "identitySource": "$request.header.Authorization",
                    "jwtConfiguration": JWT,
                }
            }
        }
    },
}


def rewritten(
    resources: dict[str, Any],
    python_path: dict[str, tuple[Path, ...]] | None = None,
    environment: dict[str, str] | None = None,
) -> dict[str, Any]:
    translation = Translation({"Resources": resources}, code={}, python_path=python_path or {})
    found: dict[str, Any] = rewrite(translation, environment or {})["Resources"]
    return found


def test_layers_become_directories_on_the_path_of_the_functions_that_have_them() -> None:
    template: dict[str, Any] = {
        "Globals": {"Function": {"Layers": [{"Ref": "Shared"}], "DeploymentPreference": {"Type": "AllAtOnce"}}},
        "Resources": {
            "One": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "functions/one/"}},
            "Two": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"CodeUri": "functions/two/", "Layers": [{"Ref": "Vendor"}]},
            },
            "Shared": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layers/shared/"}},
            "Vendor": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "layers/vendor/"}},
        },
    }
    code, layers, sources = localize(template)
    assert code == {"One": "functions/one/", "Two": "functions/two/"}
    assert layers == {"One": ["Shared"], "Two": ["Shared", "Vendor"]}
    assert sources == {"Shared": "layers/shared/", "Vendor": "layers/vendor/"}
    assert template["Globals"]["Function"] == {}
    assert set(template["Resources"]) == {"One", "Two"}
    assert template["Resources"]["One"]["Properties"]["CodeUri"] == "s3://code/One.zip"


def test_what_names_an_alias_means_the_function_itself_because_no_alias_is_published() -> None:
    mapping = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": {"Ref": "One.Alias"}}}
    plain = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"FunctionName": "another"}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"FunctionName": [{"Ref": "One.Alias"}, {"Ref": "Two"}]}}
    template: dict[str, Any] = {"Resources": {"Reads": mapping, "Plain": plain, "Starts": role}}
    localize(template)
    called = [resource["Properties"]["FunctionName"] for resource in template["Resources"].values()]
    itself = {"Fn::GetAtt": ["One", "Arn"]}
    assert called == [itself, "another", [itself, {"Ref": "Two"}]]


def test_a_function_keeps_its_own_environment_beside_its_path() -> None:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {"A": "1"}}}}
    path: dict[str, tuple[Path, ...]] = {"Echo": (Path("/layers/a"), Path("/layers/b"))}
    found = rewritten({"Echo": function}, path, {"CA": "ca.pem"})["Echo"]["Properties"]["Environment"]["Variables"]
    assert found == {"A": "1", "CA": "ca.pem", "PYTHONPATH": f"{WORKER}:/layers/a:/layers/b"}


def test_a_reference_to_a_secret_is_its_arn_and_other_references_stay() -> None:
    resources = {
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
        "Policy": {
            "Type": "AWS::IAM::Policy",
            "Properties": {"Resource": [{"Ref": "Secret"}, {"Ref": "Table"}, {"Fn::Sub": "${Secret}"}]},
        },
    }
    found = rewritten(resources)["Policy"]["Properties"]["Resource"]
    assert found == [{"Fn::GetAtt": ["Secret", "Id"]}, {"Ref": "Table"}, {"Fn::Sub": "${Secret}"}]


def test_whoever_may_send_one_message_may_send_ten_at_once() -> None:
    statements = [{"Action": "sqs:SendMessage", "Resource": "queue"}, {"Action": "dynamodb:Query", "Resource": "table"}]
    role = {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": statements}}]}}
    [policy] = rewritten({"Role": role})["Role"]["Properties"]["Policies"]
    assert policy["PolicyDocument"]["Statement"] == [
        {"Action": ["sqs:SendMessage", "sqs:SendMessageBatch"], "Resource": "queue"},
        statements[1],
    ]


def test_what_the_emulator_refuses_is_left_out() -> None:
    resources = {
        "Archive": {"Type": "AWS::Events::Archive", "Properties": {}},
        "Ratio": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": []}},
        "Plain": {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "m"}},
    }
    assert set(rewritten(resources)) == {"Plain"}


def test_the_emulator_s_own_stream_mappings_are_off_and_its_queue_mappings_are_on() -> None:
    resources = {
        "Stream": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"StartingPosition": "LATEST"}},
        "Queue": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {}},
    }
    found = rewritten(resources)
    assert found["Stream"]["Properties"]["Enabled"] is False
    assert "Enabled" not in found["Queue"]["Properties"]


def test_a_consumer_s_concurrency_is_a_number_whether_it_is_written_or_a_parameter_gives_it() -> None:
    mappings = {
        name: {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {"ScalingConfig": {"MaximumConcurrency": concurrency}},
        }
        for name, concurrency in (("Written", 5), ("Given", {"Ref": "Many"}))
    }
    template = {"Parameters": {"Many": {"Default": "2"}}, "Resources": mappings}
    found = rewrite(Translation(template, code={}, python_path={}), {})["Resources"]
    assert [each["Properties"]["ScalingConfig"]["MaximumConcurrency"] for each in found.values()] == [5, 2]


def test_an_api_s_body_becomes_routes_with_their_integrations_and_authorizers() -> None:
    found = spell_out({"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": OPEN_API}}})
    assert "Body" not in found["Api"]["Properties"]
    assert found["ApiAuthorizerVendor"]["Properties"]["JwtConfiguration"] == {
        "Issuer": {"Ref": "Issuer"},
        "Audience": ["somebody"],
    }
    assert found["ApiIntegration0"]["Properties"]["IntegrationUri"] == URI
    assert found["ApiRoute0"]["Properties"] == {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "POST /api/open",
        "Target": {"Fn::Sub": "integrations/${ApiIntegration0}"},
    }
    assert found["ApiRoute1"]["Properties"] == {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "ANY /api/guarded",
        "Target": {"Fn::Sub": "integrations/${ApiIntegration1}"},
        "AuthorizationType": "JWT",
        "AuthorizerId": {"Ref": "ApiAuthorizerVendor"},
        "AuthorizationScopes": ["read"],
    }


def test_an_api_that_asks_a_function_becomes_the_same_under_the_apis_condition() -> None:
    asked = {"type": "request", "identitySource": "$request.header.Cookie", "authorizerUri": URI}
    scheme = {
        "authorizerPayloadFormatVersion": "2.0",
        "enableSimpleResponses": True,
        "authorizerResultTtlInSeconds": 60,
    }
    operation = {"security": [{"Cookie": []}], "x-amazon-apigateway-integration": {"uri": URI}}
    body = {
        "paths": {"/api/own": {"get": operation}},
        "components": {"securitySchemes": {"Cookie": {"x-amazon-apigateway-authorizer": asked | scheme}}},
    }
    found = spell_out({"Api": {"Type": "AWS::ApiGatewayV2::Api", "Condition": "On", "Properties": {"Body": body}}})
    assert {part["Condition"] for part in found.values()} == {"On"}
    authorizer = found["ApiAuthorizerCookie"]["Properties"]
    assert (authorizer["AuthorizerType"], authorizer["AuthorizerUri"]) == ("REQUEST", URI)
    assert authorizer["IdentitySource"] == ["$request.header.Cookie"]
    assert (authorizer["EnableSimpleResponses"], authorizer["AuthorizerResultTtlInSeconds"]) == (True, 60)
    assert found["ApiRoute0"]["Properties"]["AuthorizationType"] == "CUSTOM"
