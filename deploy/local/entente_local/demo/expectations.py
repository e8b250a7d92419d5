"""What the rules must make of these months: the run fails with the first figure that differs."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from ..failure import Failure
from ..i18n import _
from .outcome import Outcome

SAMPLES = 190
"""192 months, of which the first two have no three-month mean."""

DEVIATIONS = {
    "drivers": [["1977-02", "1977-05"], ["1978-02", "1983-05"], ["1984-12", None]],
    "front_passengers": [["1978-01", "1983-04"]],
    "rear_passengers": [["1976-03", "1976-08"], ["1978-02", "1979-08"], ["1979-12", "1980-10"], ["1981-01", "1983-06"]],
}


LOOPS = [
    ("1976-03", "rear_passengers", "automatic", "approved", "verified", "verified"),
    ("1977-02", "drivers", "committee", "approved", "verified", "verified"),
    ("1978-01", "front_passengers", None, None, None, "settled"),
    ("1978-02", "drivers", "sponsors", "approved", "still_deviating", "rolled_back"),
    ("1978-02", "rear_passengers", "committee", "approved", "still_deviating", "rolled_back"),
    ("1979-12", "rear_passengers", "committee", "approved", "still_deviating", "rolled_back"),
    ("1981-01", "rear_passengers", "committee", "refused", None, "settled"),
    ("1984-12", "drivers", "sponsors", "approved", "waiting", "applied"),
]
"""When and what, who decided how, what the figures said of it, and how the loop ended."""

CASES = [
    ("1978-01", "front_passengers", "infeasible", ["opened"], "closed"),
    ("1981-01", "rear_passengers", "decision", ["opened", "limit", "limit"], "closed"),
]
"""When and about what, why, how it came to each of its levels, and its state."""


def check(outcome: Outcome) -> None:
    """Raises Failure with a sentence that says which state is wrong, and what it should be."""
    for what, found, expected in _claims(outcome):
        if found != expected:
            raise Failure(
                _("Wrong state: {what} should be {expected}, and the API says {found}."),
                what=what,
                expected=expected,
                found=found,
            )


def _claims(outcome: Outcome) -> Iterator[tuple[str, Any, Any]]:
    for subject, count in outcome["samples"].items():
        yield _("the number of samples of {subject}").format(subject=subject), count, SAMPLES
    for subject, spans in outcome["deviations"].items():
        yield _("the deviations of {subject}").format(subject=subject), spans, DEVIATIONS[subject]
    loops = [
        (*(row[name] for name in ("opened", "kpi", "tier", "decision", "verification")), row["states"][-1])
        for row in outcome["loops"]
    ]
    for found, expected in zip_longest(loops, LOOPS):
        yield (
            _("the loop of {subject} since {month}").format(
                month=(expected or found)[0], subject=(expected or found)[1]
            ),
            found,
            expected,
        )
    cases = [
        (row["opened"], row["kpi"], row["cause"], [reason for _level, reason, _month in row["steps"]], row["state"])
        for row in outcome["cases"]
    ]
    yield _("the cases"), cases, CASES
