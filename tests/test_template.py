"""What `template.yaml` promises: who may call what, who may do what, and that nothing is lost in silence."""

import ast
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from billing.app.routes import ROUTES
from billing.runtime.route import Who
from local.launcher.translation import translate
from local.operations.stack_secrets import STACK_SECRETS
from tests.deployment.template import ROOT, functions, mappings, resources, role, statements, template

HANDLER_LINES = 15
LONGEST_DESCRIPTION = 256
SIX_TIMES = 6
FOURTEEN_DAYS = 1_209_600
DEFAULT_VISIBILITY = 30  # seconds, of a queue that does not say

OPEN_ROUTES = {
    "POST /api/webhooks/scalekit",  # signed
    "POST /api/webhooks/chargebee",  # Basic credentials
    "GET /api/subscription/success",  # a signed, expiring state
    "GET /api/checkout/success",  # the same
    "GET /api/openapi.json",  # no secret
}


def events(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event of a kind, with the function that it calls."""
    for function, properties in functions().items():
        for event in properties.get("Events", {}).values():
            if event["Type"] == kind:
                yield function, event["Properties"]


def consumers() -> list[tuple[str, dict[str, Any]]]:
    """What reads each queue, and how."""
    return [(function, mapping) for function, mapping in mappings() if "StartingPosition" not in mapping]


def relays() -> list[tuple[str, dict[str, Any]]]:
    """What reads a stream, and how: a queue has no starting position."""
    return [(function, mapping) for function, mapping in mappings() if "StartingPosition" in mapping]


def actions(function: str) -> set[str]:
    found = (_listed(statement["Action"]) for statement in statements(function))
    return {action for each in found for action in each}


def allowed(function: str, action: str) -> set[str]:
    """The logical ids of the resources that a function may do `action` on."""
    targets = (
        _listed(statement["Resource"]) for statement in statements(function) if action in _listed(statement["Action"])
    )
    return {_logical_id(target) for each in targets for target in each}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _logical_id(target: Any) -> str:
    """`!GetAtt X.Arn` and `!Ref X` are both X."""
    if isinstance(target, dict):
        reference: str = target.get("Ref") or target.get("Fn::GetAtt") or target["Fn::Sub"]
        return reference.partition(".")[0].removeprefix("${")
    return str(target)


# --- functions ------------------------------------------------------------------------------------


def test_every_folder_of_functions_is_a_function_and_every_function_a_folder() -> None:
    folder = ROOT / "functions"
    handlers = {str(path.parent.relative_to(folder)) for path in folder.glob("*/*/app.py")}
    assert (
        set(functions()) == handlers == {str(path.relative_to(folder)) for path in folder.glob("*/*") if path.is_dir()}
    )


@pytest.mark.parametrize("function", functions())
def test_a_handler_is_a_few_lines(function: str) -> None:
    tree = ast.parse((ROOT / "functions" / function / "app.py").read_text())
    code = {
        line
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom) and not _is_docstring(node)
        for statement in ast.walk(node)
        if isinstance(statement, ast.stmt) and not _is_docstring(statement)
        for line in range(statement.lineno, (statement.end_lineno or 0) + 1)
    }
    assert len(code) < HANDLER_LINES


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def test_the_functions_of_a_room_stand_together() -> None:
    rooms = [Path(function["CodeUri"]).parts[1] for function in resources("AWS::Serverless::Function").values()]
    sections = [room for room, _ in groupby(rooms)]
    assert len(sections) == len(set(sections)), sections


@pytest.mark.parametrize("name", resources("AWS::Serverless::Function"))
def test_a_function_is_described_as_its_module_describes_itself(name: str) -> None:
    """https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html allows a description 256 characters."""
    function = resources("AWS::Serverless::Function")[name]
    module = ast.parse((ROOT / function["CodeUri"] / "app.py").read_text())
    assert function["Description"] == ast.get_docstring(module)
    assert len(function["Description"]) <= LONGEST_DESCRIPTION


@pytest.mark.parametrize("function", functions())
def test_every_function_runs_the_billing_layer_and_at_most_five(function: str) -> None:
    layers = [layer["Ref"] for layer in functions()[function]["Layers"]]
    assert layers[:2] == ["BillingLayer", "DependenciesLayer"]
    assert len(layers) == len(set(layers)) <= 5


@pytest.mark.parametrize("function", functions())
def test_the_sdk_layers_are_on_the_functions_that_call_the_vendor(function: str) -> None:
    layers = {layer["Ref"] for layer in functions()[function]["Layers"]}
    assert ("ChargebeeLayer" in layers) == ("ChargebeeApiSecret" in allowed(function, "secretsmanager:GetSecretValue"))
    assert ("ScalekitLayer" in layers) == ("ScalekitApiSecret" in allowed(function, "secretsmanager:GetSecretValue"))


@pytest.mark.parametrize("function", functions())
def test_a_route_answers_before_the_gateway_gives_up(function: str) -> None:
    if any(name == function for name, _ in events("HttpApi")):
        assert functions()[function]["Timeout"] <= 29


# --- who may call ---------------------------------------------------------------------------------


def test_every_route_is_behind_the_authorizer_but_for_those_that_prove_themselves_otherwise() -> None:
    auth = resources("AWS::Serverless::HttpApi")["Api"]["Auth"]
    assert auth["DefaultAuthorizer"] in auth["Authorizers"]
    routes = {f"{route['Method']} {route['Path']}": route for _, route in events("HttpApi")}
    opened = {name for name, route in routes.items() if "Auth" in route}
    assert opened == OPEN_ROUTES
    assert all(routes[name]["Auth"] == {"Authorizer": "NONE"} for name in opened)
    assert all(route["ApiId"] == {"Ref": "Api"} and route["Method"] != "ANY" for route in routes.values())


def test_the_gateways_routes_are_those_of_the_table_with_their_functions_and_their_authorizer() -> None:
    def opened(route: dict[str, Any]) -> bool:
        return bool(route.get("Auth") == {"Authorizer": "NONE"})

    deployed = {(route["Method"], route["Path"], name, opened(route)) for name, route in events("HttpApi")}
    unguarded = (Who.BROWSER, Who.VENDOR, Who.ANYBODY)
    assert deployed == {(each.method, each.path, each.function, each.who in unguarded) for each in ROUTES}
    assert len(ROUTES) == sum(1 for _ in events("HttpApi"))


def test_the_authorizer_checks_issuer_and_audience() -> None:
    [authorizer] = resources("AWS::Serverless::HttpApi")["Api"]["Auth"]["Authorizers"].values()
    assert authorizer["IdentitySource"] == "$request.header.Authorization"
    assert authorizer["JwtConfiguration"] == {
        "issuer": {"Ref": "ScalekitEnvironmentUrl"},
        "audience": [{"Ref": "ScalekitClientId"}, {"Ref": "ScalekitMachineAudience"}],
    }


def test_only_the_applications_origin_may_call_from_a_browser() -> None:
    cors = resources("AWS::Serverless::HttpApi")["Api"]["CorsConfiguration"]
    assert cors["AllowOrigins"] == [{"Ref": "AppUrl"}]
    assert "*" not in cors["AllowHeaders"] + cors["AllowMethods"]


# --- who may do what ------------------------------------------------------------------------------


def test_every_role_is_some_functions_and_no_two_roles_may_do_the_same() -> None:
    roles = resources("AWS::IAM::Role")
    held = {role(each): name for name, each in functions().items()}
    assert set(held) == roles.keys() - {"SchedulesRole", "CookieApiRole"}
    kinds = {name: sorted(map(str, statements(function))) for name, function in held.items()}
    assert [name for name, kind in kinds.items() if list(kinds.values()).count(kind) > 1] == []


def test_schedules_start_what_is_scheduled_and_nothing_else() -> None:
    [policy] = resources("AWS::IAM::Role")["SchedulesRole"]["Policies"]
    [statement] = policy["PolicyDocument"]["Statement"]
    folders = resources("AWS::Serverless::Function")
    started = [folders[each["Ref"].removesuffix(".Alias")]["CodeUri"] for each in statement["Resource"]]
    assert sorted(each.removeprefix("functions/").rstrip("/") for each in started) == sorted(
        {function for function, _ in events("ScheduleV2")}
    )
    assert all(event["RoleArn"] == {"Fn::GetAtt": "SchedulesRole.Arn"} for _, event in events("ScheduleV2"))


@pytest.mark.parametrize("function", functions())
def test_no_right_is_a_wildcard(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert not any("*" in action for action in _listed(statement["Action"])), statement
        assert not any("*" in str(target) for target in _listed(statement["Resource"])), statement


@pytest.mark.parametrize("function", functions())
def test_nobody_scans_and_nobody_administers(function: str) -> None:
    assert {action.partition(":")[0] for action in actions(function)} <= {
        "dynamodb",
        "sqs",
        "events",
        "secretsmanager",
        "lambda",
    }
    assert "dynamodb:Scan" not in actions(function)


@pytest.mark.parametrize(
    ("function", "queue", "secret"),
    [
        ("scalekit/webhook", "ProvisioningQueue", "ScalekitSigningSecret"),
        ("chargebee/webhook", "EventsQueue", "ChargebeeWebhookSecret"),
    ],
)
def test_a_webhook_can_queue_and_read_its_own_secret_and_nothing_else(function: str, queue: str, secret: str) -> None:
    assert actions(function) == {"sqs:SendMessage", "secretsmanager:GetSecretValue"}
    assert allowed(function, "sqs:SendMessage") == {queue}
    assert allowed(function, "secretsmanager:GetSecretValue") == {secret}


@pytest.mark.parametrize("function", ["plans/list", "metering/wallet"])
def test_what_only_reads_can_only_read(function: str) -> None:
    assert actions(function) == {"dynamodb:Query"}


@pytest.mark.parametrize(
    "function",
    ["subscriptions/access", "subscriptions/list", "metering/entitlements", "metering/entitlement"],
)
def test_a_gate_reads_and_asks_for_a_verification_and_never_calls_chargebee(function: str) -> None:
    assert actions(function) == {"dynamodb:Query", "dynamodb:UpdateItem", "sqs:SendMessage"}
    assert allowed(function, "sqs:SendMessage") == {"ProvisioningQueue"}
    [write] = [each for each in statements(function) if each["Action"] == "dynamodb:UpdateItem"]
    assert write["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "BUDGET#*"}}


@pytest.mark.parametrize("function", ["runtime/session", "runtime/document"])
def test_who_is_signed_in_and_what_the_api_is_are_told_without_any_rights(function: str) -> None:
    assert statements(function) == []


def test_only_retiring_an_organization_deletes_rows_but_those_of_plans() -> None:
    assert {function for function in functions() if "dynamodb:DeleteItem" in actions(function)} <= {
        "organizations/provision",
        "organizations/delete",
        "plans/delete",
        "app/reconcile",  # of one that is forgotten
    }
    [write] = [each for each in statements("app/reconcile") if each["Action"] == "dynamodb:DeleteItem"]
    keys = ["ORG#*", "OUTBOX#*", "CUSTOMER#*", "SUBSCRIPTION#*"]  # those of one transaction
    assert write["Condition"] == {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": keys}}


@pytest.mark.parametrize(
    ("function", "keys"), [("plans/save", [["PLAN", "PLANS"]]), ("plans/delete", ["PLAN", "PLANS"])]
)
def test_whoever_changes_plans_writes_no_other_row(function: str, keys: list[object]) -> None:
    """`PLANS` counts their writes."""
    writing = [each for each in statements(function) if each["Action"] != "dynamodb:Query"]
    assert [each["Condition"] for each in writing] == [
        {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": each}} for each in keys
    ]


def test_applying_reaches_neither_vendor() -> None:
    assert not allowed("subscriptions/apply_event", "secretsmanager:GetSecretValue")
    assert allowed("subscriptions/apply_event", "sqs:SendMessage") == {"ProvisioningQueue", "EventsQueue"}


def test_only_the_relay_writes_to_the_bus_and_only_what_reads_chargebees_events_feeds_their_queue() -> None:
    assert {function for function in functions() if "events:PutEvents" in actions(function)} == {"announcements/relay"}
    assert {function for function in functions() if "EventsQueue" in allowed(function, "sqs:SendMessage")} == {
        "chargebee/webhook",
        "app/reconcile",
        "subscriptions/apply_event",
    }


def test_the_webhook_credentials_are_readable_by_their_webhook_alone() -> None:
    for secret, reader in {
        "ScalekitSigningSecret": "scalekit/webhook",
        "ChargebeeWebhookSecret": "chargebee/webhook",
    }.items():
        readers = {function for function in functions() if secret in allowed(function, "secretsmanager:GetSecretValue")}
        assert readers == {reader}


# --- queues ---------------------------------------------------------------------------------------


def dead_letters() -> dict[str, str]:
    """Each queue's dead-letter queue."""
    return {
        name: _logical_id(queue["RedrivePolicy"]["deadLetterTargetArn"])
        for name, queue in resources("AWS::SQS::Queue").items()
        if "RedrivePolicy" in queue
    }


def destinations() -> set[str]:
    """Queues that take what a stream's consumer gave up."""
    return {_logical_id(event["DestinationConfig"]["OnFailure"]["Destination"]) for _, event in relays()}


@pytest.mark.parametrize("name", resources("AWS::SQS::Queue"))
def test_every_queue_is_encrypted_and_keeps_its_messages_for_fourteen_days(name: str) -> None:
    queue = resources("AWS::SQS::Queue")[name]
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == FOURTEEN_DAYS


def test_every_consumed_queue_gives_up_after_five_receives_into_an_alarmed_queue_of_its_kind() -> None:
    consumed = {_logical_id(event["EventSourceArn"]) for _, event in consumers()}
    assert consumed == set(dead_letters())
    queues = resources("AWS::SQS::Queue")
    for name in consumed:
        assert queues[name]["RedrivePolicy"]["maxReceiveCount"] == 5
        assert queues[name].get("FifoQueue") == queues[dead_letters()[name]].get("FifoQueue")
    assert set(queues) == consumed | set(dead_letters().values()) | destinations()


@pytest.mark.parametrize("queue", sorted({*dead_letters().values(), *destinations()}))
def test_a_dead_letter_raises_an_alarm_at_once(queue: str) -> None:
    watching = [
        alarm
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
        and alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": f"{queue}.QueueName"}}]
    ]
    assert len(watching) == 1
    assert (watching[0]["Threshold"], watching[0]["ComparisonOperator"]) == (0, "GreaterThanThreshold")


def test_a_message_is_hidden_for_six_times_as_long_as_its_consumer_may_take() -> None:
    for function, event in consumers():
        queue = resources("AWS::SQS::Queue")[_logical_id(event["EventSourceArn"])]
        visible = queue.get("VisibilityTimeout", DEFAULT_VISIBILITY)
        assert visible == SIX_TIMES * functions()[function]["Timeout"], function


def test_every_consumer_answers_for_each_message_alone() -> None:
    for _, event in mappings():
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_what_queues_its_messages_again_may_do_so_as_often_as_it_takes() -> None:
    """A reservation of a week is queued 672 times, and what meets a rate limit as long as that lasts. Lambda stops what
    called a function sixteen times: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"""
    again = {function for function, event in consumers() if event["EventSourceArn"] in _sent_to(function)}
    assert {name for name, each in functions().items() if each.get("RecursiveLoop") == "Allow"} == again
    assert len(again) == 4


def _sent_to(function: str) -> list[dict[str, str]]:
    sending = [each["Resource"] for each in statements(function) if "sqs:SendMessage" in _listed(each["Action"])]
    return [queue for each in sending for queue in (each if isinstance(each, list) else [each])]


def test_the_calls_to_chargebee_are_capped_by_the_consumers_concurrency() -> None:
    [concurrency] = [
        event["ScalingConfig"]["MaximumConcurrency"]
        for function, event in consumers()
        if function == "organizations/provision"
    ]
    assert concurrency == 2


def test_the_relay_hears_of_new_announcements_only() -> None:
    for _, event in relays():
        [pattern] = [each["Pattern"] for each in event["FilterCriteria"]["Filters"]]
        assert '"eventName":["INSERT"]' in pattern
        assert event["StartingPosition"] == "TRIM_HORIZON"


def test_what_runs_on_a_schedule_and_keeps_failing_raises_an_alarm() -> None:
    """Nobody waits for its answer, and no queue keeps what it did not do."""
    alarms = resources("AWS::CloudWatch::Alarm").values()
    metrics = [
        each["MetricStat"]["Metric"]
        for alarm in alarms
        for each in alarm.get("Metrics", ())
        if "Expression" not in each
    ]
    watched = [
        metric["Dimensions"][0]["Value"]["Ref"]
        for metric in (*alarms, *metrics)
        if (metric.get("Namespace"), metric.get("MetricName")) == ("AWS/Lambda", "Errors") and "Dimensions" in metric
    ]
    scheduled = {function for function, _ in events("ScheduleV2")}
    folders = resources("AWS::Serverless::Function")
    assert {folders[name]["CodeUri"].removeprefix("functions/").rstrip("/") for name in watched} == scheduled


def test_what_runs_on_a_schedule_is_not_called_again_by_lambda() -> None:
    """Its next run goes on. A second one beside it would ask the vendor at twice its pace."""
    for function, _ in events("ScheduleV2"):
        assert functions()[function]["EventInvokeConfig"] == {"MaximumRetryAttempts": 0}, function


def test_alarms_can_be_published() -> None:
    """CloudWatch may not use AWS's own key for SNS: https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns"""
    for name, topic in template()["Resources"].items():
        if topic["Type"] == "AWS::SNS::Topic":
            assert topic.get("Properties", {}).get("KmsMasterKeyId") != "alias/aws/sns", name


# --- state and secrets ----------------------------------------------------------------------------


def test_the_table_survives_a_deleted_stack_and_can_be_restored() -> None:
    table = template()["Resources"]["Table"]
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")
    properties = table["Properties"]
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["SSESpecification"] == {"SSEEnabled": True}
    assert properties["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert properties["BillingMode"] == "PAY_PER_REQUEST"


def test_no_secret_is_a_parameter_of_the_stack() -> None:
    for name, parameter in template()["Parameters"].items():
        assert not parameter.get("NoEcho"), name
        assert not re.search(r"secret|password|apikey", name, re.IGNORECASE), name


def test_secrets_are_made_empty_and_filled_by_an_operation_that_no_deployment_takes_back() -> None:
    secrets = resources("AWS::SecretsManager::Secret")
    filled = secrets.keys() - {"ReturnKeySecret"}
    assert {template()["Outputs"][each.output]["Value"]["Ref"] for each in STACK_SECRETS} == filled
    assert {secrets[name]["SecretString"] for name in filled} == {"{}"}


def test_secrets_reach_a_function_only_through_secrets_manager() -> None:
    """What a function is told of a secret is where it is."""
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    told = {value["Ref"] for name, value in variables.items() if name.endswith("_SECRET")}
    assert told == resources("AWS::SecretsManager::Secret").keys()


def test_the_key_for_return_links_is_generated_and_nobodys_to_choose() -> None:
    generated = resources("AWS::SecretsManager::Secret")["ReturnKeySecret"]["GenerateSecretString"]
    assert generated["GenerateStringKey"] == "key"
    assert generated["PasswordLength"] >= 32


# --- two stacks in one account and region ---------------------------------------------------------


def test_no_resource_has_a_name_that_a_second_stack_would_want_too(tmp_path: Path) -> None:
    """Names are left to CloudFormation, or hold the stack's name. SAM names a schedule after its event unless told not
    to: https://github.com/aws/serverless-application-model/issues/3109"""
    translated = translate(ROOT / "template.yaml", tmp_path).template["Resources"]
    named = {
        (logical_id, key): value
        for logical_id, resource in translated.items()
        for key, value in resource.get("Properties", {}).items()
        if resource["Type"] != "AWS::ApiGatewayV2::Stage"  # a stage's name is within its API
        if key == "Name" or (key.endswith("Name") and key.removesuffix("Name") in resource["Type"])
    }
    assert {place: name for place, name in named.items() if "AWS::StackName" not in str(name)} == {}


def test_an_alarm_hears_of_its_own_stack_alone() -> None:
    alarms = [each for each in resources("AWS::CloudWatch::Alarm").values() if each.get("Namespace") == "Billing"]
    services = [each["Value"] for alarm in alarms for each in alarm["Dimensions"] if each["Name"] == "service"]
    assert alarms
    assert services == [{"Ref": "AWS::StackName"}] * len(alarms)
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}
