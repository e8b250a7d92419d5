"""Where one sample is."""

from collections.abc import Collection
from enum import StrEnum

from entente_shared.errors import N_, Unprocessable


class Whereabouts(StrEnum):
    STORED = "stored"
    REPLACED = "replaced"
    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


REASONS = {
    Whereabouts.STORED: N_("The KPI has this sample as it was first sent."),
    Whereabouts.REPLACED: N_("A correction replaced the value; the last one of them holds."),
    Whereabouts.REJECTED: N_(
        "The KPI has another value for this time: the one that you name was refused, or it never came."
    ),
    Whereabouts.QUARANTINED: N_("The sample waits in your organisation's quarantine; map its series, then replay."),
    Whereabouts.DROPPED: N_("Somebody of your organisation dropped this series from quarantine."),
    Whereabouts.UNKNOWN: N_(
        "There is no such sample: it was never sent, or the answer to its request said why it was refused."
    ),
}


class InvalidQuestion(Unprocessable):
    slug = "invalid-question"
    title = N_("It is not clear which sample is meant")


def of_stored(value: float, history: Collection[float], asked: float | None) -> Whereabouts:
    """Where a sample is whose time has `value` in the KPI. `history` has the values that corrections replaced."""
    if asked is not None and asked != value and asked not in history:
        return Whereabouts.REJECTED
    return Whereabouts.REPLACED if history else Whereabouts.STORED


def check(*, by_kpi: bool, by_name: bool) -> None:
    """Raises InvalidQuestion."""
    if by_kpi == by_name:
        raise InvalidQuestion(
            N_("Name the sample either by kpi_id and at, or by name, label and at."), pointer="/kpi_id"
        )


def labels(given: list[str]) -> tuple[tuple[str, str], ...]:
    """`key=value` each. Raises InvalidQuestion."""
    pairs = dict(each.partition("=")[::2] for each in given)
    if not all("=" in each for each in given) or "" in pairs:
        raise InvalidQuestion(N_("Each label must read key=value."), pointer="/label")
    return tuple(sorted(pairs.items()))
