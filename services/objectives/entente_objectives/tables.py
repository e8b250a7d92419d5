"""All tables of this service, for Alembic."""

from entente_objectives.base import Base
from entente_objectives.calendars import models as calendars
from entente_objectives.charter import models as charter
from entente_objectives.charter_comments import models as charter_comments
from entente_objectives.commitments import models as commitments
from entente_objectives.committees import models as committees
from entente_objectives.community import models as community
from entente_objectives.decision_log import models as decision_log
from entente_objectives.delegations import models as delegations
from entente_objectives.discussions import models as discussions
from entente_objectives.documents import models as documents
from entente_objectives.feedback import models as feedback
from entente_objectives.frictions import models as frictions
from entente_objectives.gatherings import models as gatherings
from entente_objectives.governance import models as governance
from entente_objectives.grants import models as grants
from entente_objectives.ideas import models as ideas
from entente_objectives.invitations import models as invitations
from entente_objectives.lifecycle import models as lifecycle
from entente_objectives.messages import models as messages
from entente_objectives.objectives import models as objectives
from entente_objectives.opportunity import models as opportunity
from entente_objectives.organisations import models as organisations
from entente_objectives.partnerships import models as partnerships
from entente_objectives.projects import models as projects
from entente_objectives.proposals import models as proposals
from entente_objectives.receipts import models as receipts
from entente_objectives.reviews import models as reviews
from entente_objectives.risks import models as risks
from entente_objectives.rituals import models as rituals
from entente_objectives.roadmap import models as roadmap
from entente_objectives.scheduling import models as scheduling
from entente_objectives.sealing import models as sealing
from entente_objectives.secondments import models as secondments
from entente_objectives.tree import models as tree
from entente_objectives.workspaces import models as workspaces

__all__ = [
    "calendars",
    "charter",
    "charter_comments",
    "commitments",
    "committees",
    "community",
    "decision_log",
    "delegations",
    "discussions",
    "documents",
    "feedback",
    "frictions",
    "gatherings",
    "governance",
    "grants",
    "ideas",
    "invitations",
    "lifecycle",
    "messages",
    "metadata",
    "objectives",
    "opportunity",
    "organisations",
    "partnerships",
    "projects",
    "proposals",
    "receipts",
    "reviews",
    "risks",
    "rituals",
    "roadmap",
    "scheduling",
    "sealing",
    "secondments",
    "tree",
    "workspaces",
]

metadata = Base.metadata
