"""What committees, delegations, receipts, vetoes and dissent refuse, and what each refusal points at."""

from datetime import timedelta
from uuid import UUID

import pytest
from objectives.samples import PARTIES, START, euros, mandate, mandates

from entente_objectives.committees import domain as committees
from entente_objectives.decision_log import domain as decision_log
from entente_objectives.decision_log.domain import Dissent, Statement
from entente_objectives.delegations import domain as delegations
from entente_objectives.delegations.domain import Grant
from entente_objectives.governance import domain as governance
from entente_objectives.governance.domain import Status
from entente_objectives.linting import domain as linting
from entente_objectives.mandates import domain as mandates_domain
from entente_objectives.mandates.domain import Domain, Tier, Veto
from entente_objectives.proposals import domain as proposals
from entente_objectives.receipts import domain as receipts
from entente_objectives.receipts.domain import Notice
from entente_shared.errors import Problem

DAY = timedelta(days=1)
SOMEBODY, COLLEAGUE, THIRD = (UUID(int=number) for number in (201, 202, 203))
COUNTED = mandate(veto=Veto(("safety",), 7 * DAY, deemed_after=3 * DAY))


def refused(kind, pointer, call, *args, **kwargs):
    with pytest.raises(kind) as problem:
        call(*args, **kwargs)
    assert isinstance(problem.value, Problem)
    assert problem.value.pointer == pointer
    assert "{" not in str(problem.value)


def test_committees_refuse_what_would_leave_open_who_decides():
    refused(committees.CommitteeExists, "/key", committees.check_key, "steering", ["steering"])
    refused(committees.AlreadySeated, "/member_id", committees.check_seat, SOMEBODY, {SOMEBODY})
    refused(committees.NotSeated, "/chair_id", committees.check_chair, SOMEBODY, {COLLEAGUE})
    refused(committees.InvalidRhythm, "/meets_every", committees.check_rhythm, timedelta())
    refused(committees.CommitteeNeeded, None, committees.check_dissolution, ["general-committee"])
    committees.check_key("board", ["steering"])
    committees.check_seat(SOMEBODY, {COLLEAGUE})
    committees.check_chair(SOMEBODY, {SOMEBODY})
    committees.check_rhythm(DAY)


def grant(person=SOMEBODY, to=COLLEAGUE, ends_at=START + 9 * DAY, domain=None):
    return Grant(person, to, domain, START, ends_at)


@pytest.mark.parametrize(
    ("asked", "standing", "kind", "pointer"),
    [
        (grant(to=SOMEBODY), [], delegations.InvalidDelegation, "/delegate_id"),
        (grant(to=UUID(int=999)), [], delegations.InvalidDelegation, "/delegate_id"),
        (grant(ends_at=None), [], delegations.InvalidDelegation, "/ends_at"),
        (grant(ends_at=START), [], delegations.InvalidDelegation, "/ends_at"),
        (grant(), [grant(to=THIRD)], delegations.DelegationClash, None),
        (grant(), [grant(person=COLLEAGUE, to=THIRD)], delegations.DelegationClash, "/delegate_id"),
        (grant(), [grant(person=THIRD, to=SOMEBODY)], delegations.DelegationClash, None),
    ],
)
def test_delegations_refuse_chains_and_strangers(asked, standing, kind, pointer):
    refused(kind, pointer, delegations.check_grant, asked, START, {SOMEBODY, COLLEAGUE, THIRD}, standing)


def test_one_colleague_may_hold_several_votes_and_a_domain_needs_no_end():
    known = {SOMEBODY, COLLEAGUE, THIRD}
    delegations.check_grant(grant(), START, known, [grant(person=THIRD)])
    delegations.check_grant(grant(ends_at=None, domain=Domain.GENERAL), START, known, [])


NOTICE = Notice(PARTIES[0], START + 3 * DAY)


