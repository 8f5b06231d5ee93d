"""What the emulator's workers do before a function, and behind it."""

import os
import select
import subprocess
import sys
from pathlib import Path

from local.launcher.layout import BILLING_LAYER, WORKER

FUNCTION = (
    "import sys; print('the log', file=sys.stderr, flush=True); sys.stdout.write('the answer'); sys.stdout.flush()"
)
ENOUGH = 0.3


def test_a_worker_answers_when_its_log_is_read(tmp_path: Path) -> None:
    path = os.pathsep.join(map(str, (WORKER, BILLING_LAYER)))
    environment = {"PATH": os.defpath, "PYTHONPATH": path, "LOCAL_CLOCK": str(tmp_path / "clock")}
    with subprocess.Popen(
        [sys.executable, "-c", FUNCTION], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as worker:
        assert worker.stdout and worker.stderr
        assert select.select([worker.stderr], [], [])[0], "the worker logs first"
        assert not select.select([worker.stdout], [], [], ENOUGH)[0]
        assert worker.stderr.readline() == b"the log\n"
        assert worker.stdout.read() == b"the answer"
