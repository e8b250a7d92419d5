"""What coded interviews say by theme, without telling who said it.

A party's interviews are told in whole groups of SMALLEST, in the order in which they were recorded: the difference between
what is told today and what was told before is never the words of fewer people.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from uuid import UUID

from entente_shared.errors import N_, Conflict, Unprocessable

from ..moments import storable
from ..perception.domain import SMALLEST

RULE_VERSION = "interview-themes/1"


class InvalidInterview(Unprocessable):
    slug = "invalid-interview"
    title = N_("The interview makes no sense")


class InterviewTold(Conflict):
    slug = "interview-told"
    title = N_("The interview is part of what was told already")


@dataclass(frozen=True, slots=True)
class Code:
    """What an interview says on a theme: from -2, against, to 2, for. The quote is told only where `share_quote`."""

    theme: str
    valence: int
    quote: str | None
    share_quote: bool


@dataclass(frozen=True, slots=True)
class Interview:
    party_id: UUID
    codes: list[Code]


@dataclass(frozen=True, slots=True)
class PartyTheme:
    """`interviews` of a party touch the theme; `valence` is the mean of its codes."""

    party_id: UUID
    interviews: int
    valence: float


@dataclass(frozen=True, slots=True)
class Theme:
    """Over all parties and by party, the quotes in no order that tells whose they are."""

    theme: str
    interviews: int
    valence: float
    parties: list[PartyTheme]
    quotes: list[str]


def told(number: int, recorded: int) -> bool:
    """Whether the `number`-th (from 1) of a party's `recorded` interviews is in a group that is full."""
    return number <= recorded // SMALLEST * SMALLEST


def themes(interviews: Sequence[Interview]) -> list[Theme]:
    """By theme, the most frequent first, of interviews that are told."""
    touching: dict[str, list[tuple[UUID, list[Code]]]] = defaultdict(list)
    for interview in interviews:
        for theme in sorted({code.theme for code in interview.codes}):
            touching[theme].append((interview.party_id, [code for code in interview.codes if code.theme == theme]))
    found = [_theme(theme, said) for theme, said in touching.items()]
    return sorted(found, key=lambda theme: (-theme.interviews, theme.theme))


def _theme(theme: str, said: Sequence[tuple[UUID, list[Code]]]) -> Theme:
    codes = [code for _, part in said for code in part]
    return Theme(
        theme=theme,
        interviews=len(said),
        valence=fmean(code.valence for code in codes),
        parties=[_of_party(party, said) for party in sorted({party for party, _ in said})],
        quotes=sorted(code.quote for code in codes if code.quote is not None and code.share_quote),
    )


def _of_party(party: UUID, said: Sequence[tuple[UUID, list[Code]]]) -> PartyTheme:
    parts = [codes for each, codes in said if each == party]
    return PartyTheme(party, len(parts), fmean(code.valence for codes in parts for code in codes))


def check_held(held_at: datetime, now: datetime) -> None:
    if not storable(held_at):
        raise InvalidInterview(N_("The time must lie between the years 1900 and 2199."), pointer="/held_at")
    if held_at > now:
        raise InvalidInterview(N_("An interview is recorded after it was held."), pointer="/held_at")


def require_untold(number: int, recorded: int) -> None:
    if told(number, recorded):
        raise InterviewTold(N_("It can be changed only until its party has a full group of interviews."))
