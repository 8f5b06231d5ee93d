"""The calls of the API in the how-to pages do what the pages say, as they are written there."""

import json
import os
import subprocess
from typing import Any

from tests.documented import CALLED, blocks
from tests.stack.api import Member, answered
from tests.stack.world import Cloud, fresh, now

SUBSCRIPTION, GRANT, MACHINE = map(blocks, CALLED)
A_MONTH = 2_592_000


def called(block: str, **settings: str | None) -> list[Any]:
    """What each call of a block answers, with these variables of the shell."""
    script = block.replace("curl ", "curl -w '\\n' ")
    environment = os.environ | {name: str(value) for name, value in settings.items()}
    done = subprocess.run(["sh"], input=script, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines() if line]


def test_an_admin_changes_what_is_paid_for_and_reads_the_invoices(world: Cloud, admin: Member) -> None:
    world.subscribe(admin, itemPriceId="starter", seats=2)
    session = {"APP": world.stack.app, "AUTH": f"Authorization: Bearer {admin.token}"}
    change, invoices = SUBSCRIPTION
    [refused] = called(change, **session)
    assert refused["code"] == "invalid_seats"  # the page's twelve are more than Starter has
    [page] = called(change.replace("12", "3"), **session)
    assert page["mode"] == "hosted"
    first = answered(admin.get("/api/invoices"))["invoices"][0]["id"]
    listed, printed = called(invoices.replace("1042", first), **session)
    assert [each["id"] for each in listed["invoices"]] == [first]
    assert printed["url"].startswith("http")


def test_a_back_office_gives_what_the_page_says(world: Cloud, admin: Member) -> None:
    world.subscribe(admin, itemPriceId="starter", seats=1)
    ours = "".join(GRANT).replace("org_1", admin.organization_id).replace("1798761600", str(now() + A_MONTH))
    answers = called(ours, API=world.stack.app, TOKEN=world.machine("billing:admin").token)
    assert [each for each in answers if "code" in each] == []
    assert (answers[0]["units"], answers[0]["reason"]) == (500, "Launch week")
    assert admin.left() == (1_500, 1_500)


def test_a_machine_client_is_registered_and_calls_for_its_organization(world: Cloud) -> None:
    organization_id = fresh("org")
    world.scalekit.create_organization(organization_id)
    client = world.stack.scalekit_client
    known = {"SCALEKIT_ENVIRONMENT_URL": world.stack.scalekit, "ORGANIZATION_ID": organization_id}
    register, call = MACHINE
    [made] = called(register, SCALEKIT_CLIENT_ID=client.username, SCALEKIT_CLIENT_SECRET=client.password, **known)
    machine = {"MACHINE_ID": made["client"]["client_id"], "MACHINE_SECRET": made["plain_secret"]}
    world.caught_up(organization_id)
    [account] = called(call, API_URL=world.stack.app, **machine, **known)
    assert account["organization"]["id"] == organization_id
