"""What becomes of each sample, decided without a database."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.ingest.domain import OUT_OF_RANGE, OUT_OF_TIME, UNKNOWN_KPI, Outcome, candidates, fault, settle

KPI, CORRECTING, UNKNOWN = UUID(int=1), UUID(int=2), UUID(int=3)
START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Sample:
    kpi_id: UUID
    at: datetime
    value: float
    correction: bool = False


samples = st.lists(
    st.builds(
        Sample,
        kpi_id=st.sampled_from([KPI, CORRECTING, UNKNOWN]),
        at=st.sampled_from([START, START + timedelta(hours=1), datetime(1850, 1, 1, tzinfo=UTC)]),
        value=st.sampled_from([1.0, 2.0, 1e101]),
        correction=st.booleans(),
    )
)
stored = st.dictionaries(st.tuples(st.sampled_from([KPI, CORRECTING]), st.just(START)), st.sampled_from([1.0, 2.0]))


def one_by_one(pushed, values):
    """The outcomes and the values that stand, when each sample is looked at alone."""
    outcomes = []
    for each in pushed:
        key = (each.kpi_id, each.at)
        if each.kpi_id == UNKNOWN or each.at.year < 1900 or abs(each.value) > 1e100:
            outcomes.append("rejected")
        elif key not in values:
            values[key] = each.value
            outcomes.append("stored")
        elif values[key] == each.value:
            outcomes.append("unchanged")
        elif each.correction or each.kpi_id == CORRECTING:
            values[key] = each.value
            outcomes.append("corrected")
        else:
            outcomes.append("conflict")
    return outcomes, values


@given(samples, stored)
def test_a_request_is_settled_as_if_its_samples_came_one_by_one(pushed, before):
    known = {KPI, CORRECTING}
    first = candidates(pushed, known)
    there = {key: value for key, value in before.items() if key in first}

    settlement = settle(pushed, known, there, {CORRECTING})

    outcomes, values = one_by_one(pushed, dict(before))
    assert settlement.outcomes == outcomes
    written = {**first, **before, **{(each.kpi_id, each.at): each.value for each in settlement.replacements}}
    assert written == values
    assert settlement.changed == {key: values[key] for key in settlement.changed}
    assert {key for key in values if values[key] != before.get(key)} <= set(settlement.changed)
    assert set(settlement.faults) == {index for index, each in enumerate(outcomes) if each in {"rejected", "conflict"}}


def test_each_fault_names_the_field_to_mend():
    assert fault(Sample(UNKNOWN, START, 1.0), {KPI}) is UNKNOWN_KPI
    assert fault(Sample(KPI, datetime(2200, 1, 1, tzinfo=UTC), 1.0), {KPI}) is OUT_OF_TIME
    assert fault(Sample(KPI, START, -1.1e100), {KPI}) is OUT_OF_RANGE
    assert fault(Sample(KPI, START, -1e100), {KPI}) is None
    settlement = settle([Sample(KPI, START, 2.0)], {KPI}, {(KPI, START): 1.0}, ())
    assert settlement.outcomes == [Outcome.CONFLICT]
    assert settlement.faults[0].field == "value"
