"""One deployed stack with both vendors around it, and what a test does to all of them together."""

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from billing.announcements.relay import HOOKS
from tests.local_stack import Stack
from tests.stack.api import Member, opened
from tests.stack.aws import Queues, Row, Table
from tests.stack.bus import BusListener, listening
from tests.stack.chargebee import Chargebee
from tests.stack.deployment import Functions, Secrets, resources
from tests.stack.scalekit import Scalekit, signed
from tests.stack.waiting import until

type Json = dict[str, Any]

API_SECONDS = 40.0
"""More than the gateway's thirty: what it answers for a function that is too slow is worth seeing."""


@dataclass(frozen=True)
class Cloud:
    stack: Stack
    http: httpx.Client
    chargebee: Chargebee
    scalekit: Scalekit
    table: Table
    queues: Queues
    functions: Functions
    secrets: Secrets
    logs: Any

    # --- callers

    def member(self, organization_id: str, **token: Any) -> Member:
        """Somebody signed in: an admin, unless the token's fields say otherwise."""
        return Member(self.http, organization_id, self.scalekit.token(organization_id, **token))

    def bearer(self, token: str | None, organization_id: str = "") -> Member:
        return Member(self.http, organization_id, token)

    def machine(self, *scopes: str) -> Member:
        """The team's own backend."""
        return Member(self.http, "", self.scalekit.machine_token(*scopes))

    def own_machine(self, organization_id: str, *scopes: str) -> Member:
        """A client of the organization itself."""
        return Member(self.http, organization_id, self.scalekit.own_machine_token(organization_id, *scopes))

    def sync(self, organization_id: str) -> Json:
        """Read the organization from Chargebee now, as the team's backend does."""
        answer = self.machine("billing:admin").post(f"/api/organizations/{organization_id}/sync")
        assert answer.status_code == 200, answer.text
        result: Json = answer.json()
        return result

    def subscribe(self, member: Member, **wish: Any) -> str:
        """Buy through the hosted page and come back; the id of the subscription."""
        page = opened(member.create(**wish))
        self.come_back(self.chargebee.pay(page["id"]))
        return str(page["subscriptionId"])

    def save_card(self, admin: Member, card: str = "ok") -> str:
        """Add a payment method on the hosted page; its id."""
        page = opened(admin.post("/api/payment-methods"))
        before = {each["id"] for each in self.chargebee.cards(admin.organization_id)}
        self.chargebee.pay(page["id"], card)
        [added] = [each for each in self.chargebee.cards(admin.organization_id) if each["id"] not in before]
        return str(added["id"])

    def come_back(self, url: str) -> str:
        """Follow the link on which Chargebee sends the browser back; where that sends it on to."""
        assert url.startswith(self.stack.app)
        answer = self.http.get(url)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])

    @contextmanager
    def browser(self) -> Iterator[httpx.Client]:
        """A visitor of Chargebee's own pages, who keeps cookies and follows redirects."""
        with httpx.Client(base_url=str(self.stack.chargebee), follow_redirects=True, trust_env=False) as browser:
            yield browser

    # --- webhooks

    def deliver(self, document: Any, auth: tuple[str, str] | None = None) -> httpx.Response:
        """Post a Chargebee webhook, with the stack's credentials unless others are given. Text goes as it is."""
        credentials = self.stack.chargebee_webhook
        return self.http.post(
            "/api/webhooks/chargebee",
            content=document if isinstance(document, str) else json.dumps(document),
            headers={"content-type": "application/json"},
            auth=auth or (credentials.username, credentials.password),
        )

    def deliver_scalekit(self, body: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        """Post a Scalekit webhook, signed with the stack's secret unless other headers are given."""
        if headers is None:
            headers = signed(body, self.stack.scalekit_webhook_secret, fresh("msg"))
        return self.http.post(
            "/api/webhooks/scalekit", content=body, headers={"content-type": "application/json", **headers}
        )

    def command(self, task: str, organization_id: str, **fields: Any) -> None:
        """Bring a task of our own now that a timer would bring later."""
        body = {"type": task, "organizationId": organization_id, **fields}
        self.queues.send("ProvisioningQueue", json.dumps(body))

    def apply(self, document: Json) -> Row:
        """Deliver a Chargebee event, again if it is a known one, and wait until it is dealt with."""
        answer = self.deliver(document)
        assert (answer.status_code, answer.json()) == (200, {"received": True}), answer.text
        self.queues.drained("EventsQueue")
        return self.dealt_with(document["id"])

    def dealt_with(self, event_id: str, source: str = "chargebee") -> Row:
        """The event's ledger row, when there is one."""
        row = until(lambda: self.table.ledger(event_id, source), lambda found: found is not None)
        assert row is not None
        return row

    def caught_up(self, customer_id: str) -> None:
        """Wait until what Chargebee told of a customer is in the table; dropped webhooks are nobody's news."""
        self.chargebee.told()
        for event in self.chargebee.events(customer_id):
            if event["webhook_status"] == "succeeded":
                self.dealt_with(event["id"])

    def mapped(self, organization_id: str) -> str:
        """The organization's customer id, when the table has one."""
        row = until(
            lambda: self.table.organization(organization_id) or {}, lambda found: found.get("customer_id") is not None
        )
        return str(row["customer_id"])

    def hooks_ran(self, organization_id: str) -> list[Row]:
        """Wait until every announcement of the organization that has a hook is in the hooks' ledger; all of them."""
        announced = self.table.announced(organization_id)
        for row in announced:
            if row["transition"] in HOOKS:
                self.dealt_with(row["key"], "hook")
        return announced

    def logged(self, function: str, *words: str, since: int = 0) -> list[str]:
        """The function's log lines from then on (UTC seconds) in which all the words occur."""
        group, name = self.stack.outputs["LogGroup"], self.functions.physical[function]
        sifted = json.dumps(max(words, key=len))  # the emulator shows the first ten thousand and no more
        found = self.logs.filter_log_events(logGroupName=group, startTime=since * 1_000, filterPattern=sifted)["events"]
        return [line["message"] for line in found if all(word in line["message"] for word in (name, *words))]

    def listening(self) -> AbstractContextManager[BusListener]:
        """A consumer on the announcements' bus."""
        return listening(self.stack, fresh("listener"))

    def untouched(self, organization_id: str) -> None:
        """Assert that no row was written and Chargebee was not called."""
        assert self.table.organization(organization_id) is None
        assert self.chargebee.requests(organization_id) == []


@contextmanager
def connected(stack: Stack) -> Iterator[Cloud]:
    """Everything connected, and closed again."""
    assert stack.chargebee is not None
    assert stack.scalekit is not None
    options: Json = {"timeout": API_SECONDS, "trust_env": False}
    with (
        httpx.Client(base_url=stack.app, **options) as http,
        httpx.Client(base_url=stack.chargebee, auth=(stack.chargebee_api_key, ""), **options) as chargebee,
        httpx.Client(base_url=stack.scalekit, **options) as scalekit,
    ):
        yield Cloud(
            stack=stack,
            http=http,
            chargebee=Chargebee(chargebee),
            scalekit=Scalekit(scalekit, stack.scalekit_webhook_secret),
            table=Table(stack.client("dynamodb"), stack.table),
            queues=Queues(stack.client("sqs"), stack.queues),
            functions=Functions(stack.client("lambda"), resources(stack, "AWS::Lambda::Function")),
            secrets=Secrets(stack.client("secretsmanager"), resources(stack, "AWS::SecretsManager::Secret")),
            logs=stack.client("logs"),
        )


def fresh(prefix: str) -> str:
    """An id that nobody else has: tests share one stack."""
    return f"{prefix}_{secrets.token_hex(6)}"


def now() -> int:
    """UTC seconds."""
    return int(time.time())
