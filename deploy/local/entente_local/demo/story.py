"""What happens in a month once its figures are in: the people meet each deviation, and see what became of their decisions."""

from collections.abc import Callable
from datetime import datetime

from ..failure import Failure
from ..i18n import _
from . import acts, figures, readback
from .readback import Record
from .setting import Setting, moment

_ANSWERED = {"deciding", "applied", "in_conflict", "suppressed"}
_VERDICTS = {"verified": "verified", "still_deviating": "rolled_back"}


class Story:
    """Knows what it has dealt with. Nothing here says what is to happen: that is read from the API each month."""

    def __init__(self, setting: Setting, tell: Callable[[str], None]) -> None:
        self._setting, self._tell = setting, tell
        self._met: set[str] = set()
        self._judged: set[str] = set()
        self._agreements = dict(acts.agreements())

    def after(self, month: datetime) -> None:
        """Deal with everything that the figures of `month` (original year) brought about."""
        self._meet_deviations()
        self._meet_verdicts()
        self._meet_cases(month)

    def _meet_deviations(self) -> None:
        """Nobody votes before each deviation of the month is answered: a proposal depends on what was applied before it."""
        found = [each for each in self._setting.list("/deviations") if each["id"] not in self._met]
        self._met.update(each["id"] for each in found)
        answered = [(each, readback.await_state(self._setting, each, _ANSWERED)) for each in found]
        for deviation, state in answered:
            self._meet(deviation, state)

    def _meet(self, deviation: Record, state: str) -> None:
        """Vote where the partnership's answer asks for votes."""
        subject = self._setting.subject(deviation["kpi_id"])
        if state == "deciding":
            decision = readback.open_decision(self._setting, deviation["correlation_id"])
            if decision:  # what is within the automatic tier decides itself
                acts.vote(self._setting, decision, subject)
            state = readback.await_state(self._setting, deviation, {"applied", "in_conflict"})
        self._tell(f"{figures.original(moment(deviation['opened_at']))} {subject}: {state}")

    def _meet_verdicts(self) -> None:
        for verification in self._setting.list("/verifications"):
            if verification["outcome"] == "waiting" or verification["adjustment_id"] in self._judged:
                continue
            self._judged.add(verification["adjustment_id"])
            expected = _VERDICTS.get(verification["outcome"])
            if expected is None:
                raise Failure(
                    _("An adjustment was judged {outcome}; this replay has figures for every month."), **verification
                )
            self._await_verdict(verification, expected)

    def _await_verdict(self, verification: Record, expected: str) -> None:
        deviation = self._setting.get(f"/deviations/{verification['deviation_id']}")
        readback.await_state(self._setting, deviation, {expected})
        subject = self._setting.subject(verification["kpi_id"])
        self._tell(f"{figures.original(moment(verification['decided_at']))} {subject}: {expected}")

    def _meet_cases(self, month: datetime) -> None:
        now = figures.move(month)
        for case in self._setting.list("/cases", state="open"):
            if case["due_at"] and moment(case["due_at"]) <= now:
                readback.await_climb(self._setting, case, now)
            subject = self._setting.subject(case["kpi_id"])
            agreement = self._agreements.get(subject)
            if agreement and month >= agreement.since:
                acts.settle(self._setting, case, agreement)
                self._await_settled(case, subject)

    def _await_settled(self, case: Record, subject: str) -> None:
        deviation = self._setting.get(f"/deviations/{case['deviation_id']}")
        readback.await_state(self._setting, deviation, {"settled"})
        self._tell(f"{figures.original(moment(case['opened_at']))} {subject}: settled")
