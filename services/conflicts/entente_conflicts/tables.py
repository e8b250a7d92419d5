"""Every table of the service, for the migrations."""

from .base import Base
from .cases import models as _cases
from .charter import models as _charter
from .context import models as _context
from .ladder import models as _ladder
from .settlement import models as _settlement

__all__ = ["metadata"]

metadata = Base.metadata
_slices = (_cases, _charter, _context, _ladder, _settlement)
