"""What can become of a pushed sample, and which ones are refused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from entente_shared.errors import N_

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
LARGEST = 1e100  # leaves room for differences and sums of many samples


class Outcome(StrEnum):
    STORED = "stored"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sample is refused; `field` is the one to mend."""

    field: str
    reason: str


UNKNOWN_KPI = Fault("kpi_id", N_("No KPI of this partnership has this id."))
NOT_A_SOURCE = Fault("kpi_id", N_("This KPI takes samples from the sources of its definition only, and you are none."))
DERIVED = Fault("kpi_id", N_("This KPI is computed from others by its formula; push samples of those."))
OUT_OF_TIME = Fault("at", N_("The time must lie between the years 1900 and 2199."))
TOO_OLD = Fault(
    "at", N_("Samples of this time are kept no longer, as the definition of this KPI says; send newer ones.")
)
OUT_OF_RANGE = Fault("value", N_("The value must lie between -1e100 and 1e100."))
CONFLICTING = Fault("value", N_("Another value is stored for this time; send it with correction = true to replace it."))
