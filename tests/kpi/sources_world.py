"""Pushing by foreign protocols, and what became of it."""

from kpi.kpi_world import START, Kpi, day, stamp

NS = int(START.timestamp()) * 10**9
DAY_NS = 86_400 * 10**9


def lines(name, values, tags=""):
    """Line protocol of field `v` by day from START."""
    return "".join(f"{name}{tags} v={value!r} {NS + int(at * DAY_NS)}\n" for at, value in values.items())


async def write(kpis, body, client=None, **params):
    return await (client or kpis.http).post("/ingest/influx/write", content=body, params={"db": "d", **params})


async def map_to(kpi: Kpi, name, **fields):
    body = {"kpi_id": str(kpi.id), "name": name, **fields}
    made = await kpi.partnership.http.post("/sources/mappings", json=body)
    assert made.status_code == 201, made.text
    return made.json()


async def points(kpi: Kpi):
    """Value by day from START."""
    page = await kpi.partnership.get(f"/kpis/{kpi.id}/samples", limit=1000)
    days = {stamp(day(number)): number for number in range(400)}
    return {days[each["at"]]: each["value"] for each in page["items"]}


async def quarantined(kpis, client=None):
    """Number of samples by series."""
    answer = await (client or kpis.http).get("/quarantine/series")
    assert answer.status_code == 200, answer.text
    return {each["name"]: each["samples"] for each in answer.json()["items"]}


async def replay(kpis, **body):
    answer = await kpis.http.post("/quarantine/replays", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()
