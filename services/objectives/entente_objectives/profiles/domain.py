"""A party's profile: what moves it, what it expects, what it values and how it works."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from entente_shared.errors import N_, Unprocessable

POINTS = 100.0
_EXACT = 1e-6  # sums of thirds written with a few digits
PRACTICES = ("decision_speed", "risk_appetite", "planning_horizon", "formality", "quality_standards")
CULTURES = ("clan", "adhocracy", "market", "hierarchy")
LARGEST_PRACTICE = 10.0


class InvalidProfile(Unprocessable):
    slug, title = "invalid-profile", N_("The profile makes no sense")


class InvalidRound(Unprocessable):
    slug, title = "invalid-round", N_("The round cannot be asked like this")


@dataclass(frozen=True)
class Expectation:
    """What all parties are asked about, with the fixed scales that its distances are measured on."""

    key: str
    title: str
    unit: str
    target_low: float
    target_high: float
    due_from: datetime
    due_until: datetime


@dataclass(frozen=True)
class Expected:
    """What a party expects: importance in points of 100, and, if it expects anything, a target by a date.

    `confidence` is how sure the party is that it will be reached, 0 to 1.
    """

    importance: float
    target: float | None = None
    due_at: datetime | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Profile:
    """`now`, `preferred`: the OCAI, 100 points each over the four cultures. `practices`: 0 to 10 each."""

    motivations: str
    ambitions: str
    constraints: str
    now: Mapping[str, float]
    preferred: Mapping[str, float]
    practices: Mapping[str, float]
    expected: Mapping[str, Expected]


def check_expectations(expectations: Sequence[Expectation]) -> None:
    """Keys are different, and each scale has a length."""
    for index, each in enumerate(expectations):
        at = f"/expectations/{index}"
        if each.key in [other.key for other in expectations[:index]]:
            raise InvalidRound(
                N_("key: stands here twice; give each expectation a key of its own."), pointer=f"{at}/key"
            )
        if each.target_high <= each.target_low:
            raise InvalidRound(
                N_("target_high: is not above target_low; give the scale a length."), pointer=f"{at}/target_high"
            )
        if each.due_until <= each.due_from:
            raise InvalidRound(
                N_("due_until: is not after due_from; give the scale a length."), pointer=f"{at}/due_until"
            )


def check_profile(profile: Profile, expectations: Sequence[Expectation]) -> None:
    _check_points(profile.now, "/values/now")
    _check_points(profile.preferred, "/values/preferred")
    asked = {each.key: each for each in expectations}
    for index, key in enumerate(profile.expected):
        if key not in asked:
            raise InvalidProfile(
                N_("key: the round asks for no such expectation; its list names those that it asks for."),
                pointer=f"/expectations/{index}/key",
            )
        _check_expected(profile.expected[key], asked[key], f"/expectations/{index}")
    missing = [key for key in asked if key not in profile.expected]
    if missing:
        raise InvalidProfile(
            N_("expectations: {missing} is missing; say of each how important it is, be it 0."),
            pointer="/expectations",
            missing=missing[0],
        )
    _check_points({key: each.importance for key, each in profile.expected.items()}, "/expectations")


def _check_points(points: Mapping[str, float], pointer: str) -> None:
    if abs(sum(points.values()) - POINTS) > _EXACT:
        raise InvalidProfile(N_("The points must add up to 100; spread exactly 100 points."), pointer=pointer)


def _check_expected(expected: Expected, asked: Expectation, at: str) -> None:
    for name in ("target", "due_at", "confidence"):
        if expected.importance > 0 and getattr(expected, name) is None:
            raise InvalidProfile(
                N_("{name}: missing; what has points needs a target, a date and a confidence."),
                pointer=f"{at}/{name}",
                name=name,
            )
    if expected.target is not None and not asked.target_low <= expected.target <= asked.target_high:
        raise InvalidProfile(
            N_("target: lies outside the scale from {low} to {high} that the round gives."),
            pointer=f"{at}/target",
            low=asked.target_low,
            high=asked.target_high,
        )
    if expected.due_at is not None and not asked.due_from <= expected.due_at <= asked.due_until:
        raise InvalidProfile(
            N_("due_at: lies outside the time from {low} to {high} that the round gives."),
            pointer=f"{at}/due_at",
            low=asked.due_from.isoformat(),
            high=asked.due_until.isoformat(),
        )
