"""However proposals and signatures interleave, the parties never agree on two texts."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from objectives.samples import PARTIES

from entente_objectives.charter import domain
from entente_objectives.charter.domain import Negotiation
from entente_shared.errors import Problem

OTHER = UUID(int=99)


def agreed_on(texts):
    state = Negotiation()
    for text in texts:
        state = domain.propose(state, state.newest, text)
        for party in PARTIES:
            state = domain.sign(state, state.newest, text, party, PARTIES)
    return state


def test_agreed_when_the_last_party_signs_the_same_text():
    state = domain.propose(Negotiation(), None, "a")
    for party in PARTIES[:-1]:
        state = domain.sign(state, 1, "a", party, PARTIES)
        assert state.agreed is None
    assert domain.sign(state, 1, "a", PARTIES[-1], PARTIES).agreed == 1


def test_a_party_that_signs_twice_counts_once():
    state = domain.propose(Negotiation(), None, "a")
    once = domain.sign(state, 1, "a", PARTIES[0], PARTIES)
    assert domain.sign(once, 1, "a", PARTIES[0], PARTIES) == once


def test_a_counter_proposal_voids_the_signatures_before_it():
    state = domain.sign(domain.propose(Negotiation(), None, "a"), 1, "a", PARTIES[0], PARTIES)
    assert domain.propose(state, 1, "b") == Negotiation(newest=2, hash="b")


def test_a_proposal_on_an_older_version_is_refused():
    state = domain.propose(Negotiation(), None, "a")
    with pytest.raises(domain.NotTheNewest, match="newest version is 1"):
        domain.propose(state, None, "b")
    with pytest.raises(domain.NotTheNewest, match="newest version is null"):
        domain.propose(Negotiation(), 1, "b")


def test_only_the_newest_version_can_be_signed():
    state = domain.propose(domain.propose(Negotiation(), None, "a"), 1, "b")
    with pytest.raises(domain.NotTheNewest, match="newest is 2"):
        domain.sign(state, 1, "a", PARTIES[0], PARTIES)


@pytest.mark.parametrize("version", [0, 2])
def test_a_version_that_nobody_proposed_cannot_be_signed(version):
    with pytest.raises(domain.NoSuchVersion):
        domain.sign(Negotiation(), version, "", PARTIES[0], PARTIES)
    with pytest.raises(domain.NoSuchVersion):
        domain.sign(domain.propose(Negotiation(), None, "a"), version, "a", PARTIES[0], PARTIES)


def test_only_the_exact_text_can_be_signed():
    state = domain.propose(Negotiation(), None, "a")
    with pytest.raises(domain.OtherText):
        domain.sign(state, 1, "b", PARTIES[0], PARTIES)


def test_an_amendment_leaves_the_charter_in_force_until_all_signed_it():
    state = domain.propose(agreed_on(["a"]), 1, "b")
    assert state.agreed == 1
    assert domain.sign(state, 2, "b", PARTIES[0], PARTIES).agreed == 1
    assert agreed_on(["a", "b"]).agreed == 2


def test_a_party_that_takes_its_signature_back_has_to_sign_again():
    state = domain.sign(domain.propose(Negotiation(), None, "a"), 1, "a", PARTIES[0], PARTIES)
    state = domain.withdraw_signature(state, 1, PARTIES[0])
    for party in PARTIES[1:]:
        state = domain.sign(state, 1, "a", party, PARTIES)
    assert state.agreed is None
    assert domain.sign(state, 1, "a", PARTIES[0], PARTIES).agreed == 1


def test_nothing_revives_when_a_counter_proposal_is_withdrawn():
    state = domain.sign(domain.propose(Negotiation(), None, "a", PARTIES[0]), 1, "a", PARTIES[0], PARTIES)
    state = domain.withdraw_proposal(domain.propose(state, 1, "b", PARTIES[1]), 2, PARTIES[1])
    with pytest.raises(domain.NotTheNewest):
        domain.sign(state, 1, "a", PARTIES[1], PARTIES)
    with pytest.raises(domain.Withdrawn, match="based_on: 2"):
        domain.sign(state, 2, "b", PARTIES[1], PARTIES)
    assert domain.propose(state, 2, "c", PARTIES[0]) == Negotiation(newest=3, hash="c", proposer=PARTIES[0])


def test_what_all_signed_is_amended_and_not_withdrawn():
    state = agreed_on(["a"])
    with pytest.raises(domain.InForce):
        domain.withdraw_signature(state, 1, PARTIES[0])
    with pytest.raises(domain.InForce):
        domain.withdraw_proposal(state, 1, PARTIES[0])


def test_a_party_withdraws_only_what_is_its_own():
    state = domain.propose(Negotiation(), None, "a", PARTIES[0])
    with pytest.raises(domain.NotSigned):
        domain.withdraw_signature(state, 1, PARTIES[0])
    with pytest.raises(domain.NotYours):
        domain.withdraw_proposal(state, 1, PARTIES[1])
    with pytest.raises(domain.NoSuchVersion):
        domain.withdraw_proposal(state, 2, PARTIES[0])


class Interleaving(RuleBasedStateMachine):
    """Parties act on what they last read, which is up to two versions old, and may send another text's hash."""

    behind = st.sampled_from([0, 0, 0, 1, 2])

    def __init__(self):
        super().__init__()
        self.state = Negotiation()
        self.texts = {0: ""}
        self.signed = {}
        self.agreed = []
        self.proposers = {}
        self.withdrawn = set()

    @rule(behind=behind, party=st.sampled_from(PARTIES))
    def propose(self, behind, party):
        newest, read = self.state.newest, max(0, self.state.newest - behind)
        try:
            self.state = domain.propose(self.state, read or None, f"text {newest + 1}", party)
        except Problem:
            assert read != newest
        else:
            assert (read, self.state.newest) == (newest, newest + 1)
            self.texts[self.state.newest] = self.state.hash
            self.proposers[self.state.newest] = party

    @rule(party=st.sampled_from([*PARTIES, OTHER]), behind=behind, sent=behind)
    def sign(self, party, behind, sent):
        newest, before = self.state.newest, self.state.agreed
        version, text = max(0, newest - behind), self.texts[max(0, newest - sent)]
        try:
            self.state = domain.sign(self.state, version, text, party, PARTIES)
        except Problem:
            assert newest == 0 or (version, text) != (newest, self.texts[newest]) or newest in self.withdrawn
        else:
            assert (version, text) == (newest, self.texts[newest])
            assert newest not in self.withdrawn
            self.signed.setdefault(version, set()).add(party)
            if self.state.agreed != before:
                self.agreed.append(self.state.agreed)

    @rule(party=st.sampled_from(PARTIES), behind=behind)
    def withdraw_signature(self, party, behind):
        version = max(0, self.state.newest - behind)
        try:
            self.state = domain.withdraw_signature(self.state, version, party)
        except Problem:
            assert behind or version in self.withdrawn or version in self.agreed or party not in self.state.signed
        else:
            self.signed[version].remove(party)

    @rule(party=st.sampled_from(PARTIES), behind=behind)
    def withdraw_proposal(self, party, behind):
        version = max(0, self.state.newest - behind)
        try:
            self.state = domain.withdraw_proposal(self.state, version, party)
        except Problem:
            known = version in self.withdrawn or version in self.agreed
            assert behind or known or self.proposers.get(version) != party
        else:
            assert version == self.state.newest
            assert self.proposers[version] == party
            self.withdrawn.add(version)

    @invariant()
    def what_was_withdrawn_never_comes_into_force(self):
        assert not self.withdrawn & set(self.agreed)

    @invariant()
    def the_charter_in_force_is_the_newest_that_every_party_signed(self):
        complete = [version for version, parties in self.signed.items() if parties >= set(PARTIES)]
        assert self.state.agreed == max(complete, default=None)

    @invariant()
    def no_version_comes_into_force_twice_or_after_a_newer_one(self):
        assert self.agreed == sorted(set(self.agreed))


TestInterleaving = Interleaving.TestCase
TestInterleaving.settings = settings(max_examples=80)
