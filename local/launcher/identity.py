"""The names and secrets that the parts of one running stack share."""

import base64
import secrets
from dataclasses import dataclass

from local.launcher.options import Frontend, Options, Ports

REGION = "us-east-1"
LOCAL_API_KEY = "test_local"
LOCAL_SITE = "local"
LOCAL_CLIENT_ID = "skc_local"
LOCAL_CLIENT_SECRET = "test_secret"
LOCAL_BACKEND_CLIENT_ID = "m2morg_local_backend"
LOCAL_BACKEND_SECRET = "test_secret"


@dataclass(frozen=True)
class Identity:
    """Addresses, credentials and webhook secrets: the sandbox's where there is one, else this run's own.

    `app` serves the API and the demo; `pages` is what the browser comes back to, the team's own where there are any.
    """

    app: str
    pages: str
    aws: str
    chargebee_simulator: str | None
    scalekit_simulator: str | None
    scalekit: str
    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    backend_client_ids: str
    scalekit_webhook_secret: str
    chargebee_site: str
    chargebee_api_key: str
    chargebee_gateway_account_id: str
    chargebee_webhook_username: str
    chargebee_webhook_password: str
    session_cookie: str = ""

    @property
    def template_parameters(self) -> dict[str, str]:
        """What the template is deployed with; Chargebee's own address needs no override, nor does its own limit."""
        address = {"ChargebeeApiUrl": self.chargebee_simulator} if self.chargebee_simulator else {}
        pace = {"ReconcileCallsPerMinute": "6000"} if self.chargebee_simulator else {}
        return {
            "AppUrl": self.pages,
            "ApiUrl": self.app,
            "ScalekitEnvironmentUrl": self.scalekit,
            "ScalekitClientId": self.client_id,
            "ScalekitBackendClientIds": self.backend_client_ids,
            "ChargebeeSite": self.chargebee_site,
            "ChargebeeGatewayAccountId": self.chargebee_gateway_account_id,
            "SessionCookieName": self.session_cookie,
            **address,
            **pace,
        }

    @property
    def secrets(self) -> dict[str, dict[str, str]]:
        """What the template's secrets are filled with, by their logical ids."""
        return {
            "ChargebeeApiSecret": {"api_key": self.chargebee_api_key},
            "ChargebeeWebhookSecret": {
                "current_username": self.chargebee_webhook_username,
                "current_password": self.chargebee_webhook_password,
            },
            "ScalekitApiSecret": {"client_secret": self.client_secret},
            "ScalekitSigningSecret": {"current": self.scalekit_webhook_secret},
        }


def identify(options: Options, ports: Ports) -> Identity:
    """Settle who everyone is; secrets that nobody gave are drawn anew for every run."""
    username, password = options.chargebee_webhook or ("chargebee", secrets.token_urlsafe(18))
    simulated_scalekit = None if options.scalekit else _local_url(ports.scalekit)
    app = _local_url(ports.app)
    pages = options.frontend.url if options.frontend else app
    return Identity(
        app=app,
        pages=pages,
        aws=_local_url(ports.aws),
        chargebee_simulator=None if options.chargebee else _local_url(ports.chargebee),
        scalekit_simulator=simulated_scalekit,
        scalekit=options.scalekit.environment_url if options.scalekit else _local_url(ports.scalekit),
        client_id=options.scalekit.client_id if options.scalekit else LOCAL_CLIENT_ID,
        client_secret=options.scalekit.client_secret if options.scalekit else LOCAL_CLIENT_SECRET,
        redirect_uris=_redirect_uris(app, options.frontend),
        backend_client_ids=options.backend_client_ids if options.scalekit else LOCAL_BACKEND_CLIENT_ID,
        scalekit_webhook_secret=options.scalekit.webhook_secret if options.scalekit else _webhook_secret(),
        chargebee_site=options.chargebee.site if options.chargebee else LOCAL_SITE,
        chargebee_api_key=options.chargebee.api_key if options.chargebee else LOCAL_API_KEY,
        chargebee_gateway_account_id=options.chargebee.gateway_account_id if options.chargebee else "",
        chargebee_webhook_username=username,
        chargebee_webhook_password=password,
        session_cookie=options.session_cookie,
    )


def _redirect_uris(app: str, frontend: Frontend | None) -> tuple[str, ...]:
    """Where a sign-in and a sign-out may return to."""
    theirs = (frontend.url, f"{frontend.url}/", *frontend.redirect_uris) if frontend else ()
    return (f"{app}/", *theirs)


def _local_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _webhook_secret() -> str:
    """As Standard Webhooks writes a secret: a prefix and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
