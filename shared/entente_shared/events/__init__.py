"""Event contracts by producer. They are additive: a breaking change is a new version of the event."""

from . import conflicts, kpi, objectives, resources
from .base import Contract, DecimalText, Event, Kind, Money

__all__ = ["Contract", "DecimalText", "Event", "Kind", "Money", "conflicts", "kpi", "objectives", "resources"]
