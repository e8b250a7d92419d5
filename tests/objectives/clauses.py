"""Optional clauses of a charter as they are sent."""


def clauses(first, second):
    """One of each, between two parties."""
    return {
        "equity": [
            {"key": "effort", "criterion": "Effort follows means", "measure": "hours over staff", "weight": "0.6"},
            {"key": "gain", "criterion": "Gains follow effort", "measure": "gain over hours", "weight": "0.4"},
        ],
        "shares": sharing(first, second),
        "confidentiality": [{"record": "document", "widest": "named", "roles": ["sponsor", "alliance_manager"]}],
        "intellectual_property": [right(first, second)],
        "communication": [
            {
                "type": "concern",
                "urgency": "high",
                "channels": ["stream", "email"],
                "roles": ["sponsor", "alliance_manager"],
            },
            {"type": "information", "urgency": "low", "channels": ["stream"], "roles": ["contributor"]},
        ],
    }


def sharing(first, second, **changes):
    half = [{"party_id": str(first), "share": "0.5"}, {"party_id": str(second), "share": "0.5"}]
    body = {
        "currency": "EUR",
        "bands": [
            {"key": "pain", "above": None, "up_to": "0", "shares": [{"party_id": str(first), "share": "1"}]},
            {"key": "gain", "above": "0", "up_to": "50000.00", "shares": half},
            {"key": "windfall", "above": "50000.00", "up_to": None, "shares": half},
        ],
    }
    return {**body, **changes}


def right(first, second, **changes):
    body = {
        "key": "axle",
        "granted_by": str(first),
        "granted_to": [str(second)],
        "subject": "Drawings of the front axle",
        "purpose": "joint-bid",
        "expires_at": "2027-01-01T00:00:00Z",
    }
    return {**body, **changes}
