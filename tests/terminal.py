"""A command at a terminal of its own, with somebody who answers what it asks."""

import os
import pty
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

END = "\x04"
"""Ctrl-D, as an answer. Ctrl-C would be lost on a process that has asked and does not read yet."""
COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Conversation:
    """All that was to be seen, and the command's status."""

    screen: str
    status: int


def converse(
    command: list[str], directory: Path, environment: Mapping[str, str], answer: Callable[[str], str]
) -> Conversation:
    """Run the command; every line that stops after `: ` is a question, and answered."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(directory)
        os.execvpe(command[0], command, environment)
    screen = b""
    while chunk := _read(terminal):
        screen = COLOURS.sub(b"", screen + chunk)
        if screen.endswith(b": "):
            said = answer(screen.decode(errors="replace").splitlines()[-1].strip())
            os.write(terminal, (said if said == END else f"{said}\n").encode())
    os.close(terminal)
    _, status = os.waitpid(process, 0)
    return Conversation(screen.decode(errors="replace").replace("\r\n", "\n"), os.waitstatus_to_exitcode(status))


def _read(terminal: int) -> bytes:
    """Nothing, once the other side is gone."""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""
