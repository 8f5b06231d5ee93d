"""The secrets that a stack is made without: their fields, and what each becomes when somebody sets it."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

type Given = Mapping[str, str]
"""Values by the names of their fields; empty or absent leaves a field as it is."""


@dataclass(frozen=True, slots=True)
class Field:
    """`name` is what a file calls it, `key` its place in the secret.

    `former` is the place at which a rotation keeps the value before, empty where one alone is accepted. `problem` says
    what is wrong with a value, and never the value; it is empty where nothing is.
    """

    name: str
    key: str
    title: str
    problem: Callable[[str], str]
    former: str = ""
    hidden: bool = True


@dataclass(frozen=True, slots=True)
class StackSecret:
    """One secret; `output` names the stack's output that has its ARN."""

    title: str
    output: str
    fields: tuple[Field, ...]

    def after(self, kept: Mapping[str, str], given: Given) -> dict[str, str]:
        """What the secret holds once `given` is set in what is `kept`. The same values once more change nothing.

        Raises ValueError when a field would be missing or is malformed.
        """
        new = {field.key: given.get(field.name) or kept.get(field.key, "") for field in self.fields}
        if all(value == kept.get(key, "") for key, value in new.items()):
            return dict(kept)
        for field in self.fields:
            if problem := field.problem(new[field.key]) if new[field.key] else "is missing":
                raise ValueError(f"{field.name} {problem}")
        return {**self._former(kept), **new}

    def without_former(self, kept: Mapping[str, str]) -> dict[str, str]:
        """The secret once the value before the last rotation is accepted no more."""
        former = {field.former for field in self.fields}
        return {key: value for key, value in kept.items() if key not in former}

    def is_set(self, kept: Mapping[str, str]) -> bool:
        return all(kept.get(field.key) for field in self.fields)

    def _former(self, kept: Mapping[str, str]) -> dict[str, str]:
        if not self.is_set(kept):
            return {}
        return {field.former: kept[field.key] for field in self.fields if field.former}


def _token(value: str) -> str:
    return "" if re.fullmatch(r"[!-9;-~]+", value) else "must be ASCII without spaces and colons"


def _password(value: str) -> str:
    return "" if re.fullmatch(r"[!-~]+", value) else "must be ASCII without spaces"


def _signing_secret(value: str) -> str:
    """As Standard Webhooks writes it: https://docs.scalekit.com/reference/webhooks."""
    prefix, _, encoded = value.partition("_")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return "" if prefix == "whsec" and key else "must look like whsec_ and base64: copy the whole signing secret"


STACK_SECRETS = (
    StackSecret(
        "Chargebee's API key",
        "ChargebeeApiSecretArn",
        (Field("CHARGEBEE_API_KEY", "api_key", "Chargebee's full-access API key", _token),),
    ),
    StackSecret(
        "Chargebee's webhook credentials",
        "ChargebeeWebhookSecretArn",
        (
            Field(
                "CHARGEBEE_WEBHOOK_USERNAME",
                "current_username",
                "User of Chargebee's webhook",
                _token,
                former="previous_username",
                hidden=False,
            ),
            Field(
                "CHARGEBEE_WEBHOOK_PASSWORD",
                "current_password",
                "Password of Chargebee's webhook",
                _password,
                former="previous_password",
            ),
        ),
    ),
    StackSecret(
        "Scalekit's client secret",
        "ScalekitApiSecretArn",
        (Field("SCALEKIT_CLIENT_SECRET", "client_secret", "Scalekit's client secret", _password),),
    ),
    StackSecret(
        "Scalekit's signing secret",
        "ScalekitSigningSecretArn",
        (
            Field(
                "SCALEKIT_WEBHOOK_SECRET",
                "current",
                "Signing secret of Scalekit's webhook (whsec_...)",
                _signing_secret,
                former="previous",
            ),
        ),
    ),
)
