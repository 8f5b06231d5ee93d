"""`python -m local.chargebee --port P --catalog F [--webhook-url URL --webhook-username U --webhook-password W]`"""

import argparse
from pathlib import Path

import uvicorn

from local.chargebee.server import create_app
from local.chargebee.simulator import Settings
from local.chargebee.webhooks import Endpoint

KEEP_ALIVE = 75
"""Seconds, longer than clients keep an idle connection: a server that closes it first may meet a request."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.chargebee", description="Chargebee simulator")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--base-url", help="where browsers reach it; default: http://HOST:PORT")
    parser.add_argument("--webhook-url")
    parser.add_argument("--webhook-username", default="")
    parser.add_argument("--webhook-password", default="")
    parser.add_argument("--catalog", type=Path, required=True, help="what the site sells: a JSON file of item prices")
    parser.add_argument("--keep", type=Path, help="where what the site knows outlives this process")
    options = parser.parse_args()
    endpoint = (
        Endpoint(options.webhook_url, options.webhook_username, options.webhook_password)
        if options.webhook_url
        else None
    )
    base_url = options.base_url or f"http://{options.host}:{options.port}"
    app = create_app(Settings(base_url, options.catalog, endpoint, keep=options.keep))
    uvicorn.run(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEEP_ALIVE,
    )


if __name__ == "__main__":
    main()
