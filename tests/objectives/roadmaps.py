"""Calendars and actions as they are sent, and the people of a partnership who plan."""

from typing import Any

OFFICE = {"rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "first_on": "2026-01-01", "opens": "09:00", "closes": "17:00"}
MONDAY = "2026-01-05"


def calendar(name: str = "Office", **changes: Any) -> dict[str, Any]:
    return {"name": name, "zone": "Europe/Paris", "hours": [OFFICE], **changes}


class Plan:
    """A partnership in which every party has a calendar; titles stand for ids."""

    def __init__(self, circle: Any) -> None:
        self.circle, self.path = circle, circle.path
        self.calendars: list[str] = []
        self.ids: dict[str, str] = {}

    def manager(self, party: int = 0) -> Any:
        return self.circle.organisations[party]["manager"]

    async def accountable(self, party: int) -> str:
        organisation = self.circle.organisations[party]
        members = (await organisation["manager"].get(f"{self.path}/members"))["items"]
        return next(row["id"] for row in members if row["person_id"] == str(organisation.id_of("delegate")))

    async def body(self, title: str, duration: int = 1, party: int = 0, **changes: Any) -> dict[str, Any]:
        body = {
            "title": title,
            "duration": duration,
            "calendar_ids": [self.calendars[party]],
            "accountable_id": await self.accountable(party),
        }
        return {**body, **changes}

    async def action(self, title: str, duration: int = 1, party: int = 0, **changes: Any) -> dict[str, Any]:
        body = await self.body(title, duration, party, **changes)
        made = await self.manager(party).post(f"{self.path}/roadmap/actions", body)
        self.ids[title] = made["id"]
        return made

    async def wait(self, after: str, *before: str, lag: int = 0) -> None:
        for each in before:
            body = {"before_id": self.ids[each], "after_id": self.ids[after], "lag": lag}
            await self.manager().post(f"{self.path}/roadmap/dependencies", body)

    async def milestone(self, title: str, due_on: str, *actions: str, **changes: Any) -> dict[str, Any]:
        body = {"title": title, "due_on": due_on, "action_ids": [self.ids[each] for each in actions], **changes}
        made = await self.manager().post(f"{self.path}/roadmap/milestones", body)
        self.ids[title] = made["id"]
        return made

    async def schedule(self, **body: Any) -> dict[str, Any]:
        return await self.manager().post(f"{self.path}/roadmap/schedules", body)

    def days(self, schedule: dict[str, Any]) -> dict[str, tuple[str, str, str]]:
        """From, to and done of each action, by its title."""
        titles = {action_id: title for title, action_id in self.ids.items()}
        return {titles[a["action_id"]]: (a["from_on"], a["to_on"], a["done_on"]) for a in schedule["actions"]}

    def named(self, constraints: list[dict[str, Any]]) -> set[tuple[str, str]]:
        """Kind and subject of each constraint."""
        titles = {action_id: title for title, action_id in self.ids.items()}
        return {(each["kind"], titles.get(each["subject_id"], "calendar")) for each in constraints}


async def planned(scene: Any, *calendars: dict[str, Any]) -> Plan:
    """A partnership of as many parties as there are calendars (two at least), on Monday 5 January 2026."""
    wanted = calendars or (calendar(), calendar())
    circle = await scene.circle(*("1" for _ in wanted))
    await circle.advance(f"{MONDAY}T08:00:00Z")
    plan = Plan(circle)
    for party, body in enumerate(wanted):
        made = await plan.manager(party).post(f"{plan.path}/calendars", body)
        plan.calendars.append(made["id"])
    return plan
