"""The declarative base of this service's tables."""

from entente_shared.db import EntenteBase, new_metadata


class Base(EntenteBase):
    __abstract__ = True
    metadata = new_metadata()
