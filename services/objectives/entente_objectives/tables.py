"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.charter import models as charter
from entente_objectives.commitments import models as commitments
from entente_objectives.governance import models as governance
from entente_objectives.invitations import models as invitations
from entente_objectives.lifecycle import models as lifecycle
from entente_objectives.objectives import models as objectives
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.reviews import models as reviews
from entente_objectives.risks import models as risks

__all__ = [
    "charter",
    "commitments",
    "governance",
    "invitations",
    "lifecycle",
    "metadata",
    "objectives",
    "organisations",
    "partnerships",
    "reviews",
    "risks",
]

metadata = Base.metadata
