"""What this project relies on the AWS emulator for: to be run again before another version of it is pinned."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.local.launcher.conftest import SmallApp

PATIENCE_SECONDS = 20


def eventually(probe: Callable[[], Any]) -> Any:
    """The probe's first truthy answer; queues and streams run behind these tests."""
    waiting = threading.Event()
    for _ in range(PATIENCE_SECONDS * 20):
        if answer := probe():
            return answer
        waiting.wait(0.05)
    raise AssertionError("it did not happen")


def call(url: str, body: bytes | None = None) -> tuple[int, Any]:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def received(app: SmallApp, queue: str) -> list[str]:
    """The bodies of the messages that a queue has now."""
    answer = app.aws.client("sqs").receive_message(QueueUrl=app.id(queue), MaxNumberOfMessages=10)
    for message in answer.get("Messages", []):
        app.aws.client("sqs").delete_message(QueueUrl=app.id(queue), ReceiptHandle=message["ReceiptHandle"])
    return [message["Body"] for message in answer.get("Messages", [])]


def put(app: SmallApp, key: str) -> None:
    app.aws.client("dynamodb").put_item(TableName=app.id("Table"), Item={"pk": {"S": key}})


def has(app: SmallApp, key: str) -> bool:
    return "Item" in app.aws.client("dynamodb").get_item(TableName=app.id("Table"), Key={"pk": {"S": key}})


def test_an_open_route_reaches_its_function_with_its_layer_secret_and_path(small_app: SmallApp) -> None:
    status, answer = call(f"{small_app.origin}/api/open/42", b'{"seats": 5}')
    assert status == 200
    assert answer == {
        "body": '{"seats": 5}',
        "id": "42",
        "word": "hello from the layer",
        "secret": '{"current":"open sesame"}',
    }


def test_a_guarded_route_wants_a_token_and_an_undeclared_one_does_not_exist(small_app: SmallApp) -> None:
    assert call(f"{small_app.origin}/api/guarded")[0] == 401
    assert call(f"{small_app.origin}/api/nothing") == (404, {"message": "Not Found"})


def test_a_function_without_a_policy_is_denied(small_app: SmallApp) -> None:
    answer = small_app.aws.client("lambda").invoke(FunctionName=small_app.id("Forbidden"))
    assert json.load(answer["Payload"]) == "AccessDeniedException"


def test_a_failing_message_ends_in_the_dead_letters_and_its_batch_mates_do_not(small_app: SmallApp) -> None:
    entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(["ok-1", "poison message", "ok-2"])]
    small_app.aws.client("sqs").send_message_batch(QueueUrl=small_app.id("Queue"), Entries=entries)
    assert eventually(lambda: received(small_app, "DeadLetters")) == ["poison message"]
    assert has(small_app, "ok-1")
    assert has(small_app, "ok-2")


def test_a_stream_is_filtered_and_passed_on_in_order_around_a_poison_record(small_app: SmallApp) -> None:
    keys = ["OUTBOX#1", "ORG#1", "OUTBOX#poison", "OUTBOX#2"]
    for key in keys:
        put(small_app, key)
    lost = json.loads(eventually(lambda: received(small_app, "RelayDeadLetters"))[0])
    assert lost["DDBStreamBatchInfo"]["batchSize"] == 1
    first = eventually(lambda: received(small_app, "Seen"))
    rest = [] if len(first) > 1 else eventually(lambda: received(small_app, "Seen"))
    assert first + rest == ["OUTBOX#1", "OUTBOX#2"]


def test_of_racing_transactions_on_one_condition_exactly_one_commits(small_app: SmallApp) -> None:
    dynamodb, table = small_app.aws.client("dynamodb"), small_app.id("Table")
    outcomes: list[str] = []

    def claim(number: int) -> None:
        guard = {
            "Put": {
                "TableName": table,
                "Item": {"pk": {"S": "race"}, "winner": {"N": str(number)}},
                "ConditionExpression": "attribute_not_exists(pk)",
            }
        }
        ledger = {"Put": {"TableName": table, "Item": {"pk": {"S": f"race-{number}"}}}}
        try:
            dynamodb.transact_write_items(TransactItems=[guard, ledger])
            outcomes.append("won")
        except dynamodb.exceptions.TransactionCanceledException as cancelled:
            outcomes.extend(reason["Code"] for reason in cancelled.response["CancellationReasons"])

    racers = [threading.Thread(target=claim, args=(number,)) for number in range(10)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(outcomes) == ["ConditionalCheckFailed"] * 9 + ["None"] * 9 + ["won"]
    assert sum(has(small_app, f"race-{number}") for number in range(10)) == 1


def test_a_failed_condition_gives_the_item_that_stood_in_the_way(small_app: SmallApp) -> None:
    dynamodb = small_app.aws.client("dynamodb")
    put(small_app, "occupied")
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as refusal:
        dynamodb.put_item(
            TableName=small_app.id("Table"),
            Item={"pk": {"S": "occupied"}},
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refusal.value.response["Item"] == {"pk": {"S": "occupied"}}
