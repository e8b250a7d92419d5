"""What must come of a decision, counted by trying out every way in which the votes could still go."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product

YES, NO, ABSTAIN, SILENT = "yes", "no", "abstain", None


@dataclass(frozen=True)
class Rules:
    """s, q and a of A15."""

    support: Fraction
    quorum: Fraction
    approval: Fraction


@dataclass(frozen=True)
class Ballot:
    """`voter` casts the vote of `person`; it weighs `weight`, and `share` of the party's one vote."""

    person: tuple
    voter: tuple
    weight: Fraction
    share: Fraction


@dataclass(frozen=True)
class Poll:
    """A decision: its frozen ballots, the choice that stands in each, and what it has come to."""

    id: str
    ballots: tuple
    expires: int
    choices: dict = field(default_factory=dict)
    status: str = "open"

    def cast(self, person, choice, *, member, now, rules):
        """The status of the answer, and the poll after it."""
        own = [ballot for ballot in self.ballots if ballot.voter == person]
        if not member:
            return 404, self
        if not own:
            return 403, self
        if self.status != "open" or now >= self.expires:
            return 409, self
        after = replace(self, choices={**self.choices, **{ballot.person: choice for ballot in own}})
        return 201, replace(after, status=after.early(rules))

    def early(self, rules):
        waiting = [ballot.person for ballot in self.ballots if ballot.person not in self.choices]
        endings = {
            passes(self.ballots, {**self.choices, **dict(zip(waiting, rest, strict=True))}, rules)
            for rest in product((YES, NO, ABSTAIN, SILENT), repeat=len(waiting))
        }
        return "open" if len(endings) == 2 else "approved" if endings == {True} else "refused"

    def at_expiry(self, rules):
        if passes(self.ballots, self.choices, rules):
            return replace(self, status="approved")
        enough = all(
            sum(count(self.ballots, self.choices, by, choice) for choice in (YES, NO, ABSTAIN))
            >= rules.quorum * total(self.ballots, by)
            for by in ("weight", "share")
        )
        return replace(self, status="refused" if self.choices and enough else "expired")


def total(ballots, by):
    return sum((getattr(ballot, by) for ballot in ballots), Fraction())


def count(ballots, choices, by, choice):
    return sum((getattr(ballot, by) for ballot in ballots if choices.get(ballot.person) == choice), Fraction())


def passes(ballots, choices, rules):
    """A15, by weight and by party."""
    for by in ("weight", "share"):
        yes, no, abstain = (count(ballots, choices, by, choice) for choice in (YES, NO, ABSTAIN))
        everybody = total(ballots, by)
        if yes + no == 0 or yes / (yes + no) <= rules.support:
            return False
        if (yes + no + abstain) / everybody < rules.quorum or yes / everybody < rules.approval:
            return False
    return True
