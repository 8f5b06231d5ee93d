"""What an environment is made of, decided once on the command line."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

# Scalekit tries six times over about 22 minutes; the same shape here, a hundred times faster.
# Seconds between tries.
RETRY_DELAYS = (0.1, 0.3, 1.2, 3.0, 9.0)


class Anonymous(StrEnum):
    """What a call of the REST API without any token is: refused, as by Scalekit, or a human at its dashboard."""

    REFUSED = "refused"
    DASHBOARD = "dashboard"


@dataclass(frozen=True)
class Config:
    port: int
    state: Path
    webhook_url: str
    webhook_secret: str
    client_id: str = "skc_local"
    client_secret: str = "test_secret"
    redirect_uris: tuple[str, ...] = ("http://127.0.0.1:3000/",)
    environment_id: str = "env_local"
    anonymous: Anonymous = Anonymous.REFUSED
    retry_delays: tuple[float, ...] = RETRY_DELAYS
    keep: Path | None = None
    """Where the organizations outlive this process; None forgets them."""
    clock: Path | None = None
    """A clock that is shared with whoever checks when a webhook was signed; None for the machine's."""

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def browser_origins(self) -> list[str]:
        """The origins whose pages may call us: those a sign-in may return to."""
        return sorted({f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, self.redirect_uris)})
