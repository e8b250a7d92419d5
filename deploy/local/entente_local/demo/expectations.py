"""What the rules must make of these months: the run fails with the first figure that differs."""

from collections.abc import Iterator
from typing import Any

from ..failure import Failure
from ..i18n import _
from .outcome import Outcome

SAMPLES = 190
"""192 months, of which the first two have no three-month mean."""

DEVIATIONS = {
    "drivers": [["1977-02", "1977-05"], ["1978-02", "1983-05"], ["1984-12", None]],
    "front_passengers": [["1978-01", "1983-04"]],
    "rear_passengers": [["1976-03", "1976-08"], ["1978-02", "1979-08"], ["1979-12", "1980-10"], ["1981-01", "1983-07"]],
}


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
