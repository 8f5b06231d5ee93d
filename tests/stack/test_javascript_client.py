"""The JavaScript client against the deployed API, where there is Node."""

import os
import shutil
import subprocess

import pytest

from tests.local_stack import ROOT
from tests.stack.api import Member
from tests.stack.world import Cloud


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_javascript_client_is_understood_by_the_deployed_api(world: Cloud, admin: Member) -> None:
    world.subscribe(admin)
    addresses = {
        "STACK_API": world.stack.app,
        "STACK_SCALEKIT": str(world.stack.scalekit),
        "STACK_TOKEN": str(admin.token),
        "STACK_ORGANIZATION": admin.organization_id,
    }
    command = ["node", "--test", str(ROOT / "clients" / "js" / "test" / "against_stack.mjs")]
    done = subprocess.run(command, env=os.environ | addresses, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "# pass 3" in done.stdout
