"""What a log line says of an error: its kind, its place, and our own sentence without what that quotes."""

import re
import traceback
from types import TracebackType

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from billing.core.errors import BillingError

_QUOTED = re.compile(r"""(?<!\w)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")(?!\w)""")

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutValues(LambdaPowertoolsFormatter):
    """The messages of other errors quote what they choked on: a payload, a vendor's text, a caller's."""

    def formatException(self, ei: _ExcInfo) -> str:
        """The frames of the error, and of what led to it."""
        error = ei[1]
        return "" if error is None else "".join(_told(error))


def sentence(error: BillingError) -> str:
    """Our own words, without those that they quote."""
    return _QUOTED.sub("...", str(error))


def reason(error: BaseException) -> str:
    """Our own sentence; AWS's code and operation; of any other error its kind."""
    if isinstance(error, BillingError):
        return f"{type(error).__name__}: {sentence(error)}"
    answer = getattr(error, "response", None)
    if isinstance(answer, dict) and "Error" in answer:
        operation = getattr(error, "operation_name", "a call")
        return f"{type(error).__name__}: {answer['Error'].get('Code')} of {operation}"
    return type(error).__name__


def _told(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = [] if cause is None else [*_told(cause), "which led to\n"]
    return [*before, *traceback.format_tb(error.__traceback__), f"{reason(error)}\n"]
