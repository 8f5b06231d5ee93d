"""The one clock of a local stack: by how much its functions and its vendors are ahead of the machine."""

import time
from dataclasses import dataclass
from pathlib import Path

from local.whole_file import whole_file


@dataclass(frozen=True, slots=True)
class SharedClock:
    """A file of one number, which every process of the stack reads; without the file nobody is ahead."""

    path: Path

    def ahead(self) -> int:
        """Seconds."""
        try:
            return int(self.path.read_text())
        except FileNotFoundError:
            return 0

    def now(self) -> int:
        """UTC seconds."""
        return int(time.time()) + self.ahead()

    def set_ahead(self, seconds: int) -> None:
        """Whoever reads meanwhile finds the one number or the other."""
        with whole_file(self.path) as file:
            file.write(str(seconds))

    def reset(self) -> None:
        self.path.unlink(missing_ok=True)
