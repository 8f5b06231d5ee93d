import socket

import pytest

from local.launcher.options import Ports
from local.launcher.ports import settle
from local.launcher.problem import StackProblem


def test_zero_takes_a_free_port_each() -> None:
    ports = settle(Ports(0, 0, 0, 0))
    assert len({ports.app, ports.aws, ports.chargebee, ports.scalekit}) == 4


def test_a_busy_port_is_named_with_what_to_do_about_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = server.getsockname()[1]
        with pytest.raises(StackProblem, match=rf"Port {busy} \(app\) is not free.*APP_PORT=0"):
            settle(Ports(busy, 0, 0, 0))
