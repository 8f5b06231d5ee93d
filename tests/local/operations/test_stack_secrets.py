"""What a secret becomes when somebody sets it."""

import pytest

from local.launcher.layout import TEMPLATE
from local.operations.stack_secrets import STACK_SECRETS, StackSecret

API_KEY, WEBHOOK, _, SIGNING = STACK_SECRETS
LOOKS = "SCALEKIT_WEBHOOK_SECRET must look like whsec_ and base64: copy the whole signing secret"
OLD, NEW = "whsec_b2xk", "whsec_bmV3"


def credentials(username: str, password: str) -> dict[str, str]:
    return {"CHARGEBEE_WEBHOOK_USERNAME": username, "CHARGEBEE_WEBHOOK_PASSWORD": password}


def test_a_secret_that_was_empty_has_no_former_value() -> None:
    assert SIGNING.after({}, {"SCALEKIT_WEBHOOK_SECRET": NEW}) == {"current": NEW}


def test_a_rotation_keeps_the_former_value_of_a_webhook() -> None:
    assert SIGNING.after({"current": OLD}, {"SCALEKIT_WEBHOOK_SECRET": NEW}) == {"current": NEW, "previous": OLD}


def test_a_rotation_of_the_password_keeps_the_former_pair() -> None:
    kept = {"current_username": "chargebee", "current_password": "old"}
    assert WEBHOOK.after(kept, credentials("", "new")) == {
        "current_username": "chargebee",
        "current_password": "new",
        "previous_username": "chargebee",
        "previous_password": "old",
    }


def test_a_second_rotation_forgets_the_value_before_the_former_one() -> None:
    kept = {"current": OLD, "previous": "whsec_b2xkZXI="}
    assert SIGNING.after(kept, {"SCALEKIT_WEBHOOK_SECRET": NEW}) == {"current": NEW, "previous": OLD}


def test_of_an_api_key_only_one_is_ever_kept() -> None:
    assert API_KEY.after({"api_key": "test_old"}, {"CHARGEBEE_API_KEY": "test_new"}) == {"api_key": "test_new"}


def test_the_same_value_once_more_is_no_rotation() -> None:
    kept = {"current": NEW, "previous": OLD}
    assert SIGNING.after(kept, {"SCALEKIT_WEBHOOK_SECRET": NEW}) == kept


@pytest.mark.parametrize("secret", STACK_SECRETS)
def test_what_is_not_given_stays_as_it_is(secret: StackSecret) -> None:
    kept = {field.key: "kept" for field in secret.fields}
    assert secret.after(kept, {field.name: "" for field in secret.fields}) == kept
    assert secret.after({}, {}) == {}


def test_dropping_the_former_value_leaves_the_current_one() -> None:
    kept = WEBHOOK.after({"current_username": "a", "current_password": "b"}, credentials("c", "d"))
    assert WEBHOOK.without_former(kept) == {"current_username": "c", "current_password": "d"}


@pytest.mark.parametrize(
    ("secret", "given", "problem"),
    [
        (SIGNING, {"SCALEKIT_WEBHOOK_SECRET": "none"}, LOOKS),
        (SIGNING, {"SCALEKIT_WEBHOOK_SECRET": "whsec_"}, LOOKS),
        (SIGNING, {"SCALEKIT_WEBHOOK_SECRET": "whsec_***"}, LOOKS),
        (API_KEY, {"CHARGEBEE_API_KEY": "test key"}, "CHARGEBEE_API_KEY must be ASCII without spaces and colons"),
        (WEBHOOK, credentials("a:b", "password"), "CHARGEBEE_WEBHOOK_USERNAME must be ASCII without spaces and colons"),
        (WEBHOOK, credentials("chargebee", ""), "CHARGEBEE_WEBHOOK_PASSWORD is missing"),
        (WEBHOOK, credentials("", "password"), "CHARGEBEE_WEBHOOK_USERNAME is missing"),
    ],
)
def test_what_could_never_work_is_refused_without_being_quoted(
    secret: StackSecret, given: dict[str, str], problem: str
) -> None:
    with pytest.raises(ValueError, match=f"^{problem}$"):
        secret.after({}, given)


@pytest.mark.parametrize("secret", STACK_SECRETS)
def test_the_template_has_an_output_for_each_secret(secret: StackSecret) -> None:
    _, outputs = TEMPLATE.read_text().split("\nOutputs:\n")
    assert f"  {secret.output}:\n" in outputs
