"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.charter import models as charter
from entente_objectives.commitments import models as commitments
from entente_objectives.discussions import models as discussions
from entente_objectives.feedback import models as feedback
from entente_objectives.governance import models as governance
from entente_objectives.messages import models as messages
from entente_objectives.objectives import models as objectives
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.workspaces import models as workspaces

__all__ = [
    "charter",
    "commitments",
    "discussions",
    "feedback",
    "governance",
    "messages",
    "metadata",
    "objectives",
    "organisations",
    "partnerships",
    "workspaces",
]

metadata = Base.metadata
