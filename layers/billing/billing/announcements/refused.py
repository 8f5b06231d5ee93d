"""What AWS refuses for good: a message's size, its characters, its form."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError, ParamValidationError

from billing.announcements.relay import Unrelayable

FOR_GOOD = frozenset(
    {"ValidationException", "InvalidMessageContents", "InvalidParameterValue", "MalformedDetail", "InvalidArgument"}
)
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html"""


@contextmanager
def refusals_told() -> Iterator[None]:
    """Raises Unrelayable for what AWS refuses for good, and every other error as it is."""
    try:
        yield
    except ParamValidationError as error:
        raise Unrelayable("AWS takes no such request.") from error
    except ClientError as error:
        if (code := error.response["Error"]["Code"]) in FOR_GOOD:
            raise Unrelayable(f"AWS refuses it: {code}.") from error
        raise
