"""What the sample of the plans' list does."""

from tests.samples.expectation import Expectation, answers

SAMPLES: dict[str, Expectation] = {"plans/list.member": answers(200)}
