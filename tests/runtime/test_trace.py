"""What the lines say that are logged while a handler works, and what is carried on from there."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from billing.core.chargebee_errors import ChargebeeRefused
from billing.core.errors import BillingError
from billing.core.invocation import cause
from billing.runtime import logs
from billing.runtime.http import refusal
from billing.runtime.logs import about, attributes, invocation, learned, log_failure
from billing.runtime.queues import consumer
from tests.deployment.gateway import sqs_event
from tests.deployment.lambda_runtime import Context, forget_warm_state
from tests.deployment.template import STACK_NAME

CONTEXT = Context("function", aws_request_id="invocation-1")


@pytest.fixture(autouse=True)
def fresh_logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", STACK_NAME)
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")
    forget_warm_state()
    yield
    forget_warm_state()


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> "Lines":
    return Lines(capsys)


class Lines:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self) -> list[dict[str, Any]]:
        """What was logged since the last look; the metrics' lines are left out."""
        told = [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]
        return [line for line in told if "_aws" not in line]

    def one(self) -> dict[str, Any]:
        [line] = self()
        return line


def test_every_line_names_its_invocation_and_what_the_handler_has_learned_so_far(lines: Lines) -> None:
    with invocation(CONTEXT, request_id="r1", route="GET /api/plans"):
        learned(organization_id="org_1")
        logs.logger().info("something")
    line = lines.one()
    assert (line["function"], line["function_request_id"], line["request_id"]) == ("function", "invocation-1", "r1")
    assert (line["route"], line["organization_id"]) == ("GET /api/plans", "org_1")


def test_what_no_request_began_is_called_after_its_invocation(lines: Lines) -> None:
    with invocation(CONTEXT):
        assert cause() == {"request_id": "invocation-1"}


def test_nothing_of_one_invocation_is_said_of_the_next(lines: Lines) -> None:
    with invocation(CONTEXT, request_id="r1"):
        learned(organization_id="org_1", event_id="ev_1")
    assert cause() == {}
    with invocation(Context("function", aws_request_id="invocation-2")):
        logs.logger().info("something")
    line = lines.one()
    assert line["function_request_id"] == line["request_id"] == "invocation-2"
    assert not {"organization_id", "event_id"} & line.keys()


def test_what_is_about_one_thing_says_nothing_of_the_other_and_keeps_its_invocation(lines: Lines) -> None:
    with invocation(CONTEXT, request_id="r1", route="x"):
        with about(request_id="r2", key="k"):
            assert cause() == {"request_id": "r2"}
            logs.logger().info("inner")
        assert cause() == {"request_id": "r1"}
    line = lines.one()
    assert (line["function_request_id"], line["request_id"], line["key"]) == ("invocation-1", "r2", "k")
    assert "route" not in line


def test_what_escapes_a_handler_is_logged_with_what_was_known(lines: Lines) -> None:
    with pytest.raises(KeyError), invocation(CONTEXT):
        learned(organization_id="org_1")
        raise KeyError("x")
    line = lines.one()
    assert (line["message"], line["organization_id"], line["exception_name"]) == (
        "invocation_failed",
        "org_1",
        "KeyError",
    )


def never(body: str, seconds: int) -> None:
    raise AssertionError("Nothing has to wait.")


def delivered(body: Mapping[str, Any], **told: str) -> dict[str, Any]:
    """A message as Lambda hands it over, with the attributes that it was sent with."""
    event = sqs_event(body)
    for name, attribute in attributes(told).items():
        event["Records"][0]["messageAttributes"][name] = {
            "dataType": attribute["DataType"],
            "stringValue": attribute["StringValue"],
        }
    return event


def test_a_message_carries_on_the_request_that_sent_it_and_the_event_that_it_is() -> None:
    causes: list[Mapping[str, str]] = []
    handler = consumer(lambda body: causes.append(cause()), never)
    handler(delivered({"id": "ev_1"}, request_id="r1"), CONTEXT)
    handler(delivered({"type": "resync", "organizationId": "org_1"}, request_id="r2", event_id="ev_2"), CONTEXT)
    assert causes == [{"request_id": "r1", "event_id": "ev_1"}, {"request_id": "r2", "event_id": "ev_2"}]


def test_a_message_of_before_is_consumed_and_called_after_its_invocation() -> None:
    causes: list[Mapping[str, str]] = []
    handler = consumer(lambda body: causes.append(cause()), never)
    event = sqs_event({"id": "ev_1"})
    del event["Records"][0]["messageAttributes"]
    assert handler(event, CONTEXT) == {"batchItemFailures": []}
    assert causes == [{"request_id": "invocation-1", "event_id": "ev_1"}]


def test_a_failed_message_names_what_it_was_about(lines: Lines) -> None:
    def broken(body: Mapping[str, Any]) -> None:
        raise KeyError("x")

    body = {"id": "ev_1", "event_type": "subscription_renewed", "organizationId": "org_1"}
    consumer(broken, never)(delivered(body, request_id="r1"), CONTEXT)
    line = lines.one()
    told = ("message", "message_id", "receives", "request_id", "event_id", "type", "organization_id")
    assert [line[name] for name in told] == [
        "message_failed",
        "message-1",
        "1",
        "r1",
        "ev_1",
        "subscription_renewed",
        "org_1",
    ]


def test_of_chargebees_answer_its_status_and_code_are_logged_and_never_its_words(lines: Lines) -> None:
    error = ChargebeeRefused("Card of Ada Lovelace, 4111 1111 1111 1111", "card_declined")
    error.upstream_status, error.upstream_code = 402, "payment_processing_failed"
    log_failure("refused", error)
    line = lines.one()
    assert (line["code"], line["error"]) == ("card_declined", "ChargebeeRefused")
    assert (line["upstream_status"], line["upstream_code"]) == (402, "payment_processing_failed")
    assert "Ada" not in json.dumps(line)


@pytest.mark.parametrize("error", [BillingError("x"), KeyError("x")])
def test_an_error_answers_with_the_id_by_which_its_request_is_found(error: Exception) -> None:
    with invocation(CONTEXT, request_id="r1"):
        assert json.loads(refusal(error)["body"])["requestId"] == "r1"
