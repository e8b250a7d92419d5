"""The rules of stages, invitations, risks and recurring reviews."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from entente_objectives.invitations import domain as invitations
from entente_objectives.lifecycle import conditions, domain
from entente_objectives.lifecycle.domain import ConditionKey, Facts, OpenMatters
from entente_objectives.partnerships.domain import InvalidPartnership, Role, Stage, check_first_stage
from entente_objectives.reviews import domain as reviews
from entente_objectives.reviews import recurrence
from entente_objectives.risks import domain as risks
from entente_objectives.risks.domain import Assessment, RiskLevel
from entente_shared.ids import new_id

DAY = timedelta(days=1)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
NAIVE = NOW.replace(tzinfo=None)
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


# RFC 5545, section 3.8.5.3: examples that start on 2 September 1997, 9:00 in New York.
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=DAILY", ["1997-09-02", "1997-09-03", "1997-09-04"]),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", ["1997-09-02", "1997-09-16", "1997-09-30", "1997-10-14", "1997-10-28"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-3", ["1997-09-28", "1997-10-29", "1997-11-28", "1997-12-29"]),
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["1998-02-13", "1998-03-13", "1998-11-13", "1999-08-13"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", ["1997-09-29", "1997-10-30", "1997-11-27", "1997-12-30"]),
        ("FREQ=YEARLY;BYDAY=TH;BYMONTH=3", ["1998-03-05", "1998-03-12", "1998-03-19", "1998-03-26", "1999-03-04"]),
    ],
)
def test_rules_recur_as_the_rfc_says(rule, expected):
    zone = "America/New_York"
    start = datetime(1997, 9, 2, 13, tzinfo=UTC)
    recurrence.check(rule, start, zone)
    found, at = [], start - timedelta(microseconds=1)
    for _ in expected:
        at = recurrence.following(rule, start, zone, at)
        found.append(at)
    assert [moment.date().isoformat() for moment in found] == expected
    # Nine o'clock there: 13:00 in UTC in summer, and 14:00 in winter.
    assert {moment.hour for moment in found} <= {13, 14}


def _named(name, values, size=3):
    return st.lists(values, min_size=1, max_size=size, unique=True).map(
        lambda each: f";{name}=" + ",".join(map(str, each))
    )


PART = {
    "INTERVAL": st.integers(1, 9).map(";INTERVAL={}".format),
    "BYMONTH": _named("BYMONTH", st.integers(1, 12)),
    "BYMONTHDAY": _named("BYMONTHDAY", st.integers(-31, 31).filter(bool)),
    "BYDAY": _named("BYDAY", st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])),
    "ORDINALS": _named("BYDAY", st.sampled_from(["1MO", "-1FR", "+2WE", "5SU", "-3TU"])),
    "BYSETPOS": st.integers(-4, 4).filter(bool).map(";BYSETPOS={}".format),
    "WKST": st.sampled_from([";WKST=MO", ";WKST=SU", ";WKST=TH"]),
}
ALLOWED = {
    "DAILY": ("INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY"),
    "WEEKLY": ("INTERVAL", "BYMONTH", "BYDAY", "WKST"),
    "MONTHLY": ("INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "ORDINALS", "BYSETPOS"),
    "YEARLY": ("INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "ORDINALS", "BYSETPOS"),
}


@st.composite
def rules(draw):
    freq = draw(st.sampled_from(list(ALLOWED)))
    names = draw(st.lists(st.sampled_from(ALLOWED[freq]), unique=True, max_size=3))
    if {"BYDAY", "ORDINALS"} <= set(names):
        names.remove("BYDAY")
    if "BYSETPOS" in names and not {"BYDAY", "ORDINALS", "BYMONTHDAY"} & set(names):
        names.remove("BYSETPOS")  # RFC 5545: only beside another BY part
    return f"FREQ={freq}" + "".join(draw(PART[name]) for name in names)


@settings(max_examples=400, deadline=None)
@given(rules(), st.datetimes(NAIVE.replace(year=2000), NAIVE.replace(year=2040)))
def test_rules_recur_as_another_implementation_says(rule, start):
    found, at = [], start.replace(tzinfo=UTC) - timedelta(microseconds=1)
    for _ in range(6):
        at = recurrence.following(rule, start.replace(tzinfo=UTC), "UTC", at)
        if at is None:
            break
        found.append(at.replace(tzinfo=None))
    if found:  # of a rule that never comes to pass, the other would not come back
        assert list(islice(rrulestr(rule, dtstart=start), len(found))) == [
            each.replace(microsecond=0) for each in found
        ]


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60)
    | st.from_regex(
        r"\AFREQ=(DAILY|HOURLY|YEARLY)(;(BYDAY|BYMONTHDAY|BYSETPOS|INTERVAL|BYMONTH)=[0-9A-Z,+-]{1,6}){0,3}\Z"
    )
)
def test_whatever_stands_in_a_rule_it_is_understood_or_refused(rule):
    try:
        recurrence.check(rule, NOW, "UTC")
    except reviews.InvalidSeries:
        return
    assert recurrence.following(rule, NOW, "UTC", NOW - DAY) >= NOW


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=3",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=5;BYSETPOS=2",
    ],
)
def test_a_rule_that_never_comes_to_pass_is_found_out(rule):
    with pytest.raises(reviews.InvalidSeries):
        recurrence.check(rule, NOW, "UTC")  # a Monday in June


def test_a_revision_is_asked_for_every_so_many_reviews():
    assert [number for number in range(1, 8) if reviews.asks_for_revision(number, 3)] == [3, 6]
    assert not any(reviews.asks_for_revision(number, 0) for number in range(1, 8))
