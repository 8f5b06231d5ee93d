"""What Chargebee's documents leave open: a test that touches such a matter runs under both answers."""

from typing import get_args, get_type_hints

import pytest

from local.chargebee.assumptions import Assumptions

ANSWERS: dict[str, tuple[str, ...]] = {name: get_args(kind) for name, kind in get_type_hints(Assumptions).items()}
"""Both answers to every question."""


def under_both_answers(question: str) -> pytest.MarkDecorator:
    """Run the test once under each answer, which it gets from the fixture `assumed`."""
    answers = [pytest.param((question, answer), id=answer) for answer in ANSWERS[question]]
    return pytest.mark.parametrize("assumed", answers, indirect=True)
