"""Goals as they are sent, and a partnership that has some."""

from objectives.charters import objective

from entente_shared.events.kpi import DeviationState, ProgressChanged

DUE = "2026-12-31T00:00:00Z"
ANCHORS = [
    {"score": score, "meaning": meaning}
    for score, meaning in zip((0, 25, 50, 75, 100), ("none", "few", "half", "most", "all of them"), strict=True)
]


async def members(circle, organisation=None):
    """Member ids of a party by what its people are called in `parties.ROLES`."""
    organisation = organisation or circle.first
    rows = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    return {
        person: next(row["id"] for row in rows if row["person_id"] == str(organisation.id_of(person)))
        for person in organisation.people
    }


def goal(owner, level="strategic", measure="children", *parents, **changes):
    """`parents`: ids, or (id, weight)."""
    pairs = [parent if isinstance(parent, tuple) else (parent, 1.0) for parent in parents]
    body = {
        "statement": f"A {level} goal that people understand",
        "level": level,
        "measure": measure,
        "owner_member_id": owner,
        "due_at": DUE,
        "parents": [{"goal_id": goal_id, "weight": weight} for goal_id, weight in pairs],
        **({"anchors": ANCHORS} if measure == "qualitative" else {}),
    }
    return {**body, **changes}


async def take_on(circle, *args, **changes):
    return await circle.first["manager"].post(f"{circle.path}/goals", goal(*args, **changes))


async def put(circle, path, body):
    response = await circle.first["manager"].request("PUT", path, body)
    assert response.is_success, response.text
    return response.json()


async def forest(scene, *keys):
    """A circle with a signed charter of objectives `keys`: (circle, owner, objectives by key)."""
    circle = await scene.circle("1", "1")
    owner = (await members(circle))["delegate"]
    if keys:
        await circle.agree(objectives=[objective(key) for key in keys])
    rows = (await circle.first["sponsor"].get(f"{circle.path}/objectives"))["items"]
    return circle, owner, {row["key"]: row for row in rows}


async def progressed(circle, objective, progress, at="2026-02-01T00:00:00Z", value=None):
    """kpi tells that the objective's KPI has come so far."""
    event = ProgressChanged(
        partnership_id=circle.id,
        kpi_id=objective["kpi_id"],
        objective_id=objective["id"],
        at=at,
        value=100.0 - 20.0 * progress if value is None else value,
        progress=progress,
        planned=0.1,
        deviation=progress - 0.1,
        state=DeviationState.OK,
    )
    await circle.producers.tell(event)
    path = f"{circle.path}/objectives/{objective['id']}"
    await circle.first["sponsor"].eventually(
        path, lambda row: row["progress"] and row["progress"]["progress"] == progress
    )


async def tree(circle, who=None, **params):
    query = "&".join(f"{name}={value}" for name, value in params.items())
    found = await (who or circle.first["delegate"]).get(f"{circle.path}/goals/tree?{query}")
    return {node["id"]: node for node in found["nodes"]}, found["edges"]


def figures(node):
    return node["raw"], node["clamped"], node["coverage"]
