"""What a grant opens, and what the charter keeps closed over it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from objectives.samples import PARTIES

from entente_objectives.clauses.domain import (
    ConfidentialityTerm,
    IntellectualPropertyTerm,
    RecordKind,
    RecordVisibility,
)
from entente_objectives.documents.domain import StaysShared, check_change
from entente_objectives.grants import domain
from entente_objectives.grants.domain import Draft, GrantStanding, Rules
from entente_objectives.partnerships.domain import Role

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
OWNER, READER, THIRD = PARTIES[:3]
FREE = Rules(None, {})
VISIBILITIES = st.sampled_from(RecordVisibility)
ROLES = st.frozensets(st.sampled_from(Role))


def right(**changes):
    parts = {
        "key": "axle",
        "granted_by": OWNER,
        "granted_to": (READER,),
        "subject": "Drawings",
        "purpose": "bid",
        "expires_at": NOW + 10 * SECOND,
    }
    return IntellectualPropertyTerm(**{**parts, **changes})


def kept(widest, roles=(Role.SPONSOR,)):
    return Rules(ConfidentialityTerm(record=RecordKind.DOCUMENT, widest=widest, roles=tuple(roles)), {})


@given(chosen=VISIBILITIES, widest=VISIBILITIES)
def test_the_charter_narrows_what_a_party_chose_and_never_widens_it(chosen, widest):
    narrowed = kept(widest).narrowed(chosen)
    assert narrowed in {chosen, widest}
    assert narrowed.rank <= min(chosen.rank, widest.rank)
    assert FREE.narrowed(chosen) is chosen
    if chosen.rank > widest.rank:
        with pytest.raises(domain.WiderThanAgreed, match=f"allows {widest} at most"):
            domain.check_width(chosen, kept(widest))
    else:
        domain.check_width(chosen, kept(widest))


@given(agreed=ROLES, held=ROLES)
def test_the_charters_roles_alone_are_admitted(agreed, held):
    assert kept(RecordVisibility.SHARED, agreed).admits(held) is bool(agreed & held)
    assert FREE.admits(held)


@given(expires=st.integers(-3, 3), revoked=st.booleans(), supported=st.booleans())
def test_a_grant_is_in_force_until_the_moment_it_expires(expires, revoked, supported):
    found = domain.standing(NOW if revoked else None, NOW + expires * SECOND, supported=supported, now=NOW)
    assert (found is GrantStanding.IN_FORCE) is (expires > 0 and not revoked and supported)
    assert (found is GrantStanding.REVOKED) is revoked


@pytest.mark.parametrize(
    ("changes", "supported"),
    [
        ({}, True),
        ({"granted_by": READER}, False),
        ({"granted_to": (THIRD,)}, False),
        ({"purpose": "curiosity"}, False),
        ({"expires_at": NOW}, False),
        ({"key": "wheel"}, False),
    ],
)
def test_a_grant_rests_on_its_term_as_long_as_the_charter_says_the_same(changes, supported):
    term = right(**changes)
    rules = Rules(None, {term.key: term})
    assert rules.supports("axle", OWNER, READER, "bid", NOW) is supported
    assert rules.supports(None, OWNER, READER, "bid", NOW)


@pytest.mark.parametrize(
    ("draft", "pointer"),
    [
        (Draft((OWNER,), "bid", NOW + SECOND), "/readers/0"),
        (Draft((READER, UUID(int=99)), "bid", NOW + SECOND), "/readers/1"),
        (Draft((READER, READER), "bid", NOW + SECOND), "/readers/1"),
        (Draft((READER,), "bid", NOW), "/expires_at"),
        (Draft((READER,), "bid", NOW + SECOND, "wheel"), "/term"),
        (Draft((READER,), "curiosity", NOW + SECOND, "axle"), "/purpose"),
        (Draft((READER,), "bid", NOW + 11 * SECOND, "axle"), "/expires_at"),
        (Draft((READER, THIRD), "bid", NOW + SECOND, "axle"), "/readers/1"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(draft, pointer):
    with pytest.raises(domain.InvalidGrant) as refused:
        domain.check_draft(draft, OWNER, PARTIES, Rules(None, {"axle": right()}), NOW)
    assert refused.value.pointer == pointer


def test_a_sound_grant_is_accepted_with_and_without_a_term():
    domain.check_draft(Draft((READER, THIRD), "bid", NOW + SECOND), OWNER, PARTIES, FREE, NOW)
    rules = Rules(None, {"axle": right()})
    domain.check_draft(Draft((READER,), "bid", NOW + 10 * SECOND, "axle"), OWNER, PARTIES, rules, NOW)


def test_only_what_is_named_can_be_granted():
    domain.check_grantable(RecordVisibility.NAMED)
    for visibility in (RecordVisibility.PARTY, RecordVisibility.SHARED):
        with pytest.raises(domain.NotGrantable):
            domain.check_grantable(visibility)


def test_the_purpose_counts_where_something_was_granted():
    domain.check_purpose([], None)
    domain.check_purpose(["bid", "audit"], "audit")
    for stated in (None, "", "curiosity"):
        with pytest.raises(domain.OtherPurpose):
            domain.check_purpose(["bid"], stated)


@given(before=VISIBILITIES, after=VISIBILITIES)
def test_what_was_shared_stays_shared_and_all_else_may_change(before, after):
    if before is RecordVisibility.SHARED and after is not RecordVisibility.SHARED:
        with pytest.raises(StaysShared):
            check_change(before, after)
    else:
        check_change(before, after)
