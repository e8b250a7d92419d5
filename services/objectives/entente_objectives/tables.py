"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.charter import models as charter
from entente_objectives.commitments import models as commitments
from entente_objectives.governance import models as governance
from entente_objectives.objectives import models as objectives
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.tree import models as tree

__all__ = [
    "charter",
    "commitments",
    "governance",
    "metadata",
    "objectives",
    "organisations",
    "partnerships",
    "tree",
]

metadata = Base.metadata
