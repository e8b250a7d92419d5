"""Which decisions leave a conflict behind, and what its case is called."""

from collections.abc import Iterable
from uuid import UUID

from ..context.domain import DECISION_TAKEN, Entry

FAILED = frozenset({"refused", "vetoed", "expired"})
_SUBJECTS = {"adjustment": "Adjustment", "rebaseline": "New baseline"}
_TITLE = 200


def fails(subject: str, outcome: str) -> bool:
    """What is proposed beside the loop and finds no majority divides nobody: whoever sees a conflict in it opens a case."""
    return subject in _SUBJECTS and outcome in FAILED


def failed_decision(saga: Iterable[Entry], subject_id: UUID) -> Entry | None:
    """The decision of a saga that failed about this subject."""
    for entry in saga:
        about = entry.type == DECISION_TAKEN and entry.said["subject"]["id"] == str(subject_id)
        if about and fails(entry.said["subject"]["kind"], entry.said["outcome"]):
            return entry
    return None


def title_of(subject: str, outcome: str, objective: str | None) -> str:
    """A case's title, such as `Adjustment refused: Fewer accidents`."""
    return _titled(f"{_SUBJECTS.get(subject, subject)} {outcome}", objective)


def title_of_infeasible(objective: str | None) -> str:
    return _titled("No adjustment is possible", objective)


def title_of_risk(risk: str) -> str:
    return _titled("Risk occurred", risk)


def _titled(what: str, objective: str | None) -> str:
    return f"{what}: {objective}"[:_TITLE] if objective else what
