"""How hard the properties look.

By default every run is the same run: the examples follow from the test itself, and a failure prints the blob with which
`@reproduce_failure` repeats it. `pytest tests/property --hypothesis-profile=thorough` searches at random, for longer.
"""

from datetime import timedelta

from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    print_blob=True,
    database=None,
    deadline=None,
    max_examples=300,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough",
    print_blob=True,
    deadline=timedelta(seconds=10),
    max_examples=3_000,
    stateful_step_count=80,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")
