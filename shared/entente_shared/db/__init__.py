"""Database access: one engine per service, one transaction per request or event, the caller set for row-level security."""

from ..naming import NAMING, new_metadata
from .base import EntenteBase, upsert_newer
from .database import Database, set_tenant

__all__ = ["NAMING", "Database", "EntenteBase", "new_metadata", "set_tenant", "upsert_newer"]
