import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from entente_conflicts.cases import domain as cases
from entente_conflicts.cases.domain import CaseState
from entente_conflicts.settlement import domain
from entente_conflicts.settlement.domain import SettlementState

MINISTRY, CARS, INSURER = UUID(int=1), UUID(int=2), UUID(int=3)
PARTIES = {MINISTRY, CARS}
NOW = datetime(2026, 4, 5, tzinfo=UTC)


def test_a_case_is_open_then_settled_then_closed():
    cases.require_open(CaseState.OPEN)
    cases.require_settled(CaseState.SETTLED)
    with pytest.raises(cases.CaseNotOpen, match="settled"):
        cases.require_open(CaseState.SETTLED)
    with pytest.raises(cases.CaseNotSettled):
        cases.require_settled(CaseState.OPEN)
    with pytest.raises(cases.CaseNotOpen):
        cases.require_settled(CaseState.CLOSED)


def test_digest_depends_on_the_content_and_not_on_the_order_of_its_keys():
    content = {"terms": [{"kind": "commitment", "what": "Équiper"}], "number": 1}
    canonical = '{"number":1,"terms":[{"kind":"commitment","what":"Équiper"}]}'
    assert domain.digest(content) == hashlib.sha256(canonical.encode()).hexdigest()
    assert domain.digest(dict(reversed(content.items()))) == domain.digest(content)
    assert domain.digest({**content, "number": 2}) != domain.digest(content)
    with pytest.raises(ValueError, match="JSON"):
        domain.digest({"target": float("nan")})


def test_a_party_signs_the_hash_that_it_read():
    domain.check_signature(SettlementState.PROPOSED, "aa", "aa", CARS, PARTIES)
    with pytest.raises(domain.HashDiffers) as raised:
        domain.check_signature(SettlementState.PROPOSED, "aa", "ab", CARS, PARTIES)
    assert raised.value.pointer == "/hash"


def test_an_older_proposal_and_a_stranger_cannot_be_signed():
    with pytest.raises(domain.SettlementSuperseded):
        domain.check_signature(SettlementState.SUPERSEDED, "aa", "aa", CARS, PARTIES)
    with pytest.raises(domain.NotASignatory):
        domain.check_signature(SettlementState.PROPOSED, "aa", "aa", INSURER, PARTIES)


def test_terms_whose_time_has_passed_are_not_signed():
    domain.check_due([], NOW)
    domain.check_due([NOW + timedelta(seconds=1)], NOW)
    with pytest.raises(domain.TermsLapsed):
        domain.check_due([NOW + timedelta(days=1), NOW], NOW)


def test_agreed_when_every_party_signed():
    assert not domain.agreed(PARTIES, {CARS})
    assert domain.agreed(PARTIES, [CARS, MINISTRY])
    assert not domain.agreed([], [CARS])
