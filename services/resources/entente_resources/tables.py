"""All tables of this service."""

from .adjustment import models as adjustment
from .allocation import models as allocation
from .base import Base
from .catalogue import models as catalogue
from .charter import models as charter
from .contests import models as contests
from .needs import models as needs

__all__ = ["adjustment", "allocation", "catalogue", "charter", "contests", "metadata", "needs"]

metadata = Base.metadata
