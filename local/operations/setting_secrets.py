"""Fill the stack's secrets and rotate them. None is an argument of a process, and none is ever printed."""

import json
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path

from dotenv.parser import parse_stream

from local.operations.failure import OperationFailed
from local.operations.stack_secrets import STACK_SECRETS, Field, Given, StackSecret
from local.operations.target import Target

type Source = Callable[[StackSecret, Mapping[str, str]], Given]
"""Gives the new values of a secret, which may look at what it holds now."""


def set_secrets(target: Target, source: Source) -> str:
    """One line for each secret: what became of it.

    Nothing is written before everything is given and well-formed. The values before a rotation stay accepted where two
    can be. Run once more with the same values, nothing changes.

    Raises OperationFailed for a value that cannot be right.
    """
    kept = {secret.output: _read(target, secret) for secret in STACK_SECRETS}
    try:
        after = {each.output: each.after(kept[each.output], source(each, kept[each.output])) for each in STACK_SECRETS}
    except ValueError as wrong:
        raise OperationFailed(f"{wrong}. Nothing was changed.") from None
    _write(target, kept, after)
    return "\n".join(_said(each, kept[each.output], after[each.output]) for each in STACK_SECRETS)


def drop_previous(target: Target) -> str:
    """One line for each secret of which a former value was accepted until now."""
    kept = {secret.output: _read(target, secret) for secret in STACK_SECRETS}
    after = {each.output: each.without_former(kept[each.output]) for each in STACK_SECRETS}
    _write(target, kept, after)
    dropped = [each.title for each in STACK_SECRETS if after[each.output] != kept[each.output]]
    return "\n".join(f"{title}: the former one is refused within five minutes" for title in dropped) or "None was kept."


def from_file(path: Path) -> Source:
    """The lines NAME=value of a file such as `.env`; other names in it mean nothing here.

    Raises OperationFailed when it cannot be read, and never quotes it.
    """
    try:
        with path.open(encoding="utf-8") as stream:
            statements = list(parse_stream(stream))
    except OSError as unreadable:
        raise OperationFailed(f"{path}: {unreadable.strerror}") from unreadable
    except UnicodeDecodeError:
        raise OperationFailed(f"{path} is not in UTF-8. Nothing was changed.") from None
    for found in statements:
        if found.error or (found.key is not None and found.value is None):
            raise OperationFailed(f"{path}: line {found.original.line} is not NAME=value. Nothing was changed.")
    values = {found.key: found.value for found in statements if found.key and found.value}
    return lambda secret, kept: {field.name: values[field.name] for field in secret.fields if field.name in values}


def from_terminal() -> Source:
    """Ask a person, without showing what is typed. Raises OperationFailed where nobody can be asked."""
    if not sys.stdin.isatty():
        raise OperationFailed("There is no terminal to ask at: give the secrets in a file, FILE=...")
    print("Enter keeps what is there.", flush=True)
    return _asked


def _asked(secret: StackSecret, kept: Mapping[str, str]) -> Given:
    try:
        return {field.name: _answer(field, "set" if kept.get(field.key) else "not set") for field in secret.fields}
    except (EOFError, KeyboardInterrupt):
        raise OperationFailed("\nNothing was changed.") from None


def _answer(field: Field, state: str) -> str:
    """What was typed, once it is well-formed. The question shows the field's state."""
    ask = getpass if field.hidden else input
    while (value := ask(f"{field.title} [{state}]: ").strip()) and (problem := field.problem(value)):
        print(f"  It {problem}.", flush=True)
    return value


def _read(target: Target, secret: StackSecret) -> dict[str, str]:
    text = target.client("secretsmanager").get_secret_value(SecretId=target.output(secret.output))["SecretString"]
    fields: dict[str, str] = json.loads(text)
    return fields


def _write(target: Target, kept: Mapping[str, dict[str, str]], after: Mapping[str, dict[str, str]]) -> None:
    for output, fields in after.items():
        if fields != kept[output]:
            target.client("secretsmanager").put_secret_value(
                SecretId=target.output(output), SecretString=json.dumps(fields)
            )


def _said(secret: StackSecret, kept: Mapping[str, str], after: Mapping[str, str]) -> str:
    if after == kept:
        return f"{secret.title}: {'unchanged' if secret.is_set(kept) else 'still not set'}"
    if after == secret.without_former(after):
        return f"{secret.title}: set; functions read it within five minutes"
    said = f"{secret.title}: rotated; the former one is accepted too, until `make drop-previous`"
    if secret.without_former(kept) == kept:
        return said
    return f"{said}. The one before it is refused within five minutes: is that what the vendor still sends?"
