from typing import Any

from billing.subscriptions.table.rows import all_partitions
from tests.bench.crowd import Crowd

SIZE = 200
NOTHING: dict[str, Any] = {"Items": [], "ScannedCount": 0}


def walked(crowd: Crowd, partition: str, limit: int) -> list[str]:
    """The ids of a partition, page by page."""
    values = {":partition": {"S": partition}, ":after": {"S": "ORG#"}}
    query: dict[str, Any] = {"ExpressionAttributeValues": values, "Limit": limit}
    found: list[str] = []
    while True:
        answer = crowd.page(query, NOTHING)
        assert len(answer["Items"]) <= limit
        found += [item["id"]["S"] for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def test_everybody_of_a_crowd_is_in_one_partition_once_in_order_whatever_a_page_takes() -> None:
    crowd = Crowd(SIZE)
    by_partition = [walked(crowd, partition, 5) for partition in all_partitions()]
    assert by_partition == [walked(crowd, partition, SIZE) for partition in all_partitions()]
    assert all(ids == sorted(ids) for ids in by_partition)
    assert len({each for ids in by_partition for each in ids}) == sum(map(len, by_partition)) == SIZE
    assert by_partition[0] == []


def test_what_is_written_stands_among_the_crowd() -> None:
    written = {"Items": [{"pk": {"S": "ORG#crowd_0000000a"}}, {"pk": {"S": "ORG#zoe"}}]}
    values = {":partition": {"S": all_partitions()[0]}, ":after": {"S": "ORG#"}}
    answer = Crowd(SIZE).page({"ExpressionAttributeValues": values, "Limit": 5}, written)
    assert (answer["Items"], answer["Count"]) == (written["Items"], 2)
