"""Read the many spellings of one unit: ``kg m-3``, ``kg/m3``, ``kg·m⁻³``, ``kg m^-3`` are one.

A small grammar instead of a general units library, because soil tables need what those lack: pH is
no picohenry, ``g C/kg`` names a substance, and ``vol%`` differs from ``%`` by mass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Dimension = frozenset[tuple[str, int]]

_MASS = {
    "Pg": 1e12, "Tg": 1e9, "Gg": 1e6, "Mg": 1e3, "t": 1e3, "kg": 1.0, "hg": 0.1, "dag": 0.01,
    "g": 1e-3, "dg": 1e-4, "cg": 1e-5, "mg": 1e-6, "ug": 1e-9,
}  # fmt: skip
_LENGTH = {"km": 1e3, "m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 1e-3, "um": 1e-6}
_TIME = {"yr": 1.0, "month": 1 / 12, "d": 1 / 365.25}
_DIMENSIONLESS = {"1": 1.0, "%": 1e-2, "permille": 1e-3, "ppm": 1e-6}
SYMBOLS: dict[str, tuple[float, str, int]] = {
    **{symbol: (factor, "mass", 1) for symbol, factor in _MASS.items()},
    **{symbol: (factor, "length", 1) for symbol, factor in _LENGTH.items()},
    **{symbol: (factor, "time", 1) for symbol, factor in _TIME.items()},
    **{symbol: (factor, "", 0) for symbol, factor in _DIMENSIONLESS.items()},
    "ha": (1e4, "length", 2),
    "L": (1e-3, "length", 3),
    "mL": (1e-6, "length", 3),
    "K": (1.0, "temperature", 1),
    "degC": (1.0, "temperature", 1),
    "degF": (5 / 9, "temperature", 1),
    "degree": (1.0, "angle", 1),
    "rad": (57.29577951308232, "angle", 1),
    "pH": (1.0, "acidity", 1),
}
"""Symbol: (size in kg, m, yr, K or degree; base; exponent of the base)."""

_SYNONYMS = {
    "gram": "g", "grams": "g", "kilogram": "kg", "kilograms": "kg", "tonne": "t", "tonnes": "t",
    "ton": "t", "tons": "t", "metre": "m", "meter": "m", "metres": "m", "meters": "m",
    "centimetre": "cm", "centimeter": "cm", "millimetre": "mm", "millimeter": "mm",
    "hectare": "ha", "l": "L", "litre": "L", "liter": "L", "ml": "mL", "cc": "mL",
    "year": "yr", "years": "yr", "y": "yr", "a": "yr", "annum": "yr", "mon": "month",
    "months": "month", "mo": "month", "day": "d", "days": "d",
    "deg": "degree", "degrees": "degree", "radian": "rad", "radians": "rad",
    "kelvin": "K", "celsius": "degC", "deg_C": "degC", "degc": "degC", "degF": "degF",
    "percent": "%", "pct": "%", "perc": "%", "per_mille": "permille", "promille": "permille",
    "ph": "pH", "PH": "pH", "fraction": "1", "ratio": "1", "dimensionless": "1", "unitless": "1",
    "index": "1", "class": "1", "classes": "1", "code": "1", "category": "1", "none": "1",
}  # fmt: skip
_SUBSTANCES = {"C": "C", "OC": "C", "SOC": "C", "N": "N", "TN": "N", "OM": "OM", "SOM": "OM"}
_QUALIFIERS = {"soil", "dry", "fine", "earth", "unit", "units"}
_CHARACTERS = {
    "²": "2", "³": "3", "⁻": "-", "¹": "1", "⁴": "4", "−": "-", "·": " ", "⋅": " ", "×": " ",
    "µ": "u", "μ": "u", "℃": "degC",
    "°C": "degC", "°F": "degF", "deg C": "degC", "‰": "permille", "°": "degree",
}  # fmt: skip
_BASIS_WORDS = {
    "volume": r"vol(?:ume)?\b\.?|v/v|\(v\)", "mass": r"w(?:t|eight)\b\.?|mass\b|w/w|m/m|\(w\)",
}  # fmt: skip
_TOKEN = re.compile(r"(/|\bper\b)|([A-Za-z_]+|%|1(?![\d.]))(?:\^|\*\*)?([+-]?\d+)?")


@dataclass(frozen=True)
class ParsedUnit:
    """What a unit string means.

    Parameters
    ----------
    factor : float
        Size in kg, m, yr, K and degree.
    dimension : frozenset of (str, int)
        Base and exponent; empty for dimensionless units.
    symbols : tuple of str
        Symbols found, in order, in their standard spelling.
    basis : str
        ``mass`` or ``volume`` when a ratio says what it is a ratio of, else empty.
    substance : str
        ``C``, ``N`` or ``OM`` when named, else empty.
    """

    factor: float
    dimension: Dimension
    symbols: tuple[str, ...] = ()
    basis: str = ""
    substance: str = ""


def parse_unit(text: str) -> ParsedUnit | None:
    """Return the meaning of a unit string, or None when it is not understood.

    A leading number (``0.1 degC``) is not understood on purpose: it belongs into `scale`.
    """
    plain = text.strip()
    for character, replacement in _CHARACTERS.items():
        plain = plain.replace(character, replacement)
    if plain in ("", "-"):
        plain = "1"
    plain, basis = _percentage_basis(plain)
    if plain == "C":
        plain = "degC"
    return _parse_product(plain, basis)


def _percentage_basis(text: str) -> tuple[str, str]:
    """Take ``vol``, ``wt``, ``(v/v)`` out of a ratio and tell which of the two it was."""
    if not re.search(r"%|percent|pct|permille|fraction|ppm", text):
        return text, ""
    for basis, pattern in _BASIS_WORDS.items():
        # `\b` does not part "vol%": put a space before the sign first.
        spaced = re.sub(r"[-_ ]*%", " %", text)
        rest, found = re.subn(rf"\(?\b(?:{pattern})\)?|\((?:{pattern})\)", " ", spaced)
        if found:
            return re.sub(r"[-_]", " ", rest).strip(), basis
    return text, ""


def _parse_product(text: str, basis: str) -> ParsedUnit | None:
    factor, exponents = 1.0, dict[str, int]()
    upper, lower, symbols = set[str](), set[str](), list[str]()
    substance, sign, end = "", 1, 0
    for match in _TOKEN.finditer(text):
        if text[end : match.start()].strip(" *.()"):
            return None
        end = match.end()
        divider, word, power = match.groups()
        if divider:
            sign = -1
            continue
        symbol, named = _symbol(word)
        if named:
            if substance not in ("", named) or power:
                return None
            substance = named
        if symbol is None:
            continue
        if symbol not in SYMBOLS:
            return None
        size, base, exponent = SYMBOLS[symbol]
        times = sign * int(power or 1)
        factor *= size**times
        exponents[base] = exponents.get(base, 0) + times * exponent
        (upper if times > 0 else lower).add(base)
        symbols.append(symbol)
        sign = 1
    if text[end:].strip(" *.()") or not symbols:
        return None
    if not basis and exponents.get("mass") == 0:
        basis = "mass"
    if not basis and exponents.get("length") == 0 and "length" in upper & lower:
        basis = "volume"
    dimension = frozenset((base, power) for base, power in exponents.items() if base and power)
    return ParsedUnit(factor, dimension, tuple(symbols), basis, substance)


def _symbol(word: str) -> tuple[str | None, str]:
    """Return the standard symbol of a word (None for a mere qualifier) and the substance named."""
    if word in SYMBOLS:
        return word, ""
    if word in _SUBSTANCES:
        return None, _SUBSTANCES[word]
    if word in _QUALIFIERS:
        return None, ""
    if word[-1:] in ("C", "N") and word[:-1] in _MASS:  # gC, MgC, tN
        return word[:-1], word[-1]
    return _SYNONYMS.get(word, _SYNONYMS.get(word.lower(), word)), ""
