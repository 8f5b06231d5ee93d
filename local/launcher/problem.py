"""What the launcher tells a person when it cannot go on."""


class StackProblem(Exception):
    """One line for a human: what failed, why, and what to do where that is known."""
