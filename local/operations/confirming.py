"""Ask the person at the terminal for a name, before what cannot be taken back."""

from local.operations.failure import OperationFailed


def confirm(name: str, purpose: str, refused: str) -> None:
    """Returns once `name` was typed. Raises OperationFailed with `refused` for anything else, no answer included."""
    try:
        typed = input(f"Type {name} {purpose}: ").strip()
    except (EOFError, KeyboardInterrupt):
        raise OperationFailed(f"\n{refused}") from None
    if typed != name:
        raise OperationFailed(refused)
