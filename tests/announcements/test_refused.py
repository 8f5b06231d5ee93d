import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError

from billing.announcements.destinations import refusals_told
from billing.announcements.relay import Unrelayable


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "SendMessage")


@pytest.mark.parametrize(
    "error",
    [
        answered("InvalidMessageContents"),  # characters
        answered("InvalidParameterValue"),  # SQS: size
        answered("ValidationException"),  # EventBridge: size
        ParamValidationError(report="no such type"),
    ],
)
def test_what_aws_can_never_take_is_unrelayable(error: Exception) -> None:
    with pytest.raises(Unrelayable), refusals_told():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        answered("ThrottlingException"),
        answered("InternalException"),
        answered("AccessDeniedException"),
        answered("AWS.SimpleQueueService.NonExistentQueue"),
        ConnectTimeoutError(endpoint_url="https://sqs"),
    ],
)
def test_a_failure_of_transport_stays_what_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), refusals_told():
        raise error
