"""The service as its callers meet it: through the gateway, with keys."""

from objectives.charters import charter


async def test_three_organisations_agree_on_a_charter(world):
    names = ("ministry", "makers", "insurer")
    organisations = [await world.organisation(name, "sponsor", "manager") for name in names]
    parties = [
        {
            "organisation_id": str(organisation.id),
            "weight": weight,
            "members": [
                {"person_id": str(organisation.person_id("sponsor")), "role": "sponsor"},
                {"person_id": str(organisation.person_id("manager")), "role": "alliance_manager"},
            ],
        }
        for organisation, weight in zip(organisations, ("0.4", "0.35", "0.25"), strict=True)
    ]
    body = {"name": "Road safety", "clock": "replay", "starts_at": "2026-01-01T00:00:00Z", "parties": parties}
    made = await organisations[0].person("sponsor").post("/v1/partnerships", body)
    path = f"/v1/partnerships/{made['id']}"
    version = await organisations[1].person("manager").post(f"{path}/charter/versions", charter())
    for organisation in organisations:
        version = await organisation.person("sponsor").post(
            f"{path}/charter/versions/1/signatures", {"hash": version["hash"]}
        )
    assert version["agreed"] is True
    assert (await organisations[2].system.get(path))["stage"] == "working_together"
    objectives = await organisations[2].person("manager").get(f"{path}/objectives")
    assert [row["revision"] for row in objectives["items"]] == [1]


async def test_nobody_else_finds_the_partnership(world):
    ours, theirs = await world.organisation("ours", "sponsor"), await world.organisation("theirs", "sponsor")
    stranger = await world.organisation("stranger", "sponsor")
    parties = [{"organisation_id": str(organisation.id), "weight": "1"} for organisation in (ours, theirs)]
    made = await ours.system.post("/v1/partnerships", {"name": "Ours", "parties": parties})
    for client, status in ((theirs.system, 200), (stranger.system, 404), (world.operator, 404)):
        assert (await client.request("GET", f"/v1/partnerships/{made['id']}")).status_code == status
