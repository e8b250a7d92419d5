"""A charter that could not be followed is refused, with the field, the problem and the remedy."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from objectives.samples import PARTIES, START, ladder, lever, mandates, objective, policy, terms

from entente_objectives.terms import domain
from entente_objectives.terms.domain import FloorTerm
from entente_shared.errors import Unprocessable


def test_sound_terms_are_accepted():
    domain.check(terms(), PARTIES)


OTHER_KPI = UUID(int=12)
LADDER = ladder()
REFUSED = [
    ({"objectives": ()}, "/objectives", "names at least one"),
    ({"objectives": (objective(target=100.0),)}, "/objectives/0/target", "equals the baseline"),
    ({"objectives": (objective(due_at=START),)}, "/objectives/0/due_at", "later due date"),
    (
        {"objectives": (objective(), objective(kpi_id=OTHER_KPI))},
        "/objectives/1/key",
        "stands twice in objectives",
    ),
    ({"objectives": (objective(), objective(key="front"))}, "/objectives/1/kpi_id", "stands twice"),
    ({"levers": (lever(), lever())}, "/levers/1/key", "stands twice in levers"),
    ({"levers": (lever(effect=0.0, effect_high=1.0),)}, "/levers/0/effect", "moves nothing"),
    ({"levers": (lever(effect=-4.0),)}, "/levers/0/effect", "widen the interval"),
    ({"levers": (lever(lag=timedelta(days=-1)),)}, "/levers/0/lag", "negative"),
    ({"mandates": mandates()[:3]}, "/mandates", "nobody decides on rebaseline"),
    (
        {"mandates": (mandates()[0], replace(mandates()[1], key=mandates()[0].key), *mandates()[2:])},
        "/mandates/1/key",
        "stands twice",
    ),
    ({"ladder": LADDER[:2]}, "/ladder", "fewer than three levels"),
    ({"ladder": (*LADDER, LADDER[0])}, "/ladder/3/name", "stands twice"),
    ({"ladder": (*LADDER[:2], replace(LADDER[2], responders=()))}, "/ladder/2/responders", "nobody answers"),
    ({"ladder": (replace(LADDER[0], limit=timedelta()), *LADDER[1:])}, "/ladder/0/limit", "longer than nothing"),
    ({"floors": (FloorTerm(party_id=OTHER_KPI, share=0.1),)}, "/floors/0/party_id", "no party of this partnership"),
    (
        {"floors": (FloorTerm(party_id=PARTIES[0], share=0.1), FloorTerm(party_id=PARTIES[0], share=0.2))},
        "/floors/1/party_id",
        "has a floor already",
    ),
    ({"floors": (FloorTerm(party_id=PARTIES[0], share=1.5),)}, "/floors/0/share", "from 0 to 1"),
    ({"policy": policy(churn_budget=-1.0)}, "/policy/churn_budget", "0 or more"),
    ({"policy": policy(verify_samples=0)}, "/policy/verify_samples", "at least one"),
    ({"policy": policy(damping_half_life=timedelta())}, "/policy/damping_half_life", "longer than nothing"),
    ({"policy": policy(cap_per_period=-1)}, "/policy/cap_per_period", "0 or more"),
    ({"policy": policy(review_period=timedelta())}, "/policy/review_period", "longer than nothing"),
    ({"policy": policy(cool_down=timedelta(days=-1))}, "/policy/cool_down", "0 or longer"),
]


@pytest.mark.parametrize(("changes", "pointer", "problem"), REFUSED)
def test_terms_that_could_not_be_followed_are_refused(changes, pointer, problem):
    with pytest.raises(Unprocessable) as refused:
        domain.check(terms(**changes), PARTIES)
    assert refused.value.pointer == pointer
    assert problem in str(refused.value)
