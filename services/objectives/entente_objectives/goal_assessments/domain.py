"""Who may assess a goal, and which goals are assessed at all."""

from entente_objectives.tree.domain.goals import Measure
from entente_shared.errors import N_, Conflict


class NotAssessed(Conflict):
    slug, title = "not-assessed", N_("This goal is not assessed by people")


def check_assessed(measure: Measure) -> None:
    if measure is not Measure.QUALITATIVE:
        raise NotAssessed(N_("Its progress comes from its KPI or its children; only qualitative goals are assessed."))
