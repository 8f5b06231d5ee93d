"""Money in integers: minor units where vendors speak, micros where a single use costs less than a cent.

A micro is a millionth of the currency's major unit: 1 USD is 1,000,000 micros, 1 cent is 10,000.
"""

from dataclasses import dataclass

MICROS = 1_000_000

_NAMED = frozenset({"JPY", "KRW", "XAF", "XOF"})
"""The zero-decimal currencies that Chargebee names (https://apidocs.chargebee.com/docs/api/v1/currencies)."""

_BY_ISO = frozenset({"BIF", "CLP", "DJF", "GNF", "ISK", "KMF", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XPF"})
"""Those of ISO 4217 that it does not name, and by whose definition it says to go
(https://www.chargebee.com/docs/billing/2.0/kb/product-catalog/what-are-zero-decimal-currencies). Assumed:
docs/explanation/vendor-assumptions.md."""

ZERO_DECIMAL = _NAMED | _BY_ISO
"""Currencies that are counted in whole units."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: micros of one currency (ISO 4217). Below zero it is a debit."""

    micros: int
    currency: str

    @property
    def minor(self) -> int:
        """In minor units, rounded down: never more than there is."""
        return to_minor(self.micros, self.currency)

    @property
    def rounded(self) -> int:
        """In minor units as Chargebee rounds the line of an invoice: once, and half a unit up."""
        unit = MICROS // minor_units(self.currency)
        return (self.micros + unit // 2) // unit

    def __neg__(self) -> "Money":
        return Money(-self.micros, self.currency)

    def __mul__(self, units: int) -> "Money":
        """The price of so many units."""
        return Money(self.micros * units, self.currency)


def of_minor(amount: int, currency: str) -> Money:
    """An amount in minor units; exact."""
    return Money(to_micros(amount, currency), currency)


def minor_units(currency: str) -> int:
    """How many minor units make one major unit, as Chargebee counts: 1 or 100.

    A currency with decimals has two of them, also where ISO 4217 has three: 1 KWD is 100 there, and not 1,000 fils
    (https://apidocs.chargebee.com/docs/api/currencies, "Whole number currency values").
    """
    return 1 if currency in ZERO_DECIMAL else 100


def to_micros(amount: int, currency: str) -> int:
    """Minor units as micros; exact."""
    return amount * (MICROS // minor_units(currency))


def to_minor(micros: int, currency: str) -> int:
    """Micros as minor units, rounded down: never more than there is."""
    return micros // (MICROS // minor_units(currency))
