"""What may stand as a unit: a UCUM term (https://ucum.org/ucum, chapter 2), an ISO 4217 currency, or both (`EUR/h`).

The check is sound rather than complete: what it lets pass can be read, of UCUM's atoms it knows the usual ones. What has
no unit of its own is written as an annotation, such as `{accident}/mo`.
"""

import re

from entente_shared.errors import N_, Unprocessable

from .currencies import CURRENCIES

LONGEST = 60
DEEPEST = 10

_METRIC_ATOMS = "m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv L l ar t bar u eV pc cal B Np bit By Bd kat"
_OTHER_ATOMS = (
    "% [ppth] [ppm] [ppb] [pptr] [pi] deg ' '' min h d wk mo mo_j mo_g mo_s a a_j a_t a_g atm AU"
    " [in_i] [ft_i] [yd_i] [mi_i] [nmi_i] [kn_i] [sft_i] [acr_us] [lb_av] [oz_av] [stn_av] [gal_us] [degF] [Btu] [HP]"
    " [pH] [score] mm[Hg]"
)
_PREFIXES = ("da", *"YZEPTGMkhdcmunpfazy", "Ki", "Mi", "Gi", "Ti")
_OF_MONEY = ("k", "M", "G")  # kEUR: thousands of euros
_METRIC, _OTHER = (frozenset(each.split()) for each in (_METRIC_ATOMS, _OTHER_ATOMS))
_FACTOR = re.compile(r"(?:10[*^][+-]?\d+|\d+)(\{[!-z|~]*\})?")
_SYMBOL = re.compile(r"([A-Za-z%'_]*(?:\[[A-Za-z_]+\])?)([+-]?[1-9]\d?)?(\{[!-z|~]*\})?")


class InvalidUnit(Unprocessable):
    slug = "invalid-unit"
    title = N_("The unit cannot be read")


class _UnreadableError(Exception):
    """`rest` is what could not be read."""

    def __init__(self, rest: str) -> None:
        super().__init__()
        self.rest = rest


def check_unit(unit: str) -> None:
    """Raises InvalidUnit unless `unit` is a UCUM term; an ISO 4217 code may stand in the place of an atom."""
    try:
        if len(unit) > LONGEST:
            raise _UnreadableError(unit[LONGEST:])
        rest = _term(unit.removeprefix("/"), 0)
        if rest:
            raise _UnreadableError(rest)
    except _UnreadableError as found:
        raise InvalidUnit(
            N_(
                "The unit cannot be read from character {position} on: give a UCUM code such as % or m/s, an ISO 4217"
                " code such as EUR, or put what is counted in braces, such as {example}."
            ),
            pointer="/unit",
            position=len(unit) - len(found.rest) + 1,
            example="{person}/mo",
        ) from None


def _term(text: str, depth: int) -> str:
    """Reads components joined by `.` and `/`; returns what stands behind them (nothing, or a closing bracket)."""
    text = _component(text, depth)
    while text[:1] in {".", "/"}:
        text = _component(text[1:], depth)
    return text


def _component(text: str, depth: int) -> str:
    if text.startswith("("):
        if depth == DEEPEST:
            raise _UnreadableError(text)
        rest = _term(text[1:], depth + 1)
        if not rest.startswith(")"):
            raise _UnreadableError(rest)
        return rest[1:]
    found = _FACTOR.match(text)
    if found is None:
        found = _SYMBOL.match(text)
        if found is None or not (_known(found[1]) or (found[3] and not found[1] and not found[2])):
            raise _UnreadableError(text)
    return text[found.end() :]


def _known(symbol: str) -> bool:
    if symbol in _METRIC or symbol in _OTHER or symbol in CURRENCIES:
        return True
    scaled = any(symbol.startswith(prefix) and symbol.removeprefix(prefix) in _METRIC for prefix in _PREFIXES)
    return scaled or (symbol[:1] in _OF_MONEY and symbol[1:] in CURRENCIES)
