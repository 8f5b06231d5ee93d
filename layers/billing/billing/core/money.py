"""Money in integers: minor units where vendors speak, micros where a single use costs less than a cent.

A micro is a millionth of the currency's major unit: 1 USD is 1,000,000 micros, 1 cent is 10,000.
"""

MICROS = 1_000_000

_NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def minor_units(currency: str) -> int:
    """How many minor units make one major unit (ISO 4217)."""
    if currency in _NO_DECIMALS:
        return 1
    return 1_000 if currency in _THREE_DECIMALS else 100


def to_micros(amount: int, currency: str) -> int:
    """Minor units as micros; exact."""
    return amount * (MICROS // minor_units(currency))


def to_minor(micros: int, currency: str) -> int:
    """Micros as minor units, rounded down: never more than there is."""
    return micros // (MICROS // minor_units(currency))