@pytest.mark.parametrize(
    ("rules", "passed", "now", "notice", "kind"),
    [
        (mandate(), True, START, NOTICE, receipts.NothingToReceive),
        (mandate(veto=Veto(("safety",), 7 * DAY)), True, START, NOTICE, receipts.NothingToReceive),
        (COUNTED, False, START, NOTICE, receipts.NothingToReceive),
        (COUNTED, True, START, None, receipts.NothingToReceive),
        (COUNTED, True, START + 10 * DAY, NOTICE, receipts.ReceiptTooLate),
    ],
)
def test_receipts_that_would_change_nothing_are_refused(rules, passed, now, notice, kind):
    refused(kind, None, receipts.check_receipt, rules, passed=passed, now=now, notice=notice)


def test_a_receipt_is_taken_until_the_window_has_ended():
    assert receipts.counts_receipts(COUNTED)
    assert not receipts.counts_receipts(mandate(veto=Veto(("safety",), DAY)))
    last = START + 10 * DAY - timedelta(microseconds=1)
    receipts.check_receipt(COUNTED, passed=True, now=last, notice=NOTICE)


def test_the_window_is_known_at_the_opening_only_where_receipts_do_not_count():
    fixed = mandate(veto=Veto(("safety",), 7 * DAY))
    assert governance.veto_until_at_opening(fixed, START) == START + 7 * DAY
    assert governance.veto_until_at_opening(COUNTED, START) is None
    assert governance.veto_until_at_opening(mandate(), START) is None


def test_nobody_vetoes_their_own_matter_or_votes_twice():
    refused(governance.OwnMatter, None, governance.check_not_concerned, PARTIES[0], PARTIES[0])
    governance.check_not_concerned(PARTIES[0], PARTIES[1])
    governance.check_not_concerned(PARTIES[0], None)
    late = START + DAY
    refused(
        governance.NotAnElector, None, governance.check_vote, Status.OPEN, START, late, elector=False, delegated=True
    )


def test_dissent_is_stated_once_by_who_voted_no():
    lost = Dissent(SOMEBODY, PARTIES[0], (SOMEBODY,), None, None)
    assert decision_log.check_dissent(Status.APPROVED, SOMEBODY, [lost]) is lost
    refused(decision_log.NotADissenter, None, decision_log.check_dissent, Status.APPROVED, COLLEAGUE, [lost])
    stated = Dissent(SOMEBODY, PARTIES[0], (SOMEBODY,), None, Statement("dear", START))
    refused(decision_log.DissentRecorded, None, decision_log.check_dissent, Status.APPROVED, SOMEBODY, [stated])
    refused(decision_log.NothingLost, None, decision_log.check_dissent, Status.OPEN, SOMEBODY, [])


def test_a_proposal_concerns_a_party_of_the_partnership():
    proposals.check_concerned(None, PARTIES)
    proposals.check_concerned(PARTIES[0], PARTIES)
    refused(proposals.UnknownParty, "/concerns_party_id", proposals.check_concerned, SOMEBODY, PARTIES)


def test_mandates_of_proposals_are_left_out_or_leave_nothing_open():
    sponsors = mandate(Tier.SPONSORS, Domain.GENERAL)
    named = mandate(Tier.COMMITTEE, Domain.GENERAL, euros(10), committee="steering", veto=COUNTED.veto)
    mandates_domain.check(mandates())
    mandates_domain.check((*mandates(), named, sponsors))
    wrong = [
        ((mandate(Tier.AUTOMATIC, Domain.GENERAL, euros(10)), sponsors), "/mandates/4/tier"),
        ((mandate(Tier.SPONSORS, Domain.GENERAL, committee="steering"),), "/mandates/4/committee"),
        ((named,), "/mandates/4/max_amount"),
        ((mandate(Tier.SPONSORS, Domain.GENERAL, veto=Veto(("x",), DAY, DAY / 2)),), "/mandates/4/veto/deemed_after"),
    ]
    for added, pointer in wrong:
        refused(mandates_domain.InvalidMandate, pointer, mandates_domain.check, (*mandates(), *added))


def test_those_who_decide_by_role_are_a_body_without_a_committee():
    rules = (mandate(Tier.AUTOMATIC, max_amount=euros(1)), mandate(committee="steering"), mandate(Tier.SPONSORS))
    (sponsors,) = linting.bodies_by_role(rules, [])
    assert (sponsors.name, sponsors.id, sponsors.members) == ("sponsors", None, frozenset())
