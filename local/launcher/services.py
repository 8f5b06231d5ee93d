"""How each child of the stack is started: the AWS emulator and the two vendors' simulators."""

import os
import sys

from local.launcher.identity import REGION, Identity
from local.launcher.layout import EMULATOR_PYTHON, StateDirectory
from local.launcher.options import Options, Ports
from local.launcher.processes import Service

# A cold burst of one worker process a request costs gigabytes; above this the emulator answers 429, as Lambda does.
CONCURRENT_FUNCTIONS = 24


def emulator(state: StateDirectory, port: int) -> Service:
    """ministack, in a minimal environment: what it has in its own, every handler inherits."""
    state.temporary.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.defpath,
        "HOME": str(state.temporary),
        "TMPDIR": str(state.temporary),
        "LANG": "C.UTF-8",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_DEFAULT_REGION": REGION,
        "AUTH": "true",
        "LAMBDA_ACCOUNT_CONCURRENCY": str(CONCURRENT_FUNCTIONS),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "LOG_LEVEL": "INFO",
    }
    command = (str(EMULATOR_PYTHON), "-m", "ministack")
    return Service("aws", command, environment, port, "/_ministack/health")


def simulators(identity: Identity, options: Options, ports: Ports) -> list[Service]:
    """The vendors that no sandbox stands in for."""
    services = []
    if identity.chargebee_simulator:
        services.append(_chargebee(identity, options, ports.chargebee))
    if identity.scalekit_simulator:
        services.append(_scalekit(identity, options, ports.scalekit))
    return services


def _chargebee(identity: Identity, options: Options, port: int) -> Service:
    return _simulator(
        "chargebee",
        port,
        keep=_kept(options, "chargebee"),
        catalog=str(options.state.item_prices),
        webhook_url=f"{identity.app}/api/webhooks/chargebee",
        webhook_username=identity.chargebee_webhook_username,
        webhook_password=identity.chargebee_webhook_password,
    )


def _scalekit(identity: Identity, options: Options, port: int) -> Service:
    return _simulator(
        "scalekit",
        port,
        keep=_kept(options, "scalekit"),
        clock=str(options.clock),
        state=str(options.state.scalekit),
        webhook_url=f"{identity.app}/api/webhooks/scalekit",
        webhook_secret=identity.scalekit_webhook_secret,
        client_id=identity.client_id,
        client_secret=identity.client_secret,
        redirect_uri=identity.redirect_uris,
        anonymous="dashboard",
    )


def _kept(options: Options, name: str) -> tuple[str, ...]:
    return (str(options.kept / f"{name}.json"),) if options.kept else ()


def _simulator(name: str, port: int, **settings: str | tuple[str, ...]) -> Service:
    # One argument a value: a value may start with a dash.
    flags = tuple(
        f"--{key.replace('_', '-')}={value}"
        for key, values in settings.items()
        for value in ((values,) if isinstance(values, str) else values)
    )
    command = (sys.executable, "-m", f"local.{name}", f"--port={port}", *flags)
    return Service(name, command, {**os.environ, "PYTHONUNBUFFERED": "1"}, port, "/_sim/health")
