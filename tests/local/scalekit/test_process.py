from pathlib import Path

from tests.local.scalekit.simulator import running_simulator


def test_the_authority_outlives_a_restart_and_a_signal_ends_the_process(tmp_path: Path) -> None:
    with running_simulator(tmp_path, "http://127.0.0.1:9/") as (simulator, process):
        authority = simulator.authority.read_bytes()
        process.terminate()
        assert process.wait(10) == 0
    with running_simulator(tmp_path, "http://127.0.0.1:9/") as (simulator, _):
        assert simulator.authority.read_bytes() == authority


def test_a_call_without_a_token_may_stand_for_a_human_at_the_dashboard(tmp_path: Path) -> None:
    with running_simulator(tmp_path, "http://127.0.0.1:9/", "--anonymous=dashboard") as (simulator, _):
        assert simulator.send("POST", "/api/v1/organizations", {"display_name": "Acme"}).status == 201
        assert simulator.get("/api/v1/organizations", authorization="Bearer nonsense").status == 401
