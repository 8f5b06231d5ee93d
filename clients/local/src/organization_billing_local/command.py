"""`organization-billing-local`: a stack of its own until Ctrl-C, for tests in any language."""

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from organization_billing_local.billing_stack import BillingStack
from organization_billing_local.starting import StackFailed, started

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Ctrl-C, SIGTERM, a closed terminal, or the end of the input where that was asked for."""


class Ended(BaseException):
    """The stack is gone by itself: leaving it says why."""


def main() -> int:
    given = _arguments()
    try:
        for number in STOPPING:
            signal.signal(number, _stop)
        if given.until_input_ends:
            threading.Thread(target=_stop_at_the_end_of_input, daemon=True).start()
        if given.json and not given.json.parent.is_dir():
            raise StackFailed(f"There is no directory {given.json.parent} to write {given.json.name} into.")
        with started(plans=given.plans, hooks=given.hooks) as stack, contextlib.suppress(Ended):
            signal.signal(signal.SIGCHLD, _end)
            _tell(stack, given.json)
            signal.pause()
    except Stopped:
        return 0
    except (StackFailed, OSError) as failure:
        print(failure, file=sys.stderr, flush=True)
    return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="organization-billing-local", description=__doc__)
    parser.add_argument("--plans", type=Path, help="what is sold: a plans.toml")
    parser.add_argument("--hooks", type=Path, help="what is called: a hooks.py")
    parser.add_argument("--json", type=Path, help="write addresses and credentials into this file, once it is ready")
    parser.add_argument("--until-input-ends", action="store_true", help="stop when standard input is closed, too")
    return parser.parse_args()


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not cut short the stopping that the first began.
    for each in STOPPING:
        signal.signal(each, signal.SIG_IGN)
    # From now on the stack ends because it was told to.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    raise Stopped


def _end(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
    raise Ended


def _stop_at_the_end_of_input() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _tell(stack: BillingStack, path: Path | None) -> None:
    """One line of JSON on standard output; the file is there when it is whole."""
    line = json.dumps(stack.as_json())
    if path:
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(line + "\n")
        unfinished.replace(path)
    print(line, flush=True)
