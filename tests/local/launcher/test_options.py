from pathlib import Path

import pytest

from local.launcher.identity import identify
from local.launcher.options import ChargebeeSandbox, Ports, read_env_file, read_options
from local.launcher.problem import StackProblem
from local.launcher.services import simulators

CHARGEBEE = {"CHARGEBEE_SITE": "acme-test", "CHARGEBEE_API_KEY": "test_key"}


@pytest.fixture(autouse=True)
def no_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A developer's own `.env` decides nothing in these tests."""
    monkeypatch.setattr("local.launcher.options.ROOT", tmp_path)
    return tmp_path / ".env"


def test_without_any_setting_the_stack_is_simulated_on_its_usual_ports() -> None:
    options = read_options([], {})
    assert (options.chargebee, options.scalekit) == (None, None)
    assert options.ports == Ports(app=3000, aws=4566, chargebee=4567, scalekit=4568)


def test_a_flag_wins_over_the_environment_and_the_environment_over_the_file(no_env_file: Path) -> None:
    no_env_file.write_text("APP_PORT=1\nAWS_PORT=1\nCHARGEBEE_PORT=1\n")
    ports = read_options(["--app-port=3"], {"APP_PORT": "2", "AWS_PORT": "2"}).ports
    assert ports == Ports(app=3, aws=2, chargebee=1, scalekit=4568)


def test_chargebee_s_credentials_choose_the_real_sandbox() -> None:
    assert read_options([], CHARGEBEE).chargebee == ChargebeeSandbox("acme-test", "test_key")
    pinned = read_options([], CHARGEBEE | {"CHARGEBEE_GATEWAY_ACCOUNT_ID": "gw_1"}).chargebee
    assert pinned == ChargebeeSandbox("acme-test", "test_key", "gw_1")


def test_the_backend_clients_of_a_real_environment_are_named_beside_its_credentials() -> None:
    names = {"SCALEKIT_BACKEND_CLIENT_IDS": "m2morg_1,m2morg_2"}
    assert read_options([], names).backend_client_ids == "m2morg_1,m2morg_2"
    assert read_options(["--simulated"], names).backend_client_ids == ""


def test_half_of_a_sandbox_s_credentials_is_refused_with_the_missing_name() -> None:
    with pytest.raises(StackProblem, match="missing: CHARGEBEE_API_KEY"):
        read_options([], {"CHARGEBEE_SITE": "acme-test"})


def test_simulated_means_simulated_whatever_is_set() -> None:
    assert read_options(["--simulated"], CHARGEBEE).chargebee is None


def test_a_frontend_of_ones_own_gets_the_checkouts_back_and_its_sign_ins() -> None:
    settings = {
        "FRONTEND_URL": "http://localhost:3001/",
        "FRONTEND_REDIRECT_URIS": "http://localhost:3001/auth/callback",
    }
    ports = Ports(app=3000, aws=4566, chargebee=4567, scalekit=4568)
    identity = identify(read_options([], settings), ports)
    assert identity.template_parameters["AppUrl"] == "http://localhost:3001"
    assert identity.template_parameters["ApiUrl"] == "http://127.0.0.1:3000"
    scalekit = simulators(identity, read_options([], settings), ports)[1]
    assert [each for each in scalekit.command if each.startswith("--redirect-uri=")] == [
        "--redirect-uri=http://127.0.0.1:3000/",
        "--redirect-uri=http://localhost:3001",
        "--redirect-uri=http://localhost:3001/",
        "--redirect-uri=http://localhost:3001/auth/callback",
    ]


def test_without_a_frontend_the_demo_s_pages_are_the_application() -> None:
    ports = Ports(app=3000, aws=4566, chargebee=4567, scalekit=4568)
    assert identify(read_options([], {}), ports).template_parameters["AppUrl"] == "http://127.0.0.1:3000"
    with pytest.raises(StackProblem, match="FRONTEND_URL"):
        read_options([], {"FRONTEND_REDIRECT_URIS": "http://localhost:3001/auth/callback"})


@pytest.mark.parametrize("port", ["http", "-1", "70000"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(StackProblem, match="APP_PORT"):
        read_options([], {"APP_PORT": port})


def test_the_env_file_may_hold_comments_quotes_and_exports(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("# comment\n\nA=1\nexport B='two words'\nC=\"x=y\"\nD=\n")
    assert read_env_file(path) == {"A": "1", "B": "two words", "C": "x=y", "D": ""}


@pytest.mark.parametrize("line", ["A", "A B", "A: b"])
def test_a_line_that_is_not_a_setting_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "settings"
    path.write_text(f"B=1\n{line}\n")
    with pytest.raises(StackProblem, match=f"{line!r} is not NAME=value"):
        read_env_file(path)


def test_a_value_is_taken_as_it_stands_but_for_a_comment_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "settings"
    path.write_text("A=1 # first\nB=a#b\nC=$A\n")
    assert read_env_file(path) == {"A": "1", "B": "a#b", "C": "$A"}


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_a_flag_that_is_no_port_is_one_line(port: str) -> None:
    with pytest.raises(StackProblem, match=f"--app-port={port} is not a port"):
        read_options([f"--app-port={port}"], {})


def test_a_file_that_is_no_text_is_one_line(no_env_file: Path) -> None:
    no_env_file.write_bytes("FRONTEND_URL=http://müller.test".encode("latin-1"))
    with pytest.raises(StackProblem, match=r"\.env is not written in UTF-8"):
        read_options([], {})


def test_spaces_beside_an_organization_s_name_are_none_of_it() -> None:
    assert read_options(["--organizations= Acme, Müller & Söhne, "], {}).organizations == ("Acme", "Müller & Söhne")
