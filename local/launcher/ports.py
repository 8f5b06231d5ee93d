"""Ports of 127.0.0.1, checked before anything starts so that a busy one is said in one line."""

import socket
from dataclasses import asdict, replace

from local.launcher.options import Ports
from local.launcher.problem import StackProblem


def settle(ports: Ports) -> Ports:
    """Every 0 replaced by a free port, and every other port known to be free."""
    chosen = {name: require_free(name, port) for name, port in asdict(ports).items()}
    if len(set(chosen.values())) < len(chosen):
        raise StackProblem(f"Each part of the stack needs a port of its own: {chosen}.")
    return replace(ports, **chosen)


def require_free(name: str, port: int) -> int:
    """The port, or a free one for 0. Raises StackProblem."""
    with socket.socket() as candidate:
        # As servers do: a port whose last connections are still closing is free.
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind(("127.0.0.1", port))
        except OSError as refusal:
            raise StackProblem(
                f"Port {port} ({name}) is not free: {refusal.strerror}. "
                f"Stop what uses it, or choose another: {name.upper()}_PORT=0 takes any free port."
            ) from refusal
        return int(candidate.getsockname()[1])
