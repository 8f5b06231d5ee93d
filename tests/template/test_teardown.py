"""What a deleted stack leaves behind is what `make teardown` says."""

from tests.template.translated import translated


def test_only_the_table_and_the_versions_of_layers_outlive_their_stack() -> None:
    """A function's versions are kept too, until the function is deleted right after."""
    resources = translated({})["Resources"].values()
    kept = {body["Type"] for body in resources if body.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {"AWS::DynamoDB::Table", "AWS::Lambda::LayerVersion", "AWS::Lambda::Version"}
