"""What a party writes down, and who may come to see it."""

from dataclasses import dataclass

from entente_objectives.clauses.domain import RecordVisibility
from entente_shared.errors import N_, Conflict, NotFound


class DocumentNotFound(NotFound):
    slug, title = "document-not-found", N_("There is no such document")


class StaysShared(Conflict):
    slug, title = "stays-shared", N_("What all parties have seen stays shared")


@dataclass(frozen=True)
class Draft:
    title: str
    text: str
    link: str | None
    visibility: RecordVisibility


def check_change(before: RecordVisibility, after: RecordVisibility) -> None:
    if before is RecordVisibility.SHARED and after is not RecordVisibility.SHARED:
        raise StaysShared(
            N_("visibility: this document was shared, which cannot be undone; write another one."),
            pointer="/visibility",
        )
