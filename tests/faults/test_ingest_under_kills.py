"""Half a minute of `ingest_under_kills.py`, with one seed."""

import pytest
from faults import ingest_under_kills

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(900)]


def test_what_was_acknowledged_is_there_once_whatever_is_killed_under_load():
    verdict = ingest_under_kills.run(seed=7, seconds=30)
    assert verdict.violations == [], verdict
    assert set(verdict.kills) == set(ingest_under_kills.VICTIMS), verdict
    assert verdict.counts["acknowledged samples"] > 1000, verdict
    assert verdict.counts["deviations"] > 0, verdict
