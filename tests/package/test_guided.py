"""`sam deploy --guided` in a terminal: whoever takes the defaults gets through."""

import os
import re
from collections import Counter
from pathlib import Path

from tests.deployment.template import template
from tests.local_stack import ROOT
from tests.package.conftest import SAM
from tests.terminal import END, converse

NOBODY = "http://127.0.0.1:9"  # no question needs AWS, and what follows the last one does not matter here
ANSWERS = {
    "AppUrl": "https://app.acme.com",
    "ScalekitEnvironmentUrl": "https://acme.scalekit.com",
    "ScalekitClientId": "skc_1",
    "ChargebeeSite": "acme-test",
}


def test_no_question_comes_twice_and_only_what_has_no_default_wants_an_answer(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{SAM}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_ENDPOINT_URL": NOBODY,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "COLUMNS": "200",
    }
    asked: Counter[str] = Counter()

    def answer(question: str) -> str:
        asked[question] += 1
        if asked[question] > 2:
            return END
        found = re.match(r"Parameter (\w+)", question)
        if "no authentication" in question:
            return "y"  # the webhooks and the return pages, which prove themselves otherwise
        return ANSWERS.get(found[1], "") if found and asked[question] == 1 else ""

    config = tmp_path / "samconfig.toml"
    config.write_text("version = 0.1\n")
    command = ["sam", "deploy", "--guided", f"--config-file={config}", f"--template-file={ROOT / 'template.yaml'}"]
    seen = converse(command, ROOT, environment, answer)
    parameters = [found[1] for question in asked if (found := re.match(r"Parameter (\w+)", question))]
    assert sorted(parameters) == sorted(template()["Parameters"]), seen.screen
    assert {question: times for question, times in asked.items() if times > 1} == {}
    assert "Looking for resources needed for deployment" in seen.screen, "and all questions were behind it"
