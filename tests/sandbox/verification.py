"""The verification of a site: its checks in order, and the report."""

from collections.abc import Iterator, Mapping

import httpx

from billing.app.wiring import shipped_catalog
from billing.chargebee.api import ChargebeeApi
from billing.chargebee.calls import Retry
from billing.chargebee.connection import connect
from billing.chargebee.coupons import ChargebeeCoupons
from billing.chargebee.site_lists import SiteLists
from billing.core.clock import utc_now
from tests.sandbox.check import Check, Finding, Verdict, carry_out
from tests.sandbox.main_job import MainJob
from tests.sandbox.questions import Questions
from tests.sandbox.site import Site
from tests.sandbox.walk import walk

NEEDED = ("CHARGEBEE_SITE", "CHARGEBEE_API_KEY")
NOWHERE = dict.fromkeys(NEEDED, "nowhere")
TEST_KEY = "test_"
"""How the API keys of test sites begin: on any other site people would be billed."""


def main(settings: Mapping[str, str]) -> int:
    """The exit status: 1 when the site differs from what is relied on, 2 when it may not be touched."""
    if not all(settings.get(name) for name in NEEDED):
        print(f"No site is named: set {' and '.join(NEEDED)} of a Chargebee test site in .env. It would be checked:")
        for check in checks(NOWHERE, Site(httpx.Client())):
            print(f"  {check.name}")
        return 0
    if not settings["CHARGEBEE_API_KEY"].startswith(TEST_KEY):
        print(f"Customers are made and deleted there: give the key of a test site, which begins with {TEST_KEY}.")
        return 2
    with httpx.Client(base_url=_url(settings), auth=(settings["CHARGEBEE_API_KEY"], ""), timeout=30) as http:
        return report(settings, Site(http))


def report(settings: Mapping[str, str], site: Site) -> int:
    """Print one line a check, and leave the site as it was."""
    differs = False
    try:
        for finding in verify(settings, site):
            print(finding, flush=True)
            differs |= finding.verdict is Verdict.DIFFERS
    finally:
        site.clear()
    return int(differs)


def verify(settings: Mapping[str, str], site: Site) -> Iterator[Finding]:
    """Every check's finding, as soon as there is one."""
    return map(carry_out, checks(settings, site))


def checks(settings: Mapping[str, str], site: Site) -> Iterator[Check]:
    """The main job, then the walk over what that left, then the open questions."""
    catalog = shipped_catalog()
    sdk = connect(settings["CHARGEBEE_SITE"], settings["CHARGEBEE_API_KEY"], settings.get("CHARGEBEE_API_URL", ""))
    api = ChargebeeApi(sdk, Retry(), utc_now, settings.get("CHARGEBEE_GATEWAY_ACCOUNT_ID", ""))
    yield from MainJob(site, api, SiteLists(sdk, Retry()), ChargebeeCoupons(sdk, Retry()), catalog).checks()
    yield Check("every record and event is as the vendor's types say", lambda: walk(settings))
    for question, ask in Questions(site, catalog).asked().items():
        yield Check(f"the documents leave open: {question}", ask)


def _url(settings: Mapping[str, str]) -> str:
    return settings.get("CHARGEBEE_API_URL") or f"https://{settings['CHARGEBEE_SITE']}.chargebee.com"
