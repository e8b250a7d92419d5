"""Bodies of progress."""

from datetime import datetime

from entente_shared.web import Strict


class ProgressRead(Strict):
    """A sample held against the trajectory in force at its time; the three are null where none had started.

    `provisional`: a party contests it.
    """

    at: datetime
    value: float
    progress: float | None
    planned: float | None
    deviation: float | None
    provisional: bool
