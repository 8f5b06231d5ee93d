"""The refusal to take off a meter what it does not count."""

from billing.core.errors import InvalidState


class BelowZero(InvalidState):
    """A meter counts less than is to be taken off it."""

    code = "below_zero"
