"""The rules of stages, invitations, risks and recurring reviews."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entente_objectives.invitations import domain as invitations
from entente_objectives.lifecycle import conditions, domain
from entente_objectives.lifecycle.domain import ConditionKey, Facts, OpenMatters
from entente_objectives.partnerships.domain import InvalidPartnership, Role, Stage, check_first_stage
from entente_objectives.reviews import domain as reviews
from entente_objectives.risks import domain as risks
from entente_objectives.risks.domain import Assessment, RiskLevel
from entente_shared.ids import new_id

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LED = frozenset({Role.SPONSOR, Role.ALLIANCE_MANAGER})
READY = Facts(roles={"A": LED, "B": LED}, charter_signed=True, objectives=1, reviews_held=1)


def same(text):
    return text


def unmet(stage, facts):
    return [each.key for each in conditions.required(stage, facts) if not each.met]


def test_every_stage_can_be_reached_by_steps_and_left_by_the_exit_alone():
    reached, stage = [Stage.AWARENESS], Stage.AWARENESS
    while stage is not Stage.STAYING_TOGETHER:
        stage = domain.following(stage)[0]
        reached.append(stage)
    assert [*reached, Stage.EXIT] == list(Stage)
    assert all(domain.following(stage)[-1] is Stage.EXIT for stage in reached)
    assert domain.following(Stage.EXIT) == ()


@pytest.mark.parametrize("stage", list(Stage))
def test_who_has_done_everything_may_enter_any_stage(stage):
    assert unmet(stage, READY) == []
    assert domain.explain(conditions.required(stage, READY), same) is None


@pytest.mark.parametrize(
    ("stage", "changes", "missing"),
    [
        (Stage.KNOWLEDGE, {"roles": {"A": LED, "B": frozenset()}}, [ConditionKey.SPONSORS]),
        (Stage.INTERNAL_ASSESSMENT, {"roles": {"A": frozenset({Role.SPONSOR})}}, [ConditionKey.ALLIANCE_MANAGERS]),
        (
            Stage.PARTNER_SELECTION,
            {"roles": {"A": frozenset()}},
            [ConditionKey.SPONSORS, ConditionKey.ALLIANCE_MANAGERS],
        ),
        (Stage.WORKING_TOGETHER, {"charter_signed": False}, [ConditionKey.CHARTER_SIGNED]),
        (Stage.VALUE_CREATION, {"unmeasured": ("x",)}, [ConditionKey.OBJECTIVES_MEASURED]),
        (Stage.VALUE_CREATION, {"objectives": 0}, [ConditionKey.OBJECTIVES_MEASURED]),
        (Stage.STAYING_TOGETHER, {"reviews_held": 0}, [ConditionKey.REVIEW_HELD]),
        (Stage.STAYING_TOGETHER, {"overdue_commitments": 2}, [ConditionKey.COMMITMENTS_RESOLVED]),
        (Stage.STAYING_TOGETHER, {"open": OpenMatters(cases=frozenset({new_id()}))}, [ConditionKey.NO_OPEN_CASES]),
        (Stage.EXIT, {"open": OpenMatters(frozenset({new_id()}))}, [ConditionKey.NO_OPEN_DECISIONS]),
        (Stage.EXIT, {"open": OpenMatters(commitments=frozenset({new_id()}))}, [ConditionKey.NO_OPEN_COMMITMENTS]),
        (Stage.EXIT, {"open": OpenMatters(cases=frozenset({new_id()}))}, [ConditionKey.NO_OPEN_CASES]),
        (Stage.EXIT, {"roles": {}, "charter_signed": False, "overdue_commitments": 3}, []),
    ],
)
def test_each_condition_keeps_from_the_stages_that_ask_for_it(stage, changes, missing):
    assert unmet(stage, Facts(**{**vars(READY), **changes})) == missing


def test_a_sentence_counts_what_is_missing_and_names_some_of_many():
    facts = Facts(roles={f"P{number}": frozenset() for number in range(9)})
    sentence = domain.explain(conditions.required(Stage.WORKING_TOGETHER, facts), same)
    assert sentence.startswith("three conditions are missing: every party needs a sponsor")
    assert "P0, P1, P2, P3, P4, ..." in sentence
    assert "P5" not in sentence
    with pytest.raises(domain.ConditionsMissing) as raised:
        domain.check_conditions(conditions.required(Stage.WORKING_TOGETHER, facts), same)
    assert str(raised.value) == sentence


IDS = st.frozensets(st.uuids(), max_size=4)
MATTERS = st.builds(OpenMatters, IDS, IDS, IDS)


@given(MATTERS, MATTERS)
def test_a_settlement_settles_what_it_names_and_nothing_else(still, settled):
    left = still.without(settled)
    assert left.without(settled) == left
    assert still.without(OpenMatters()) == still
    assert still.without(still) == OpenMatters()
    assert left.cases == {each for each in still.cases if each not in settled.cases}


def test_only_the_first_stages_can_be_started_in():
    check_first_stage(Stage.AWARENESS)
    check_first_stage(Stage.PARTNER_SELECTION)
    with pytest.raises(InvalidPartnership):
        check_first_stage(Stage.EXIT)


def test_an_invitation_is_open_until_it_is_used_revoked_or_over():
    life = {"expires_at": NOW, "accepted_at": None, "revoked_at": None}
    assert invitations.state(**life, now=NOW - DAY) is invitations.InvitationState.OPEN
    assert invitations.state(**life, now=NOW) is invitations.InvitationState.EXPIRED
    assert invitations.state(**{**life, "accepted_at": NOW - DAY}, now=NOW) is invitations.InvitationState.ACCEPTED
    assert invitations.state(**{**life, "revoked_at": NOW - DAY}, now=NOW) is invitations.InvitationState.REVOKED


def test_tokens_are_never_the_same_and_kept_as_hashes():
    tokens = {invitations.new_token() for _ in range(100)}
    assert len(tokens) == len({invitations.fingerprint(token) for token in tokens}) == 100
    assert all(len(invitations.fingerprint(token)) == 32 for token in tokens)


def test_exposure_levels_partition_the_scale_and_never_fall_with_the_exposure():
    cells = [Assessment(p, i) for p in risks.SCALE for i in risks.SCALE]
    ranks = [list(RiskLevel).index(cell.level) for cell in sorted(cells, key=lambda cell: cell.exposure)]
    assert ranks == sorted(ranks)
    assert Assessment(1, 3).level is RiskLevel.LOW
    assert Assessment(1, 5).level is RiskLevel.MODERATE
    assert Assessment(2, 4).level is RiskLevel.HIGH
    assert Assessment(3, 5).level is RiskLevel.EXTREME


@given(st.lists(st.builds(Assessment, st.integers(1, 5), st.integers(1, 5)), max_size=60))
def test_the_matrix_counts_every_risk_once(assessments):
    cells = risks.matrix(assessments)
    assert len(cells) == 25
    assert sum(count for _, count in cells) == len(assessments)


@pytest.mark.parametrize(
    ("rule", "zone", "pointer"),
    [
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "UTC", "/rrule"),
        ("FREQ=SECONDLY", "UTC", "/rrule"),
        ("FREQ=DAILY;COUNT=3", "UTC", "/rrule"),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "UTC", "/rrule"),
        ("FREQ=DAILY", "Europe/Atlantis", "/time_zone"),
    ],
)
def test_reviews_that_never_come_to_pass_or_have_an_end_of_their_own_are_refused(rule, zone, pointer):
    with pytest.raises(reviews.InvalidSeries) as refused:
        reviews.recurrence(rule, NOW, zone)
    assert refused.value.pointer == pointer
    assert str(refused.value).startswith(f"{pointer[1:]}: ")


def test_reviews_recur_up_to_the_horizon_of_their_series():
    series = reviews.recurrence("FREQ=YEARLY", NOW, "Europe/Paris")
    last = NOW + reviews.HORIZON
    assert series.following(NOW, last) == NOW.replace(year=2027)
    assert series.following(NOW.replace(year=2045), last) == NOW.replace(year=2046)
    assert series.following(NOW.replace(year=2046), last) is None


def test_a_revision_is_asked_for_every_so_many_reviews():
    assert [number for number in range(1, 8) if reviews.asks_for_revision(number, 3)] == [3, 6]
    assert not any(reviews.asks_for_revision(number, 0) for number in range(1, 8))
