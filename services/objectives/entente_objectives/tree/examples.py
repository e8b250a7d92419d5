"""Examples of bodies in the OpenAPI document."""

from typing import Any

GOAL: dict[str, Any] = {
    "statement": "Cut the time from an accident to its record to five days",
    "level": "operational",
    "measure": "qualitative",
    "anchors": [
        {"score": 0, "meaning": "ten days or more, as today"},
        {"score": 25, "meaning": "below nine days in two months running"},
        {"score": 50, "meaning": "below eight days in two months running"},
        {"score": 75, "meaning": "below six days in two months running"},
        {"score": 100, "meaning": "five days in three months running"},
    ],
    "owner_member_id": "01939f60-1c11-7e51-a031-92437ebf5001",
    "due_at": "2027-06-30T00:00:00Z",
    "parents": [{"goal_id": "01939f60-1c00-7a10-8c01-5e0f3a7b3001", "weight": 2.0}],
}
UPDATE: dict[str, Any] = {**GOAL, "reason": "The new register opens later"}
BATCH_GOAL: dict[str, Any] = {**GOAL, "ref": "records", "parents": [{"ref": "checks", "weight": 2.0}]}
BATCH: dict[str, Any] = {
    "goals": [
        {
            "ref": "checks",
            "statement": "Check belts where the month before had most accidents",
            "level": "tactical",
            "measure": "children",
            "owner_member_id": "01939f60-1c12-7e52-a032-92437ebf5002",
            "due_at": "2027-06-30T00:00:00Z",
            "parents": [{"goal_id": "01939f60-1c00-7a10-8c01-5e0f3a7b3001"}],
        },
        BATCH_GOAL,
    ],
    "reason": "The checks follow the accidents too late",
}
