"""Units as a scale and a vector of dimensions: a sound subset of UCUM (ucum.org), and the currencies of ISO 4217.

An annotation such as `{person}` is 1, as UCUM has it. Each currency is a dimension of its own: no rate is ever assumed.
Units with an offset (Cel) and logarithmic ones cannot be multiplied, and are not understood here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .currencies import CURRENCIES

_MOST_POWER, _MOST_SCALE = 30, Fraction(10) ** 60  # beyond these nothing is measured; they keep the arithmetic small


class NotUnderstood(ValueError):  # noqa: N818 - it says what is the matter
    """The unit, or a part of it, is none of those known here."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`scale` times the product of base units raised to `powers` (sorted, none zero). `text` is for people."""

    scale: Fraction
    powers: tuple[tuple[str, Fraction], ...]
    text: str = field(compare=False)

    def __post_init__(self) -> None:
        if not 1 / _MOST_SCALE <= self.scale <= _MOST_SCALE or any(abs(n) > _MOST_POWER for _, n in self.powers):
            raise NotUnderstood(self.text)

    @property
    def plain(self) -> bool:
        """Whether it is a number without dimension."""
        return not self.powers

    def alike(self, other: "Unit") -> bool:
        return self.powers == other.powers

    def times(self, other: "Unit") -> "Unit":
        return _unit(self.scale * other.scale, _added(self.powers, other.powers, 1), f"{self.text}.{other.text}")

    def per(self, other: "Unit") -> "Unit":
        below = f"({other.text})" if re.search("[./]", other.text) else other.text
        return _unit(self.scale / other.scale, _added(self.powers, other.powers, -1), f"{self.text}/{below}")

    def power(self, exponent: int) -> "Unit":
        if abs(exponent) > _MOST_POWER:
            raise NotUnderstood(self.text)
        return _unit(self.scale**exponent, {base: n * exponent for base, n in self.powers}, f"({self.text}){exponent}")

    def root(self) -> "Unit":
        """The square root of a unit whose scale is 1."""
        return _unit(Fraction(1), {base: n / 2 for base, n in self.powers}, f"sqrt({self.text})")

    def coherent(self) -> "Unit":
        """The same dimensions with scale 1."""
        return _unit(Fraction(1), dict(self.powers), "")


def _unit(scale: Fraction, powers: Mapping[str, Fraction], text: str) -> Unit:
    vector = tuple(sorted((base, n) for base, n in powers.items() if n))
    shown = text if text and len(text) <= 40 else ".".join(f"{base}{n if n != 1 else ''}" for base, n in vector) or "1"
    return Unit(scale, vector, shown)


def _added(
    left: tuple[tuple[str, Fraction], ...], right: tuple[tuple[str, Fraction], ...], sign: int
) -> dict[str, Fraction]:
    total = dict(left)
    for base, n in right:
        total[base] = total.get(base, Fraction(0)) + sign * n
    return total


