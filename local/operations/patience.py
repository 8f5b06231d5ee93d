"""Write one row while others write."""

import time
from collections.abc import Callable

from botocore.exceptions import ClientError

HELD = "TransactionConflictException"
ATTEMPTS = 20
PAUSE_SECONDS = 0.05


def patiently[Answer](write: Callable[[], Answer]) -> Answer:
    """What the write answers, once no transaction of somebody's holds its row: botocore does not try again then.

    https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html. Raises botocore's ClientError for
    whatever else it is refused for, and when the row is held all the time.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return write()
        except ClientError as refusal:
            if refusal.response["Error"]["Code"] != HELD:
                raise
        time.sleep(PAUSE_SECONDS)
    return write()
