"""Examples of bodies in the OpenAPI document."""

from typing import Any

_MINISTRY, _CARMAKERS = "01939f60-1c11-7e51-a031-92437ebf5001", "01939f60-1c12-7e52-a032-92437ebf5002"
SERIES: dict[str, Any] = {
    "title": "Monthly review",
    "rrule": "FREQ=MONTHLY;BYDAY=1MO",
    "time_zone": "Europe/Paris",
    "starts_at": "2026-01-05T10:00:00+01:00",
    "notice": "P7D",
    "revision_every": 3,
}
MINUTES: dict[str, Any] = {
    "text": "Rear belts are worn less on rural roads, where there are no checks.",
    "attendance": [_MINISTRY, _CARMAKERS],
    "actions": [
        {
            "what": "Move one patrol to the rural roads",
            "owner_member_id": _MINISTRY,
            "due_at": "2026-03-31T22:00:00Z",
            "objective_id": "01939f61-2d02-7062-8252-b465a0d17002",
        }
    ],
}
CONFIRMATION: dict[str, Any] = {"hash": "9f2d0a6c1be84f57a3d1c09e7b6f5a4433221100ffeeddccbbaa998877665544"}
