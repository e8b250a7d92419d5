"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.charter import models as charter
from entente_objectives.commitments import models as commitments
from entente_objectives.committees import models as committees
from entente_objectives.decision_log import models as decision_log
from entente_objectives.delegations import models as delegations
from entente_objectives.governance import models as governance
from entente_objectives.objectives import models as objectives
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.proposals import models as proposals
from entente_objectives.receipts import models as receipts

__all__ = [
    "charter",
    "commitments",
    "committees",
    "decision_log",
    "delegations",
    "governance",
    "metadata",
    "objectives",
    "organisations",
    "partnerships",
    "proposals",
    "receipts",
]

metadata = Base.metadata
