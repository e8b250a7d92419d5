"""All tables of this service."""

from .base import Base
from .definitions import models as definitions
from .deviations import models as deviations
from .evaluation import models as evaluation
from .health import models as health
from .reviews import models as reviews
from .revisions import models as revisions
from .series import models as series
from .trajectories import models as trajectories
from .verification import models as verification

__all__ = [
    "definitions",
    "deviations",
    "evaluation",
    "health",
    "metadata",
    "reviews",
    "revisions",
    "series",
    "trajectories",
    "verification",
]

metadata = Base.metadata
