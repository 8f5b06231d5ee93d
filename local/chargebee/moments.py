"""Moments that a request names. All are UTC seconds."""

from typing import Any

from local.chargebee.errors import missing, wrong_value


def future_moment(params: dict[str, Any], param: str, now: int) -> int:
    """A moment (UTC seconds) that the request has to name and that has to lie ahead of `now`."""
    if not params.get(param):
        raise missing(param)
    if params[param] <= now:
        raise wrong_value(param, "must be in the future")
    return int(params[param])
