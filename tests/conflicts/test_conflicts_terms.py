from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from entente_conflicts.context.domain import ADJUSTMENT_PROPOSED, DECISION_TAKEN, Entry
from entente_conflicts.failures import domain as failures
from entente_conflicts.terms.domain import (
    Adjustment,
    Cell,
    Commitment,
    Ground,
    Proposal,
    Rebaseline,
    TermRefused,
    resolve,
)

NOW = datetime(2026, 4, 5, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
MINISTRY, CARS, INSURER = UUID(int=1), UUID(int=2), UUID(int=3)
OBJECTIVE, KPI, OTHER_KPI, REFUSED, OTHER, UNKNOWN = (UUID(int=number) for number in range(11, 17))
CELL = Cell(need_id=UUID(int=7), resource_id=UUID(int=8), party_id=CARS, period=3, before=40.0, after=52.5)
GROUND = Ground(
    parties={MINISTRY, CARS},
    objectives={OBJECTIVE},
    now=NOW,
    adjustment_id=REFUSED,
    kpi_id=KPI,
    proposals={REFUSED: Proposal(KPI, {"half": (CELL,)}), OTHER: Proposal(OTHER_KPI, {"least": (), "most": (CELL,)})},
)
REBASELINE = Rebaseline(OBJECTIVE, 400.0, 320.0, LATER)
COMMITMENT = Commitment(CARS, "Fit rear belts", LATER)
HALF = Adjustment(None, None, alternative="half", changes=None)
CHANGES = Adjustment(None, None, alternative=None, changes=(CELL,))


def refusal(draft, ground=GROUND):
    with pytest.raises(TermRefused) as raised:
        resolve("/terms/4", draft, ground)
    return raised.value.pointer.removeprefix("/terms/4"), str(raised.value)


@pytest.mark.parametrize("draft", [REBASELINE, COMMITMENT])
def test_terms_that_can_be_carried_out_stay_as_they_are(draft):
    assert resolve("/terms/0", draft, GROUND) == draft


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [
        (replace(REBASELINE, objective_id=UNKNOWN), "/objective_id"),
        (replace(REBASELINE, target=400.0), "/target"),
        (replace(REBASELINE, due_at=NOW), "/due_at"),
        (replace(COMMITMENT, due_at=NOW - timedelta(days=1)), "/due_at"),
        (replace(COMMITMENT, due_at=NOW.replace(year=2200)), "/due_at"),
        (replace(COMMITMENT, party_id=INSURER), "/party_id"),
    ],
)
def test_a_term_is_refused_at_the_field_that_keeps_it_back(draft, pointer):
    assert refusal(draft)[0] == pointer


def test_a_refusal_names_the_partnerships_present():
    assert "2026-04-05" in refusal(replace(COMMITMENT, due_at=NOW))[1]


def test_an_alternative_is_resolved_to_its_changes():
    """Without a name, the alternative is one of the proposal that the case is about."""
    assert resolve("/terms/0", HALF, GROUND) == Adjustment(REFUSED, KPI, alternative=None, changes=(CELL,))
    most = replace(HALF, adjustment_id=OTHER, alternative="most")
    assert resolve("/terms/0", most, GROUND) == Adjustment(OTHER, OTHER_KPI, alternative=None, changes=(CELL,))


def test_an_unknown_alternative_is_refused_with_the_known_ones():
    pointer, detail = refusal(replace(HALF, adjustment_id=OTHER))
    assert (pointer, "least, most" in detail) == ("/alternative", True)
    bare = replace(GROUND, proposals={REFUSED: Proposal(KPI, {})})
    assert refusal(HALF, bare) == ("/alternative", "The proposal has no such alternative; it has: -.")


def test_an_alternative_needs_a_proposal():
    assert refusal(replace(HALF, adjustment_id=UNKNOWN))[0] == "/adjustment_id"
    assert refusal(HALF, replace(GROUND, adjustment_id=None))[0] == "/adjustment_id"
    assert refusal(HALF, replace(GROUND, proposals={}))[0] == "/adjustment_id"


def test_an_adjustment_has_either_changes_or_an_alternative():
    assert refusal(replace(HALF, changes=(CELL,)))[0] == "/changes"
    assert refusal(replace(HALF, alternative=None))[0] == "/changes"


def test_explicit_changes_are_about_the_cases_kpi_unless_they_name_another():
    assert resolve("/terms/0", CHANGES, GROUND) == replace(CHANGES, kpi_id=KPI)
    named = replace(CHANGES, adjustment_id=REFUSED, kpi_id=OTHER_KPI)
    assert resolve("/terms/0", named, replace(GROUND, proposals={})) == named


def test_changes_move_each_cell_once_and_for_a_known_party():
    other = replace(CELL, period=4)
    assert refusal(replace(CHANGES, adjustment_id=UNKNOWN))[0] == "/adjustment_id"
    assert refusal(replace(CHANGES, changes=(CELL, other, CELL)))[0] == "/changes/2"
    assert refusal(replace(CHANGES, changes=(replace(CELL, after=40.0),)))[0] == "/changes/0/after"
    assert refusal(replace(CHANGES, changes=(other, replace(CELL, party_id=INSURER))))[0] == "/changes/1/party_id"


@pytest.mark.parametrize(
    ("outcome", "fails"), [("approved", False), ("refused", True), ("vetoed", True), ("expired", True)]
)
def test_only_a_failed_decision_leaves_a_conflict(outcome, fails):
    assert failures.fails("adjustment", outcome) is fails
    assert not failures.fails("general", outcome)


def test_the_failed_decision_about_a_subject_is_found_in_its_saga():
    def entry(number, event_type, said):
        return Entry(UUID(int=number), None, event_type, UUID(int=number), NOW, said)

    def decision(number, subject, outcome):
        return entry(
            number, DECISION_TAKEN, {"subject": {"kind": "adjustment", "id": str(subject)}, "outcome": outcome}
        )

    refused = decision(3, REFUSED, "refused")
    saga = [entry(1, ADJUSTMENT_PROPOSED, {}), decision(2, REFUSED, "approved"), decision(4, OTHER, "refused"), refused]
    assert failures.failed_decision(saga, REFUSED) == refused
    assert failures.failed_decision(saga, UNKNOWN) is None


def test_titles_say_what_happened_to_which_objective():
    assert failures.title_of("adjustment", "refused", "Fewer accidents") == "Adjustment refused: Fewer accidents"
    assert failures.title_of("rebaseline", "expired", None) == "New baseline expired"
    assert len(failures.title_of_infeasible("x" * 300)) == 200
