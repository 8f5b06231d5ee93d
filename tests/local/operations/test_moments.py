import pytest

from local.operations.moments import duration, moment

NOW = 1_795_255_200  # 2026-11-21T10:00Z


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7_200), ("3d", 259_200)])
def test_a_duration_is_a_number_and_its_unit(text: str, seconds: int) -> None:
    assert duration(text) == seconds
    assert moment(text, NOW) == NOW - seconds


@pytest.mark.parametrize("text", ["", "2", "h", "0h", "-2h", "2 h", "2w", "1.5h", "2h30m"])
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        duration(text)


@pytest.mark.parametrize(
    ("text", "seconds_ago"),
    [
        ("2026-11-21T08:00Z", 7_200),
        ("2026-11-21T10:00:00+02:00", 7_200),
        ("2026-11-21T09:59:30Z", 30),
        ("2026-11-20T10:00-00:00", 86_400),
    ],
)
def test_a_moment_is_the_same_everywhere_because_it_names_its_zone(text: str, seconds_ago: int) -> None:
    assert moment(text, NOW) == NOW - seconds_ago


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "neither a duration"),
        ("yesterday", "neither a duration"),
        ("2026-13-01T00:00Z", "neither a duration"),
        ("2026-11-21T08:00", "needs its zone"),
        ("2026-11-21", "needs its zone"),
        ("2026-11-21T10:00Z", "not in the past"),
        ("2027-01-01T00:00Z", "not in the past"),
        ("1969-12-31T23:59Z", "before 1970"),
        ("99999d", "before 1970"),
    ],
)
def test_what_names_no_moment_of_the_past_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        moment(text, NOW)
