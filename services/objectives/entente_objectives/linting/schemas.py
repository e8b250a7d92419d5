"""Bodies of findings."""

from uuid import UUID

from entente_objectives.bodies import Record
from entente_shared.i18n import translate

from .domain import Finding, Kind


class FindingRead(Record):
    """`text` says what is wrong and what to do; the ids say where."""

    kind: Kind
    text: str
    committee_id: UUID | None
    mandate_key: str | None
    decision_id: UUID | None
    party_id: UUID | None

    @classmethod
    def of(cls, finding: Finding, language: str) -> "FindingRead":
        where = ("committee_id", "mandate_key", "decision_id", "party_id")
        text = translate(finding.text, language).format(**finding.params)
        return cls(kind=finding.kind, text=text, **{name: getattr(finding, name) for name in where})


class FindingsRead(Record):
    items: list[FindingRead]
