"""Samples that belong to no KPI yet: how many are kept, and why they are there."""

import hashlib
import json
from enum import StrEnum

from entente_shared.errors import N_, NotFound

Labels = tuple[tuple[str, str], ...]

MOST_SAMPLES = 100_000  # of one organisation in one partnership
MOST_SERIES = 10_000
REPLAYED_AT_ONCE = 10_000


class SeriesNotFound(NotFound):
    slug = "quarantined-series-not-found"
    title = N_("There is no such series in quarantine")


NO_SUCH_SERIES = N_("Your organisation has no such series in quarantine; GET .../quarantine/series lists them.")


class Reason(StrEnum):
    """Why a series' samples are in quarantine."""

    UNMATCHED = "unmatched"
    AMBIGUOUS = "ambiguous"
    REFUSED = "refused"


REASONS = {
    Reason.UNMATCHED: N_("No mapping rule fits this name and these labels; add one, then replay."),
    Reason.AMBIGUOUS: N_(
        "Several mapping rules of the same rank fit and lead elsewhere; give one a higher priority, then replay."
    ),
    Reason.REFUSED: N_("The KPI refused samples of this series when they were replayed; see each sample's reason."),
}


def digest(name: str, labels: Labels) -> bytes:
    """What a series is told by: SHA-256 over its name and labels."""
    return hashlib.sha256(json.dumps([name, sorted(labels)], ensure_ascii=False).encode()).digest()


def admitted(fresh: list[bool], room: int) -> list[bool]:
    """Which samples can be kept, first come first kept; those that are not `fresh` are there already."""
    kept = []
    for new in fresh:
        kept.append(not new or room > 0)
        room -= new
    return kept
