from tests.soak.throttled_table import Throttle

WRITES: dict[str, list[dict[str, object]]] = {"TransactItems": [{"Put": {}}, {"Update": {}}]}


def test_one_write_in_so_many_is_refused_alone_and_in_a_transaction_by_turns_in_each_of_dynamodbs_ways() -> None:
    throttle = Throttle(every=2)
    asked = ["PutItem", "Query", "UpdateItem", "PutItem", "PutItem", "PutItem", "TransactWriteItems"]
    refusals = [throttle.refusal(operation, WRITES) for operation in asked]
    assert [refusal and refusal["__type"].partition("#")[2] for refusal in refusals] == [
        None,
        None,
        "ProvisionedThroughputExceededException",
        None,
        "ThrottlingException",
        None,
        "TransactionCanceledException",
    ]
    assert refusals[-1] is not None
    assert [reason["Code"] for reason in refusals[-1]["CancellationReasons"]] == ["None", "ThrottlingError"]
    assert (throttle.writes, throttle.refused) == (6, 3)
