"""Ports of 127.0.0.1, checked before anything starts so that a busy one is said in one line."""

import socket
from contextlib import ExitStack
from dataclasses import asdict, replace

from local.launcher.options import Ports
from local.launcher.problem import StackProblem


def settle(ports: Ports) -> Ports:
    """Every 0 replaced by a free port, and every other port known to be free."""
    with ExitStack() as held:  # else the system may offer one of them twice
        chosen = {name: held.enter_context(bound(name, port)).getsockname()[1] for name, port in asdict(ports).items()}
    if len(set(chosen.values())) < len(chosen):
        raise StackProblem(f"Each part of the stack needs a port of its own: {chosen}.")
    return replace(ports, **chosen)


def bound(name: str, port: int) -> socket.socket:
    """A socket that has the port, or a free one for 0. Raises StackProblem."""
    candidate = socket.socket()
    if port:  # as servers do: a port whose last connections are still closing is free
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        candidate.bind(("127.0.0.1", port))
    except OSError as refusal:
        candidate.close()
        raise StackProblem(
            f"Port {port} ({name}) is not free: {refusal.strerror}. "
            f"Stop what uses it, or choose another: {name.upper()}_PORT=0 takes any free port."
        ) from refusal
    return candidate
