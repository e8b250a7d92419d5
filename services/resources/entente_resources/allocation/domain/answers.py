"""What the solver answers the service. Each answer has passed the checker."""

from dataclasses import dataclass

from .certificate import Certificate
from .problem import Cells


@dataclass(frozen=True)
class Certified:
    """An allocation with the certificate that the checker accepted."""

    cells: Cells
    certificate: Certificate


@dataclass(frozen=True)
class Proposal:
    """Two allocations that meet the goal within the churn budget: the fairest, and the one that changes least."""

    fairest: Certified
    least_change: Certified


@dataclass(frozen=True)
class Broken:
    """Why given cells cannot stand."""

    reasons: tuple[str, ...]
