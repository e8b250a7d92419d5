"""Which KPI a foreign series belongs to, by rules over its name and labels. Nothing is guessed: rules that rank alike
and disagree leave a series unmapped.
"""

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, Unprocessable

Labels = tuple[tuple[str, str], ...]

MOST_RULES = 1_000
MOST_MATCHERS = 16
_REMEMBERED = 2_048


class PatternKind(StrEnum):
    """`glob`: `*` stands for any characters, `?` for one."""

    EXACT = "exact"
    GLOB = "glob"


class Verdict(StrEnum):
    MAPPED = "mapped"
    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"


class InvalidMapping(Unprocessable):
    slug = "invalid-mapping"
    title = N_("The mapping rule makes no sense")


class TooManyMappings(Conflict):
    slug = "too-many-mappings"
    title = N_("There are too many mapping rules")


@dataclass(frozen=True, slots=True)
class Rule:
    """A series whose name fits `name` and that has all `labels` gives `value * scale + offset` to the KPI."""

    id: UUID | None
    kpi_id: UUID
    name: str
    kind: PatternKind
    labels: Labels
    scale: float
    offset: float
    priority: int

    @property
    def rank(self) -> tuple[int, bool, int]:
        """The higher wins: what was said first, then an exact name, then more labels."""
        return self.priority, self.kind is PatternKind.EXACT, len(self.labels)

    @property
    def effect(self) -> tuple[UUID, float, float]:
        return self.kpi_id, self.scale, self.offset


@dataclass(frozen=True, slots=True)
class Match:
    """`rules` are those of the highest rank that fit; `fitting` counts all that do."""

    verdict: Verdict
    rules: tuple[Rule, ...]
    fitting: int

    @property
    def rule(self) -> Rule | None:
        return self.rules[0] if self.verdict is Verdict.MAPPED else None


class Ruleset:
    """The rules of one partnership, which remembers what it found: a series comes with every push."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._exact: dict[str, list[Rule]] = {}
        self._globs: list[tuple[re.Pattern[str], Rule]] = []
        self._found: dict[tuple[str, Labels], Match] = {}
        for rule in rules:
            if rule.kind is PatternKind.EXACT:
                self._exact.setdefault(rule.name, []).append(rule)
            else:
                self._globs.append((_compile(rule.name), rule))

    def match(self, name: str, labels: Labels) -> Match:
        known = self._found.get((name, labels))
        if known is None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            known = self._found[name, labels] = self._match(name, dict(labels))
        return known

    def _match(self, name: str, labels: Mapping[str, str]) -> Match:
        named = [*self._exact.get(name, ()), *(rule for pattern, rule in self._globs if pattern.match(name))]
        fitting = [rule for rule in named if all(labels.get(key) == value for key, value in rule.labels)]
        if not fitting:
            return Match(Verdict.UNMATCHED, (), 0)
        highest = max(rule.rank for rule in fitting)
        best = tuple(rule for rule in fitting if rule.rank == highest)
        agreed = len({rule.effect for rule in best}) == 1
        return Match(Verdict.MAPPED if agreed else Verdict.AMBIGUOUS, best, len(fitting))


def _compile(glob: str) -> re.Pattern[str]:
    """Brackets stand for themselves: metrics' names have them."""
    return re.compile(fnmatch.translate(glob.replace("[", "[[]")))


def check_rule(rule: Rule) -> None:
    """Raises InvalidMapping."""
    if rule.scale == 0:
        raise InvalidMapping(N_("A scale of zero would lose every value; give another."), pointer="/scale")
    if len(rule.labels) > MOST_MATCHERS:
        raise InvalidMapping(N_("A rule takes at most {most} labels."), pointer="/labels", most=MOST_MATCHERS)
    if rule.kind is PatternKind.EXACT and "*" in rule.name:
        raise InvalidMapping(
            N_("An exact name with * in it would match hardly anything; set kind to glob."), pointer="/name"
        )


def check_room(rules: int) -> None:
    """Raises TooManyMappings where one more rule would be too many."""
    if rules >= MOST_RULES:
        raise TooManyMappings(
            N_("A partnership has at most {most} mapping rules; delete some, or join several by a glob."),
            most=MOST_RULES,
        )
