"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.charter import models as charter
from entente_objectives.commitments import models as commitments
from entente_objectives.community import models as community
from entente_objectives.discussions import models as discussions
from entente_objectives.feedback import models as feedback
from entente_objectives.gatherings import models as gatherings
from entente_objectives.governance import models as governance
from entente_objectives.ideas import models as ideas
from entente_objectives.messages import models as messages
from entente_objectives.objectives import models as objectives
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.projects import models as projects
from entente_objectives.rituals import models as rituals
from entente_objectives.secondments import models as secondments
from entente_objectives.workspaces import models as workspaces

__all__ = [
    "charter",
    "commitments",
    "community",
    "discussions",
    "feedback",
    "gatherings",
    "governance",
    "ideas",
    "messages",
    "metadata",
    "objectives",
    "organisations",
    "partnerships",
    "projects",
    "rituals",
    "secondments",
    "workspaces",
]

metadata = Base.metadata
