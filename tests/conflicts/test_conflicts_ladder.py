from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_conflicts.ladder import domain
from entente_conflicts.ladder.domain import Defect, Finding, Level

START = datetime(2026, 4, 5, 8, tzinfo=UTC)
DAY = timedelta(days=1)
TALKS = Level("Talks", ("alliance_manager",), 10 * DAY)
MEDIATION = Level("Mediation", ("mediator", "committee_member"), 30 * DAY)
SPONSORS = Level("Sponsors", ("sponsor",), 60 * DAY)
LADDER = (TALKS, MEDIATION, SPONSORS)
EVERYBODY = {"alliance_manager", "mediator", "sponsor"}


def test_case_enters_at_the_first_level():
    standing = domain.enter(LADDER, EVERYBODY, START)
    assert (standing.step, standing.level, standing.reached_at, standing.due_at) == (1, 1, START, START + 10 * DAY)


def test_level_that_nobody_responds_at_is_skipped():
    assert domain.enter(LADDER, {"mediator", "sponsor"}, START).level == 2
    standing = domain.enter(LADDER, {"alliance_manager", "sponsor"}, START)
    climbed = domain.climb_on_limit(LADDER, standing, {"alliance_manager", "sponsor"})
    assert (climbed.step, climbed.level) == (2, 3)


def test_any_role_of_a_level_makes_it_reachable():
    assert domain.climb_on_limit(LADDER, domain.enter(LADDER, EVERYBODY, START), {"committee_member"}).level == 2


def test_case_climbs_at_the_moment_its_limit_passed():
    climbed = domain.climb_on_limit(LADDER, domain.enter(LADDER, EVERYBODY, START), EVERYBODY)
    assert (climbed.step, climbed.level, climbed.reached_at) == (2, 2, START + 10 * DAY)
    assert climbed.due_at == START + 40 * DAY


def test_last_level_has_no_limit_and_nothing_climbs_from_it():
    standing = domain.enter(LADDER, {"sponsor"}, START)
    assert (standing.level, standing.due_at) == (3, None)
    assert domain.climb_on_limit(LADDER, standing, EVERYBODY) is None
    with pytest.raises(domain.LastLevelReached):
        domain.climb_on_request(LADDER, standing, EVERYBODY, START)


def test_passed_limit_leads_to_the_last_level_where_nobody_is_reachable():
    assert domain.enter(LADDER, set(), START).level == 3
    standing = domain.enter(LADDER, EVERYBODY, START)
    assert domain.climb_on_limit(LADDER, standing, set()).level == 3


def test_request_climbs_now_and_is_refused_where_nobody_is_reachable():
    standing = domain.enter(LADDER, EVERYBODY, START)
    climbed = domain.climb_on_request(LADDER, standing, EVERYBODY, START + DAY)
    assert (climbed.step, climbed.level, climbed.reached_at) == (2, 2, START + DAY)
    with pytest.raises(domain.NobodyReachable, match="committee_member, mediator, sponsor"):
        domain.climb_on_request(LADDER, standing, {"alliance_manager"}, START)


def test_default_ladder_has_no_defect():
    assert len(domain.DEFAULT) >= domain.LEAST_LEVELS
    assert domain.lint(domain.DEFAULT, EVERYBODY) == []


def test_lint_names_each_defect_and_its_level():
    ladder = (Level(" ", ("sponsor",), DAY), Level("Talks", (), DAY), Level("Talks", ("mediator",), 0 * DAY))
    assert domain.lint(ladder, {"sponsor"}) == [
        Finding(1, Defect.NO_NAME),
        Finding(2, Defect.NO_RESPONDERS),
        Finding(3, Defect.REPEATED_NAME),
        Finding(3, Defect.NO_LIMIT),
        Finding(3, Defect.UNREACHABLE),
    ]
    assert domain.lint((SPONSORS,), {"sponsor"}) == [Finding(None, Defect.TOO_SHORT)]


levels = st.builds(
    Level,
    name=st.text(min_size=1),
    responders=st.lists(st.sampled_from(["sponsor", "mediator", "alliance_manager"]), max_size=3).map(tuple),
    limit=st.timedeltas(min_value=timedelta(hours=1), max_value=timedelta(days=90)),
)
roles = st.sets(st.sampled_from(["sponsor", "mediator", "alliance_manager"]))


@given(st.lists(levels, min_size=1, max_size=6), roles)
def test_every_case_ends_at_the_last_level_by_rising_steps(ladder, held):
    """However the ladder looks: steps rise by one, levels and moments rise, and the climb ends at the top."""
    standings = [domain.enter(ladder, held, START)]
    while (climbed := domain.climb_on_limit(ladder, standings[-1], held)) is not None:
        standings.append(climbed)
    assert [standing.step for standing in standings] == list(range(1, len(standings) + 1))
    assert all(below.level < above.level and below.due_at == above.reached_at for below, above in pairwise(standings))
    assert (standings[-1].level, standings[-1].due_at) == (len(ladder), None)
