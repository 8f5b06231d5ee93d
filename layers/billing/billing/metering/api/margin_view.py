"""How margins look in the API."""

from collections.abc import Mapping

from billing.core.money import to_minor
from billing.core.quantity import written
from billing.metering.api.answers import CurrencyMargin, MarginReport
from billing.metering.services import read_margin


def margin_view(first: str, last: str, margins: Mapping[str, read_margin.FeatureMargin]) -> MarginReport:
    """By feature and currency."""
    return {
        "from": first,
        "to": last,
        "features": [
            {
                "feature": feature,
                "quantity": written(found.quantity, found.decimals),
                "events": found.events,
                "costCoverage": found.coverage,
                "currencies": [_currency(*each) for each in sorted(found.currencies.items())],
            }
            for feature, found in margins.items()
        ],
    }


def _currency(currency: str, found: read_margin.CurrencyMargin) -> CurrencyMargin:
    return {
        "currency": currency,
        "revenueMicros": found.revenue,
        "costMicros": found.cost,
        "marginMicros": found.margin,
        "margin": to_minor(found.margin, currency),
    }
