"""What the launcher says when the stack is ready."""

from local.launcher.identity import Identity
from local.launcher.organizations import NAMES


def ready_message(identity: Identity, seconds: float, logs: str) -> str:
    return f"""
Ready in {seconds:.1f} s.

  App        {identity.app}
  Chargebee  {identity.chargebee_simulator or f"https://{identity.chargebee_site}.chargebee.com (real)"}
  Scalekit   {identity.scalekit}{"" if identity.scalekit_simulator else " (real)"}
  AWS        {identity.aws} (emulated, not AWS)

{_next_step(identity)}
Logs are in {logs}. Ctrl-C stops everything.
"""


def _next_step(identity: Identity) -> str:
    if not identity.scalekit_simulator:
        return f"Next: open {identity.app} and sign in with an organization of your environment."
    names = f"{', '.join(NAMES[:-1])} or {NAMES[-1]}"
    return f"Next: open {identity.app}, sign in as the admin of {names}, and subscribe."
