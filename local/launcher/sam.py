"""From the SAM template to CloudFormation, in a process of its own with the translator on its path.

Run as `python -m local.launcher.sam TEMPLATE`; the answer is JSON on standard output.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"

# Where the launcher uploads the code of a function to, by the function's logical id.
CODE_BUCKET = "code"


def code_key(logical_id: str) -> str:
    return f"{logical_id}.zip"


def localize(template: dict[str, Any]) -> tuple[dict[str, str], dict[str, list[str]], dict[str, str]]:
    """Take out of a SAM template, in place, what the local stack does by other means.

    Layers become directories on PYTHONPATH: real layers cost a copy of every layer a function (1.2 GB for five
    functions with a vendor's SDK), and the emulator would put them before the function's own code. One that a condition
    adds is left out, and an output that names a layer. A version behind an alias would keep the code that it was
    published with, and gradual deployments need CodeDeploy. Answers the functions' code directories, the functions'
    layers and the layers' directories.
    """
    resources = template["Resources"]
    layer_sources = {
        name: resource["Properties"]["ContentUri"] for name, resource in resources.items() if resource["Type"] == LAYER
    }
    shared = template.get("Globals", {}).get("Function", {})
    functions = [resource["Properties"] for resource in resources.values() if resource["Type"] == FUNCTION]
    for gradual in ("AutoPublishAlias", "AutoPublishAliasAllProperties", "DeploymentPreference"):
        for properties in (shared, *functions):
            properties.pop(gradual, None)
    shared_layers = shared.pop("Layers", [])
    code, layers = {}, {}
    for name, resource in resources.items():
        if resource["Type"] != FUNCTION:
            continue
        properties = resource["Properties"]
        layers[name] = [each["Ref"] for each in shared_layers + properties.pop("Layers", []) if "Ref" in each]
        code[name] = properties.get("CodeUri", shared.get("CodeUri"))
        properties["CodeUri"] = f"s3://{CODE_BUCKET}/{code_key(name)}"
    template["Resources"] = resources = _without_aliases(resources)
    shared.pop("CodeUri", None)
    outputs = template.get("Outputs", {})
    for name in layer_sources:
        del resources[name]
        for output in [key for key, value in outputs.items() if f'"{name}"' in json.dumps(value)]:
            del outputs[output]
    return code, layers, layer_sources


def _without_aliases(value: Any) -> Any:
    """What names a function's alias names the function itself."""
    if isinstance(value, list):
        return [_without_aliases(each) for each in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("Ref", "")).endswith(".Alias"):
        return {"Fn::GetAtt": [value["Ref"].removesuffix(".Alias"), "Arn"]}
    return {key: _without_aliases(each) for key, each in value.items()}


def main(path: Path) -> None:
    # Only the translator's own directory has these.
    import yaml  # noqa: PLC0415
    from samtranslator.model.exceptions import InvalidDocumentException  # noqa: PLC0415
    from samtranslator.translator.transform import transform  # noqa: PLC0415
    from samtranslator.yaml_helper import yaml_parse  # noqa: PLC0415

    class NoManagedPolicies:
        def load(self) -> dict[str, str]:
            return {}

    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    try:
        template = yaml_parse(path.read_text())
    except yaml.YAMLError as broken:
        sys.exit(" ".join(str(broken).split()))
    code, layers, layer_sources = localize(template)
    try:
        translated = transform(template, {}, NoManagedPolicies())
    except InvalidDocumentException as invalid:
        sys.exit("; ".join([invalid.message, *(cause.message for cause in invalid.causes)]))
    answer = {"template": translated, "code": code, "layers": layers, "layer_sources": layer_sources}
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
