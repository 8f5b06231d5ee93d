"""What was logged is read once."""

from local.backstage.journal import LATENESS_SECONDS, Journal
from local.operations.log_lines import Line

START = 1_000


class Log:
    """Lines as CloudWatch keeps them; `asked` is since when each look asked."""

    def __init__(self) -> None:
        self.kept: list[Line] = []
        self.asked: list[int] = []

    def write(self, second: int, message: str) -> None:
        self.kept.append(Line(second * 1_000, "Echo", {"message": message}))

    def read(self, since: int) -> list[Line]:
        self.asked.append(since)
        return [line for line in self.kept if line.at >= since * 1_000]


def said(lines: list[Line]) -> list[str]:
    return [str(line.fields["message"]) for line in lines]


def test_a_later_look_asks_for_the_newest_lines_and_has_them_all_once() -> None:
    log = Log()
    journal = Journal(log.read)
    log.write(START, "first")
    log.write(START + 500, "second")
    journal.lines(START)
    log.write(START + 501, "third")
    assert said(journal.lines(START)) == ["first", "second", "third"]
    assert log.asked == [START, START + 500 - LATENESS_SECONDS]


def test_a_line_that_is_kept_late_is_not_missed() -> None:
    log = Log()
    journal = Journal(log.read)
    log.write(START + 500, "early")
    journal.lines(START)
    log.write(START + 490, "late")
    assert said(journal.lines(START)) == ["late", "early"]


def test_what_is_older_than_asked_for_is_forgotten() -> None:
    log = Log()
    journal = Journal(log.read)
    log.write(START, "old")
    log.write(START + 500, "new")
    journal.lines(START)
    assert said(journal.lines(START + 400)) == ["new"]
