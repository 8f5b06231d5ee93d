"""What an operator is told when an operation could not be done."""


class OperationFailed(Exception):
    """One line for a human: what failed, and what to do where that is known."""
