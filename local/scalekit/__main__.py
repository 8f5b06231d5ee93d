"""`python -m local.scalekit`: a Scalekit environment on one port of this machine."""

import argparse
import asyncio
from pathlib import Path

from local.scalekit.config import Anonymous, Config
from local.scalekit.server import serve


def parse(arguments: list[str] | None = None) -> Config:
    parser = argparse.ArgumentParser(prog="python -m local.scalekit", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="directory for the certificates (ca.pem)")
    parser.add_argument("--webhook-url", required=True)
    parser.add_argument("--webhook-secret", required=True, help="whsec_<base64>")
    parser.add_argument("--client-id", default="skc_local")
    parser.add_argument("--client-secret", default="test_secret")
    parser.add_argument("--redirect-uri", action="append", default=[], help="may be given several times")
    parser.add_argument("--anonymous", type=Anonymous, choices=list(Anonymous), default=Anonymous.REFUSED)
    parser.add_argument("--clock", type=Path, help="by how many seconds webhooks are dated ahead: a file of a number")
    parser.add_argument("--keep", type=Path, help="where the organizations outlive this process")
    given = parser.parse_args(arguments)
    return Config(
        port=given.port,
        state=given.state,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        client_id=given.client_id,
        client_secret=given.client_secret,
        anonymous=given.anonymous,
        keep=given.keep,
        clock=given.clock,
        redirect_uris=tuple(given.redirect_uri) or ("http://127.0.0.1:3000/",),
    )


if __name__ == "__main__":
    asyncio.run(serve(parse()))
