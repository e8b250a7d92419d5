"""What a KPI and its threshold rule must be to make sense."""

from .definition import (
    Aggregation,
    Approval,
    Definition,
    Direction,
    InvalidCadence,
    InvalidRetention,
    KpiStatus,
    Level,
    MissingField,
    OnConflict,
    Retention,
    UnknownSource,
    check,
    check_cadence,
    check_retention,
    may_push,
    name_sources,
)
from .rules import LONGEST, InvalidRule, check_kind, check_rule, with_windows

__all__ = [
    "LONGEST", "Aggregation", "Approval", "Definition", "Direction", "InvalidCadence", "InvalidRetention", "InvalidRule",
    "KpiStatus", "Level", "MissingField", "OnConflict", "Retention", "UnknownSource", "check", "check_cadence", "check_kind",
    "check_retention", "check_rule", "may_push", "name_sources", "with_windows",
]  # fmt: skip
