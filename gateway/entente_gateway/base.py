"""The base of the gateway's tables."""

from entente_shared.db import EntenteBase, new_metadata


class Base(EntenteBase):
    __abstract__ = True
    metadata = new_metadata()
