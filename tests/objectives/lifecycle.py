"""What happens around a partnership in the course of its stages: progress, cases, members by name."""

from datetime import UTC, datetime

from entente_shared.events.conflicts import CaseClosed, CaseOpened, Cause, CauseKind
from entente_shared.events.kpi import DeviationState, ProgressChanged
from entente_shared.ids import new_id

AT = datetime(2026, 2, 1, tzinfo=UTC)


async def enter(circle, stage, who="manager"):
    return await circle.first[who].post(f"{circle.path}/lifecycle/transitions", {"stage": stage})


async def progress(circle, deviation=-0.1):
    """kpi tells of the first progress of each objective; returns the objectives with it."""
    path = f"{circle.path}/objectives"
    for objective in (await circle.first["manager"].get(path))["items"]:
        await circle.producers.tell(
            ProgressChanged(
                partnership_id=circle.id,
                kpi_id=objective["kpi_id"],
                objective_id=objective["id"],
                at=AT,
                value=98.0,
                progress=0.1,
                planned=0.1 - deviation,
                deviation=deviation,
                state=DeviationState.OK,
            )
        )
    page = await circle.first["manager"].eventually(path, lambda page: all(o["progress"] for o in page["items"]))
    return page["items"]


async def open_case(circle):
    case_id = new_id()
    event = CaseOpened(
        partnership_id=circle.id,
        case_id=case_id,
        cause=Cause(kind=CauseKind.PERSON, id=new_id()),
        title="Late invoices",
        deviation_id=None,
        adjustment_id=None,
        kpi_id=None,
        opened_at=AT,
    )
    await circle.producers.tell(event)
    await exit_says(circle, "no_open_cases", met=False)
    return case_id


async def close_case(circle, case_id):
    await circle.producers.tell(CaseClosed(partnership_id=circle.id, case_id=case_id, outcome="settled", closed_at=AT))
    await exit_says(circle, "no_open_cases", met=True)


async def exit_says(circle, key, *, met):
    """Wait until the exit's condition `key` is (not) met."""

    def holds(found):
        [exit_] = [each for each in found["following"] if each["stage"] == "exit"]
        return [c["met"] for c in exit_["conditions"] if c["key"] == key] == [met]

    return await circle.first["manager"].eventually(f"{circle.path}/lifecycle", holds)


async def member_id(circle, organisation, person):
    members = (await organisation["manager"].get(f"{circle.path}/members"))["items"]
    return next(m["id"] for m in members if m["person_id"] == str(organisation.id_of(person)))
