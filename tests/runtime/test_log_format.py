"""What a log line says of an error."""

import json
import logging

import pytest
from botocore.exceptions import ClientError

from billing.core.errors import EventConflict, InvalidRequest, NotConfigured
from billing.runtime.logs import WithoutValues, reason

PRIVATE = "ada@example.com owes 5"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotConfigured("The setting TABLE_NAME is missing."), "NotConfigured: The setting TABLE_NAME is missing."),
        (EventConflict(f"The event id {PRIVATE!r} was used."), "EventConflict: The event id ... was used."),
        (InvalidRequest(f"""Not {"it's " + PRIVATE!r}."""), "InvalidRequest: Not ...."),
        (InvalidRequest("Chargebee's answer is nobody's."), "InvalidRequest: Chargebee's answer is nobody's."),
        (ValueError(f"invalid literal for int(): {PRIVATE}"), "ValueError"),
        (
            ClientError({"Error": {"Code": "AccessDeniedException", "Message": PRIVATE}}, "Query"),
            "ClientError: AccessDeniedException of Query",
        ),
    ],
    ids=lambda each: str(each)[:30],
)
def test_a_reason_is_our_own_sentence_without_what_it_quotes(error: Exception, told: str) -> None:
    assert reason(error) == told


def test_the_line_of_an_error_has_its_place_and_that_of_its_cause_and_no_message() -> None:
    try:
        try:
            int(PRIVATE)
        except ValueError as cause:
            raise NotConfigured("The number is missing.") from cause
    except NotConfigured as error:
        record = logging.LogRecord(
            "test", logging.ERROR, "", 0, "failed", (), (type(error), error, error.__traceback__)
        )
    line = WithoutValues(serialize_stacktrace=False).format(record)
    assert PRIVATE not in line
    told = json.loads(line)["exception"]
    assert told.index("int(PRIVATE)") < told.index("ValueError\nwhich led to") < told.index("NotConfigured: The number")
