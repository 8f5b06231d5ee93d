"""What the samples of plans do."""

from tests.samples.expectation import Expectation, answers

UNKNOWN = answers(422, code="unknown_plan")

SAMPLES: dict[str, Expectation] = {
    "plans/delete.not_in_the_table": UNKNOWN,
    "plans/list.member": answers(200),
    "plans/read.of_the_file": answers(200, source="file", organizations={"growth": 0}),
    "plans/read.unknown": UNKNOWN,
    "plans/save.dry_run": answers(200, written=False, organizations={"pro-USD-Monthly": 0}),
    "plans/save.misspelt_field": answers(400, code="invalid_request"),
    "plans/save.new": answers(200, written=True),
}
