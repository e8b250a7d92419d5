"""All tables of the gateway, for its migrations."""

from .base import Base
from .keys import models as keys
from .me import models as me
from .stream import models as stream

metadata = Base.metadata

__all__ = ["keys", "me", "metadata", "stream"]
