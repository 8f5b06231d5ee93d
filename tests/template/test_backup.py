"""The table is protected from deletion where the stage says so."""

import tomllib

from local.launcher.layout import ROOT
from tests.deployment.template import resources, template


def test_the_table_can_be_protected_and_is_not_where_a_first_deployment_may_have_to_clear_it_away() -> None:
    [table] = resources("AWS::DynamoDB::Table").values()
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["ProtectTable", True, {"Ref": "AWS::NoValue"}]}
    assert template()["Conditions"]["ProtectTable"] == {"Fn::Equals": [{"Ref": "TableDeletionProtection"}, "true"]}
    assert template()["Parameters"]["TableDeletionProtection"]["Default"] == "false"


def test_the_production_table_is_protected() -> None:
    stages = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert "TableDeletionProtection=true" in stages["prod"]["global"]["parameters"]["parameter_overrides"]
