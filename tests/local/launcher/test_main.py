"""How a launcher ends, whatever it was doing."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.launcher.main import main
from tests.local_stack import ROOT

CALLING = """
import sys
from local.launcher import main, stack
from local.launcher.aws import Aws

main.run = stack.run = lambda options: Aws(sys.argv[1]).client("sqs").list_queues()
sys.exit(main.main(["--simulated", "--template=none"]))
"""
IMPORTING = """
import os, signal, sys
from local.launcher import main

class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == "local.launcher.stack":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Slow())
sys.exit(main.main(["--simulated", "--template=none"]))
"""


def test_ctrl_c_while_aws_is_asked_ends_the_launcher() -> None:
    """The client takes any error for one of the connection, and asks again."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        asking = subprocess.Popen([sys.executable, "-c", CALLING, address], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        silent.settimeout(20)
        connection, _ = silent.accept()
        with connection, asking:
            connection.recv(1)
            asking.send_signal(signal.SIGINT)
            try:
                said, _ = asking.communicate(timeout=20)
            finally:
                asking.kill()
    assert (said, asking.returncode) == ("Stopped.\n", 130)


def test_ctrl_c_while_the_launcher_is_loaded_is_one_line() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTING], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("Stopped.\n", "", 130)


def test_a_directory_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        assert main(["--simulated", f"--state={tmp_path / 'file'}"]) == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    said = capsys.readouterr().err
    assert said == f"The stack cannot go on: [Errno 17] File exists: '{tmp_path / 'file'}'\n"
