"""When a path may be asked to move."""

from datetime import datetime

from entente_objectives.objectives.domain import InvalidPath, ObjectiveRetired, Path, check_path
from entente_shared.errors import N_, Conflict


class AlreadyBeingDecided(Conflict):
    slug, title = "already-being-decided", N_("Another path for this objective is being decided")


def check_request(*, active: bool, pending: bool) -> None:
    if not active:
        raise ObjectiveRetired(N_("This objective has left the charter; amend the charter to bring it back."))
    if pending:
        raise AlreadyBeingDecided(N_("Wait for the decision on the path that was asked for before, or veto it."))


def check_path_after(path: Path, expires_at: datetime) -> None:
    """The path must still lie ahead when the decision is taken at the very last."""
    check_path(path)
    if path.due_at <= expires_at:
        raise InvalidPath(
            N_("due_at: the decision may take until {expires_at}; choose a later due date."),
            pointer="/due_at",
            expires_at=expires_at.isoformat(),
        )
