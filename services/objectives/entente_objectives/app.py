"""The objectives service: what it is made of."""

from fastapi import FastAPI

from entente_objectives.goal_assessments import routes as goal_assessments
from entente_objectives.charter import routes as charter
from entente_objectives.commitments import handlers as commitments_handlers
from entente_objectives.commitments import routes as commitments
from entente_objectives.governance import handlers as governance_handlers
from entente_objectives.governance import routes as governance
from entente_objectives.objectives import handlers as objectives_handlers
from entente_objectives.objectives import routes as objectives
from entente_objectives.organisations import routes as organisations
from entente_objectives.partnerships import routes as partnerships
from entente_objectives.rebaselining import routes as rebaselining
from entente_objectives.tree import review_routes as tree_review
from entente_objectives.tree import routes as tree
from entente_objectives.tree import standing_routes as tree_standing
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
        objectives.router,
        rebaselining.router,
        governance.router,
        commitments.router,
        goal_assessments.router,
        tree_standing.router,
        tree_review.router,
        tree.router,
    ),
    handlers=Handlers(objectives_handlers.handlers, governance_handlers.handlers, commitments_handlers.handlers),
    timers=Timers(governance_handlers.timers),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    return create_service(SERVICE, settings)
