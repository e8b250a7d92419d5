"""Partnerships whose charter lets a committee decide on proposals, and who sits in it."""

from objectives.charters import mandate, mandates

LIMIT = "50000"


def general(**committee):
    """The mandates of a charter by which the committee `steering` decides on proposals up to `LIMIT`."""
    own = {"committee": "steering", **committee}
    return [
        *mandates(),
        mandate("committee", LIMIT, domain="general", **own),
        mandate(
            "sponsors", domain="general", **{name: own[name] for name in ("veto", "concerned_votes") if name in own}
        ),
    ]


async def members(circle):
    """The member ids by organisation and person's name."""
    rows = (await circle.first["sponsor"].get(f"{circle.path}/members"))["items"]
    by_person = {row["person_id"]: row["id"] for row in rows}
    return [
        {name: by_person[str(organisation.id_of(name))] for name in organisation.people}
        for organisation in circle.organisations
    ]


async def committee(circle, *people, **changes):
    """The committee `steering`, in which the parties in turn seat these of their people (None: nobody)."""
    body = {"key": "steering", "name": "Steering", "purpose": "Decides between the sponsors' meetings", **changes}
    made = await circle.first["manager"].post(f"{circle.path}/committees", body)
    return await seat(circle, made, *people)


async def seat(circle, made, *people):
    known = await members(circle)
    for organisation, ids, person in zip(circle.organisations, known, people, strict=False):
        if person:
            path = f"{circle.path}/committees/{made['id']}/seats"
            made = await organisation["manager"].post(path, {"member_id": ids[person]})
    return made


async def propose(circle, by=0, who="manager", **changes):
    """The decision on a proposal."""
    body = {"title": "A common stand", "text": "One stand of 40 square metres", **changes}
    if "amount" not in changes:
        body["amount"] = {"amount": "12000", "currency": "EUR"}
    made = await circle.organisations[by][who].post(f"{circle.path}/proposals", body)
    return await read(circle, made["decision_id"])


async def read(circle, decision_id):
    return await circle.first["sponsor"].get(f"{circle.path}/decisions/{decision_id}")
