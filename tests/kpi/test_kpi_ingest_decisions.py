"""What becomes of each sample, decided without a database: requests that commit together are as if they came one by one."""

from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from entente_kpi.ingest.columns import CODES, Columns
from entente_kpi.ingest.deciding import decide
from entente_kpi.ingest.domain import OUT_OF_RANGE, OUT_OF_TIME, UNKNOWN_KPI
from entente_kpi.ingest.sorting import Gathered

KPI, OTHER, CORRECTING, UNKNOWN = (UUID(int=n) for n in range(1, 5))
KNOWN = frozenset({KPI, OTHER, CORRECTING})
HOUR, ANCIENT = 3_600_000_000, -4_000_000_000_000_000

samples = st.tuples(
    st.sampled_from([KPI, OTHER, CORRECTING, UNKNOWN]),
    st.sampled_from([0, HOUR, 2 * HOUR, ANCIENT]),
    st.sampled_from([1.0, 2.0, -0.0, 1e101]),
    st.booleans(),
)
requests = st.lists(st.lists(samples, max_size=6), min_size=1, max_size=4)
stored = st.dictionaries(st.sampled_from([0, HOUR]), st.sampled_from([1.0, 2.0]))


def columns(request, chance):
    """The samples of a request, series by series in an order of their own."""
    order = sorted(range(len(request)), key=lambda index: (request[index][0], chance.random()))
    kpi_ids, times, values, corrections = (
        zip(*(request[index] for index in order), strict=True) if request else [()] * 4
    )
    return Columns(
        kpi_ids, np.ones(len(request), np.int64), np.array(times, np.int64), np.array(values, np.float64),
        np.array(corrections, np.bool_), np.array(order, np.int64),
    )  # fmt: skip


def one_by_one(pushed, values):
    """The outcomes, when each sample is looked at alone; `values` are those that stand and in the end will."""
    outcomes = []
    for kpi_id, at, value, correction in pushed:
        key = (kpi_id, at)
        if kpi_id == UNKNOWN or at == ANCIENT or abs(value) > 1e100:
            outcomes.append("rejected")
        elif key not in values:
            values[key] = value
            outcomes.append("stored")
        elif values[key] == value:
            outcomes.append("unchanged")
        elif correction or kpi_id == CORRECTING:
            values[key] = value
            outcomes.append("corrected")
        else:
            outcomes.append("conflict")
    return outcomes


@given(requests, stored, stored, st.randoms(use_true_random=False))
def test_requests_are_settled_as_if_their_samples_came_one_by_one(pushed, of_kpi, of_correcting, chance):
    gathered = Gathered([columns(request, chance) for request in pushed])
    before = {KPI: of_kpi, OTHER: {}, CORRECTING: of_correcting}
    arrived = gathered.sort({UNKNOWN: UNKNOWN_KPI})

    # A KPI without a stored sample is in doubt only if a time comes twice.
    wanted = {kpi_id: before[kpi_id] for kpi_id in arrived.kpi_ids if before[kpi_id]}
    wanted |= {kpi_id: before[kpi_id] for kpi_id in arrived.doubtful(dict.fromkeys(KNOWN))}
    decided = decide(arrived, wanted, frozenset({CORRECTING}), gathered)

    values = {(kpi_id, at): value for kpi_id, kept in before.items() for at, value in kept.items()}
    first = dict(values)
    for request, settled in zip(pushed, gathered.settled(), strict=True):
        outcomes = one_by_one(request, values)
        assert [CODES[code] for code in settled.outcomes] == outcomes
        assert set(settled.faults) == {n for n, each in enumerate(outcomes) if each in {"rejected", "conflict"}}
    new = {(kpi_id, at): value for kpi_id, part in decided.new.items() for at, value in zip(*part, strict=True)}
    replaced = {(kpi_id, at): value for kpi_id, part in decided.replaced.items() for at, value in part.items()}
    assert not set(new) & set(first)
    assert set(replaced) <= set(first)
    assert {**first, **new, **replaced} == values
    changed = {(kpi_id, at): value for kpi_id, part in decided.changed.items() for at, value in zip(*part, strict=True)}
    assert changed == {**new, **replaced}
    for times, _ in dict(decided.changed.items()).values():
        assert (np.diff(times) > 0).all()


def test_each_fault_names_the_field_to_mend():
    late = 7_258_118_400_000_000  # 2200-01-01
    one = Columns(
        [UNKNOWN, KPI, OTHER], np.array([1, 2, 1]), np.array([0, late, 0, 1]), np.array([1, 1, -1.1e100, -1e100])
    )
    gathered = Gathered([one])
    gathered.sort({UNKNOWN: UNKNOWN_KPI})
    assert gathered.settled()[0].faults == {0: UNKNOWN_KPI, 1: OUT_OF_TIME, 2: OUT_OF_RANGE}


def test_many_kpis_are_kept_apart():
    amount = 2**16 + 10
    ids = [UUID(int=number) for number in reversed(range(amount))]
    columns = Columns(ids, np.ones(amount, np.int64), np.arange(amount), np.arange(amount) + 0.0)
    arrived = Gathered([columns, columns]).sort({})
    assert arrived.kpi_ids == ids[::-1]
    assert arrived.values.tolist() == [float(number) for number in reversed(range(amount)) for _ in range(2)]
