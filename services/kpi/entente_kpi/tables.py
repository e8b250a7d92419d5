"""All tables of this service."""

from .attestation import models as attestation
from .base import Base
from .benefits import models as benefits
from .contests import models as contests
from .costs import models as costs
from .definitions import models as definitions
from .deviations import models as deviations
from .evaluation import models as evaluation
from .formulas import models as formulas
from .health import models as health
from .interviews import models as interviews
from .mappings import models as mappings
from .quarantine import models as quarantine
from .reviews import models as reviews
from .revisions import models as revisions
from .series import models as series
from .sources import models as sources
from .surveys import models as surveys
from .trajectories import models as trajectories
from .verification import models as verification

__all__ = [
    "attestation",
    "benefits",
    "contests",
    "costs",
    "definitions",
    "deviations",
    "evaluation",
    "formulas",
    "health",
    "interviews",
    "mappings",
    "metadata",
    "quarantine",
    "reviews",
    "revisions",
    "series",
    "sources",
    "surveys",
    "trajectories",
    "verification",
]

metadata = Base.metadata
