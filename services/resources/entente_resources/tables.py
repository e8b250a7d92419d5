"""All tables of this service."""

from .base import Base

metadata = Base.metadata
