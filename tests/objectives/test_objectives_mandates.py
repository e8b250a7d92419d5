"""Who decides: the smallest tier that covers the amount, and mandates that leave nothing open."""

from datetime import timedelta
from decimal import Decimal

import pytest
from objectives.samples import euros, mandate, mandates

from entente_objectives.mandates import domain
from entente_objectives.mandates.domain import Domain, Money, Tier, Veto
from entente_shared.events import objectives as contract


@pytest.mark.parametrize(
    ("amount", "tier"),
    [
        (euros("0"), Tier.AUTOMATIC),
        (euros("1000"), Tier.AUTOMATIC),
        (euros("1000.01"), Tier.COMMITTEE),
        (euros("50000"), Tier.COMMITTEE),
        (euros("50000.01"), Tier.SPONSORS),
        (None, Tier.SPONSORS),
        (Money(Decimal(5), "USD"), Tier.SPONSORS),
    ],
)
def test_the_lightest_tier_that_covers_the_amount_decides(amount, tier):
    assert domain.select(mandates()[::-1], Domain.ADJUSTMENT, amount).tier is tier


def test_the_heaviest_tier_decides_above_every_limit():
    limited = [mandate(Tier.COMMITTEE, max_amount=euros(10)), mandate(Tier.SPONSORS, max_amount=euros(20))]
    assert domain.select(limited, Domain.ADJUSTMENT, euros(30)).tier is Tier.SPONSORS


def test_a_domain_without_a_mandate_is_refused():
    with pytest.raises(domain.NoMandate, match="rebaseline"):
        domain.select([mandate()], Domain.REBASELINE, None)


def test_sound_mandates_are_accepted():
    veto = Veto(("safety",), timedelta(days=7))
    domain.check((*mandates()[:2], mandate(Tier.SPONSORS, veto=veto), mandates()[3]))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("support", {"support": 1.0}),
        ("support", {"support": -0.1}),
        ("quorum", {"quorum": 1.1}),
        ("approval", {"approval": -0.1}),
        ("max_amount", {"max_amount": euros(0)}),
        ("expires_after", {"expires_after": timedelta()}),
        ("veto/window", {"veto": Veto(("safety",), timedelta(days=31))}),
        ("veto/window", {"veto": Veto(("safety",), timedelta())}),
        ("veto/grounds", {"veto": Veto((), timedelta(days=1))}),
    ],
)
def test_a_mandate_that_contradicts_itself_is_refused(field, changes):
    with pytest.raises(domain.InvalidMandate) as refused:
        domain.check((*mandates()[:2], mandate(Tier.SPONSORS, **changes), mandates()[3]))
    assert refused.value.pointer == f"/mandates/2/{field}"


def test_a_goal_never_moves_without_a_vote():
    with pytest.raises(domain.InvalidMandate, match="without a vote"):
        domain.check((mandate(Tier.SPONSORS), mandate(Tier.AUTOMATIC, Domain.REBASELINE)))


def test_an_automatic_decision_has_no_veto():
    automatic = mandate(Tier.AUTOMATIC, max_amount=euros(5), veto=Veto(("safety",), timedelta(days=1)))
    with pytest.raises(domain.InvalidMandate, match="no time to object"):
        domain.check((automatic, *mandates()[1:]))


@pytest.mark.parametrize(
    ("changed", "pointer", "problem"),
    [
        (mandates()[:3], "/mandates", "nobody decides on rebaseline"),
        ((*mandates(), mandate(Tier.COMMITTEE, max_amount=euros(9))), "/mandates/4/tier", "stands twice"),
        ((mandate(Tier.AUTOMATIC), *mandates()[1:]), "/mandates/1/tier", "never decides"),
        (
            (mandate(Tier.AUTOMATIC, max_amount=euros(50000)), *mandates()[1:]),
            "/mandates/1/max_amount",
            "above 50000 EUR",
        ),
        (
            (mandate(Tier.AUTOMATIC, max_amount=Money(Decimal(1), "USD")), *mandates()[1:]),
            "/mandates/1/max_amount",
            "same currency",
        ),
        ((*mandates()[:2], mandates()[3]), "/mandates/1/max_amount", "nobody could decide above it"),
    ],
)
def test_mandates_that_leave_open_who_decides_are_refused(changed, pointer, problem):
    with pytest.raises(domain.InvalidMandate) as refused:
        domain.check(changed)
    assert refused.value.pointer == pointer
    assert problem in str(refused.value)


def test_tiers_and_domains_are_those_of_the_events():
    assert [tier.value for tier in Tier] == [tier.value for tier in contract.Tier]
    assert [domain.value for domain in Domain] == [kind.value for kind in contract.SubjectKind]
