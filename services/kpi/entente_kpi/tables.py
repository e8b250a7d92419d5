"""All tables of this service."""

from .base import Base
from .definitions import models as definitions
from .deviations import models as deviations
from .evaluation import models as evaluation
from .mappings import models as mappings
from .quarantine import models as quarantine
from .series import models as series
from .sources import models as sources
from .trajectories import models as trajectories
from .verification import models as verification

__all__ = [
    "definitions", "deviations", "evaluation", "mappings", "metadata", "quarantine", "series", "sources", "trajectories",
    "verification",
]  # fmt: skip

metadata = Base.metadata
