"""`samconfig.toml`: what the operations read of it, and what SAM itself makes of it in a terminal."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from local.launcher.layout import ROOT
from local.operations import stamping
from local.operations.deployable import main
from local.operations.failure import OperationFailed
from local.operations.stages import SAM_CONFIG, check_edited, read_stage
from tests.deployment.template import template

STAGES = ("dev", "staging", "prod")


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_is_a_stack_of_its_own_with_tags_and_what_the_template_must_be_told(name: str) -> None:
    stage = read_stage(name)
    assert stage.stack_name == f"organization-billing-{name}"
    required = {key for key, parameter in template()["Parameters"].items() if "Default" not in parameter}
    assert required <= stage.parameters.keys() <= template()["Parameters"].keys()
    settings = tomllib.loads(SAM_CONFIG.read_text())[name]["global"]["parameters"]
    assert settings["tags"] == ["service=organization-billing", f"stage={name}"]


def test_the_production_stack_is_changed_only_after_its_changes_were_confirmed() -> None:
    assert tomllib.loads(SAM_CONFIG.read_text())["prod"]["deploy"]["parameters"]["confirm_changeset"] is True


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_with_the_examples_values_is_not_deployed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(name) == 1
    assert (
        f"AppUrl, ScalekitEnvironmentUrl, ScalekitClientId, ChargebeeSite of the stage {name}"
        in capsys.readouterr().err
    )


def test_a_stage_with_values_of_its_own_is(tmp_path: Path) -> None:
    config = tmp_path / "samconfig.toml"
    config.write_text(SAM_CONFIG.read_text().replace("example", "acme"))
    check_edited(read_stage("prod", config))


@pytest.mark.parametrize(
    "written",
    [
        '["AppUrl=https://app.example.com", "LogLevel=INFO"]',
        """'AppUrl="https://app.example.com" LogLevel=INFO'""",
        '"""AppUrl=https://app.example.com\nLogLevel=INFO"""',
    ],
)
def test_parameters_are_read_in_every_form_that_sam_takes(tmp_path: Path, written: str) -> None:
    config = tmp_path / "samconfig.toml"
    names = "stack_name = 'billing'\nregion = 'us-east-1'\nprofile = 'acme-prod'\n"
    config.write_text(f"[prod.global.parameters]\n{names}parameter_overrides = {written}\n")
    stage = read_stage("prod", config)
    assert stage.parameters == {"AppUrl": "https://app.example.com", "LogLevel": "INFO"}
    assert stage.profile == "acme-prod"
    with pytest.raises(OperationFailed, match="AppUrl"):
        check_edited(stage)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "No such file"),
        ("version = ", "samconfig.toml: Invalid value"),
        ("version = 0.1\n", "STAGE=prod is none of those"),
        ("[prod.global.parameters]\nregion = 'us-east-1'\n", "the stage prod has no stack_name"),
        ("[prod.global.parameters]\nstack_name = 'billing'\n", "the stage prod has no region"),
    ],
)
def test_what_lacks_a_stage_is_told(tmp_path: Path, text: str | None, problem: str) -> None:
    config = tmp_path / "samconfig.toml"
    if text is not None:
        config.write_text(text)
    with pytest.raises(OperationFailed, match=problem):
        read_stage("prod", config)


@pytest.mark.parametrize("name", STAGES)
def test_what_is_deployed_is_built_with_the_same_settings(name: str) -> None:
    command = ["make", "--no-print-directory", "--dry-run", "deploy", f"STAGE={name}"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = printed.splitlines()
    assert lines[0].endswith(f'local.operations.deployable "{name}"')
    [built] = [line for line in lines if "sam build" in line]
    [deployed] = [line for line in lines if "sam deploy" in line]
    assert re.search(rf"sam build --cached --cache-dir \S+ --parallel --config-env {name}$", built)
    assert f"sam deploy --config-env {name} --" in deployed
    [marked] = [line for line in lines if line.endswith(f'local.operations.stamping "{name}"')]
    assert lines.index(built) < lines.index(marked) < lines.index(deployed)


def test_a_built_template_is_marked_with_the_stages_parameters_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = tmp_path / "template.yaml"
    built.write_text((ROOT / "template.yaml").read_text())
    assert stamping.main("prod", built) == 0
    [mark] = re.findall(r"PARAMETERS: (\w+)", built.read_text())
    assert re.fullmatch("[0-9a-f]{64}", mark)
    assert stamping.main("prod", built) == 1
    assert stamping.main("prod", tmp_path / "nothing.yaml") == 1
    assert stamping.main("nowhere", built) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3
