import socket
from typing import Any

import pytest

from local.launcher.options import Ports
from local.launcher.ports import settle
from local.launcher.problem import StackProblem


def test_zero_takes_a_free_port_each() -> None:
    ports = settle(Ports(0, 0, 0, 0))
    assert len({ports.app, ports.aws, ports.chargebee, ports.scalekit}) == 4


def test_free_ports_differ_where_the_system_has_hardly_any_left(monkeypatch: pytest.MonkeyPatch) -> None:
    class Offering(socket.socket):
        """Offers one port again as long as nobody has it, as the system may."""

        def bind(self, address: Any) -> None:
            try:
                super().bind((address[0], address[1] or first))
            except OSError:
                super().bind(address)

    with socket.create_server(("127.0.0.1", 0)) as server:
        first = server.getsockname()[1]
    monkeypatch.setattr("local.launcher.ports.socket.socket", Offering)
    ports = settle(Ports(0, 0, 0, 0))
    assert ports.app == first
    assert len({ports.app, ports.aws, ports.chargebee, ports.scalekit}) == 4


def test_a_busy_port_is_named_with_what_to_do_about_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        busy = server.getsockname()[1]
        with pytest.raises(StackProblem, match=rf"Port {busy} \(app\) is not free.*APP_PORT=0"):
            settle(Ports(busy, 0, 0, 0))
