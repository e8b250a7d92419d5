"""The objectives service: what it is made of."""

from fastapi import FastAPI

from entente_objectives.assessments import routes as assessments
from entente_objectives.calendars import routes as calendars
from entente_objectives.charter import routes as charter
from entente_objectives.charter_comments import routes as charter_comments
from entente_objectives.commitments import handlers as commitments_handlers
from entente_objectives.commitments import routes as commitments
from entente_objectives.committees import routes as committees
from entente_objectives.community import routes as community
from entente_objectives.decision_log import routes as decision_log
from entente_objectives.delegations import routes as delegations
from entente_objectives.diagnosis import routes as diagnosis
from entente_objectives.differences import routes as differences
from entente_objectives.discussions import routes as discussions
from entente_objectives.documents import routes as documents
from entente_objectives.feedback import routes as feedback
from entente_objectives.frictions import routes as frictions
from entente_objectives.gatherings import routes as gatherings
from entente_objectives.goal_assessments import routes as goal_assessments
from entente_objectives.governance import handlers as governance_handlers
from entente_objectives.governance import routes as governance
from entente_objectives.grants import routes as grants
from entente_objectives.ideas import routes as ideas
from entente_objectives.invitations import routes as invitations
from entente_objectives.lifecycle import handlers as lifecycle_handlers
from entente_objectives.lifecycle import routes as lifecycle
from entente_objectives.lifecycle.guard import refuse_after_exit
from entente_objectives.linting import routes as linting
from entente_objectives.messages import routes as messages
from entente_objectives.objectives import handlers as objectives_handlers
from entente_objectives.objectives import routes as objectives
from entente_objectives.opportunity import routes as opportunity
from entente_objectives.organisations import routes as organisations
from entente_objectives.partnerships import routes as partnerships
from entente_objectives.profiles import routes as profiles
from entente_objectives.projects import routes as projects
from entente_objectives.proposals import routes as proposals
from entente_objectives.rebaselining import routes as rebaselining
from entente_objectives.receipts import routes as receipts
from entente_objectives.reviews import handlers as reviews_handlers
from entente_objectives.reviews import routes as reviews
from entente_objectives.risks import routes as risks
from entente_objectives.rituals import routes as rituals
from entente_objectives.roadmap import milestone_routes as milestones
from entente_objectives.roadmap import routes as roadmap
from entente_objectives.scheduling import routes as scheduling
from entente_objectives.secondments import routes as secondments
from entente_objectives.tree import review_routes as tree_review
from entente_objectives.tree import routes as tree
from entente_objectives.tree import standing_routes as tree_standing
from entente_objectives.workspaces import routes as workspaces
from entente_shared.handling import Handlers
from entente_shared.runtime import Service
from entente_shared.timers import Timers
from entente_shared.web import create_service

from .settings import Settings

SERVICE = Service(
    name="objectives",
    title="Entente objectives",
    description="Organisations, partnerships, their charter, objectives, and the decisions that move them.",
    routers=(
        organisations.router,
        partnerships.router,
        charter.router,
        charter_comments.router,
        differences.router,
        documents.router,
        grants.router,
        objectives.router,
        rebaselining.router,
        decision_log.router,
        governance.router,
        receipts.router,
        proposals.router,
        linting.router,
        committees.router,
        delegations.router,
        commitments.router,
        assessments.router,
        diagnosis.router,
        frictions.router,
        opportunity.router,
        profiles.router,
        invitations.router,
        lifecycle.router,
        reviews.router,
        risks.router,
        discussions.router,
        messages.router,
        feedback.router,
        workspaces.router,
        community.router,
        gatherings.router,
        ideas.router,
        projects.router,
        rituals.router,
        secondments.router,
        calendars.router,
        roadmap.router,
        milestones.router,
        scheduling.router,
        goal_assessments.router,
        tree_standing.router,
        tree_review.router,
        tree.router,
    ),
    handlers=Handlers(
        objectives_handlers.handlers,
        governance_handlers.handlers,
        commitments_handlers.handlers,
        lifecycle_handlers.handlers,
        reviews_handlers.handlers,
    ),
    timers=Timers(governance_handlers.timers, commitments_handlers.timers, reviews_handlers.timers),
    guards=(refuse_after_exit,),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