ONE = Unit(Fraction(1), (), "1")
_DAY = 86_400
_PREFIXES = {
    **{name: Fraction(10) ** n for name, n in zip("fpnumcdhkMGTPE", (-15, -12, -9, -6, -3, -2, -1, 2, 3, 6, 9, 12, 15, 18), strict=True)},
    "da": Fraction(10),
    **{name: Fraction(1024) ** n for n, name in enumerate(("Ki", "Mi", "Gi", "Ti"), 1)},
}  # fmt: skip
_METRIC: dict[str, tuple[Fraction, dict[str, int]]] = {
    **{base: (Fraction(1), {base: 1}) for base in ("m", "s", "g", "K", "C", "cd", "rad", "bit")},
    "t": (Fraction(10**6), {"g": 1}),
    "l": (Fraction(1, 1000), {"m": 3}),
    "L": (Fraction(1, 1000), {"m": 3}),
    "ar": (Fraction(100), {"m": 2}),
    "Hz": (Fraction(1), {"s": -1}),
    "N": (Fraction(1000), {"g": 1, "m": 1, "s": -2}),
    "Pa": (Fraction(1000), {"g": 1, "m": -1, "s": -2}),
    "J": (Fraction(1000), {"g": 1, "m": 2, "s": -2}),
    "W": (Fraction(1000), {"g": 1, "m": 2, "s": -3}),
    "A": (Fraction(1), {"C": 1, "s": -1}),
    "V": (Fraction(1000), {"g": 1, "m": 2, "s": -2, "C": -1}),
    "By": (Fraction(8), {"bit": 1}),
}
_OTHER: dict[str, tuple[Fraction, dict[str, int]]] = {
    "%": (Fraction(1, 100), {}),
    "[ppth]": (Fraction(1, 1000), {}),
    "[ppm]": (Fraction(1, 10**6), {}),
    "min": (Fraction(60), {"s": 1}),
    "h": (Fraction(3600), {"s": 1}),
    "d": (Fraction(_DAY), {"s": 1}),
    "wk": (Fraction(7 * _DAY), {"s": 1}),
    "mo": (Fraction(_DAY * 487, 16), {"s": 1}),  # 30.4375 days
    "a": (Fraction(_DAY * 1461, 4), {"s": 1}),  # 365.25 days
}
_TOKEN = re.compile(
    r"(?P<note>\{[^{}]*\})|(?P<sign>[./()])|10[*^](?P<ten>[+-]?[0-9]{1,2})|(?P<whole>[0-9]{1,9})(?![0-9])"
    r"|(?P<atom>[A-Za-z%\[\]]+)(?P<power>[+-]?[0-9]{1,2})?"
)


def parse(text: str) -> Unit:
    """Raises NotUnderstood."""
    tokens, place = [], 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotUnderstood(text)
        tokens.append(found)
        place = found.end()
    unit, end = _term(tokens, 0, 0)
    if end != len(tokens) or not tokens:
        raise NotUnderstood(text)
    return _unit(unit.scale, dict(unit.powers), text)


def _term(tokens: list[re.Match[str]], place: int, depth: int) -> tuple[Unit, int]:
    """Components one after another: `.` and `/` bind alike, from the left."""
    unit, sign = ONE, "."
    if depth > 5:
        raise NotUnderstood("(")
    if place < len(tokens) and tokens[place]["sign"] == "/":
        sign, place = "/", place + 1
    while True:
        component, place = _component(tokens, place, depth)
        unit = unit.times(component) if sign == "." else unit.per(component)
        if place >= len(tokens) or tokens[place]["sign"] not in {".", "/"}:
            return unit, place
        sign, place = str(tokens[place]["sign"]), place + 1


def _component(tokens: list[re.Match[str]], place: int, depth: int) -> tuple[Unit, int]:
    token = tokens[place] if place < len(tokens) else None
    if token is None:
        raise NotUnderstood("")
    if token["sign"] == "(":
        unit, place = _term(tokens, place + 1, depth + 1)
        if place >= len(tokens) or tokens[place]["sign"] != ")":
            raise NotUnderstood("(")
    elif token["sign"]:
        raise NotUnderstood(token["sign"])
    else:
        unit = _simple(token)
    place += 1
    annotated = not token["note"] and place < len(tokens) and tokens[place]["note"]
    return unit, place + 1 if annotated else place


def _simple(token: re.Match[str]) -> Unit:
    if token["note"]:
        return ONE
    if token["ten"]:
        return _unit(Fraction(10) ** int(token["ten"]), {}, token[0])
    if token["whole"]:
        return _unit(Fraction(token["whole"]) or _none(token[0]), {}, token[0])
    scale, powers = _atom(token["atom"])
    unit = _unit(scale, {base: Fraction(n) for base, n in powers.items()}, token["atom"])
    return unit.power(int(token["power"])) if token["power"] else unit


def _none(text: str) -> Fraction:
    raise NotUnderstood(text)


def _atom(name: str) -> tuple[Fraction, dict[str, int]]:
    found = _OTHER.get(name) or _METRIC.get(name)
    if found:
        return found
    if name in CURRENCIES:
        return Fraction(1), {name: 1}
    for prefix, factor in _PREFIXES.items():
        rest = name.removeprefix(prefix)
        if rest != name and (rest in _METRIC or rest in CURRENCIES):
            scale, powers = _METRIC.get(rest, (Fraction(1), {rest: 1}))
            return factor * scale, powers
    raise NotUnderstood(name)
