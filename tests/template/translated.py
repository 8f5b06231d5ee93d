"""The template as CloudFormation gets it, layers and aliases included, which the local stack does without."""

import json
import os
import subprocess
import sys
from typing import Any

from local.launcher.layout import ROOT, TRANSLATOR

TRANSLATE = """
import json, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class NoManagedPolicies:
    def load(self):
        return {}

asked = json.load(sys.stdin)
template = yaml_parse(asked["template"])
for name, resource in template["Resources"].items():
    kind = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}.get(resource["Type"])
    if kind:
        resource["Properties"][kind] = "s3://bucket/" + asked["built"].get(name, name)
json.dump(transform(template, asked["parameters"], NoManagedPolicies()), sys.stdout, default=str)
"""


def translated(parameters: dict[str, str], template: str = "", **built: str) -> dict[str, Any]:
    """`built` has what a function's or a layer's code was built to, where that is not what it was."""
    asked = {"parameters": parameters, "built": built, "template": template or (ROOT / "template.yaml").read_text()}
    done = subprocess.run(
        [sys.executable, "-c", TRANSLATE],
        input=json.dumps(asked),
        env={**os.environ, "PYTHONPATH": str(TRANSLATOR), "AWS_DEFAULT_REGION": "us-east-1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    document: dict[str, Any] = json.loads(done.stdout)
    return document
