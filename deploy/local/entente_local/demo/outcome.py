"""The figures of a run, read back from the API: no ids and no wall times, so that two runs can be compared by `diff`."""

import json
from typing import Any

from . import figures
from .readback import Record
from .setting import Setting, moment

Outcome = dict[str, Any]


def read(setting: Setting) -> Outcome:
    """Everything that two runs on the same months must agree on. Months are in their original years."""
    sagas = {saga["deviation_id"]: saga for saga in setting.list("/sagas")}
    deviations = setting.list("/deviations")
    return {
        "years_moved": figures.YEARS_MOVED,
        "samples": {subject: _samples(setting, kpi_id) for subject, kpi_id in setting.kpis.items()},
        "deviations": {
            subject: [_span(each) for each in deviations if each["kpi_id"] == kpi_id]
            for subject, kpi_id in setting.kpis.items()
        },
        "loops": _ordered([_loop(setting, each, sagas[each["id"]]) for each in deviations]),
        "cases": _ordered([_case(setting, each["id"]) for each in setting.list("/cases")]),
        "plans": {subject: _plans(setting, objective) for subject, objective in setting.objectives.items()},
    }


def render(outcome: Outcome) -> str:
    """As JSON with a line for each figure, each loop and each case."""
    return "{\n" + ",\n".join(f" {json.dumps(name)}: {_lines(value)}" for name, value in outcome.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"  {json.dumps(row)}" for row in value) + "\n ]"
    if isinstance(value, dict):
        return "{\n" + ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in value.items()) + "\n }"
    return json.dumps(value)


def _samples(setting: Setting, kpi_id: str) -> int:
    return len(setting.list(f"/kpis/{kpi_id}/samples"))


def _month(text: str | None) -> str | None:
    return text and figures.original(moment(text))


def _span(deviation: Record) -> list[str | None]:
    return [_month(deviation["opened_at"]), _month(deviation["closed_at"])]


def _ordered(rows: list[Outcome]) -> list[Outcome]:
    return sorted(rows, key=lambda row: (row["opened"], row["kpi"]))


def _loop(setting: Setting, deviation: Record, saga: Record) -> Outcome:
    decision = _decision(setting, saga)
    verification = next(iter(setting.list("/verifications", deviation_id=deviation["id"])), None)
    return {
        "kpi": setting.subject(deviation["kpi_id"]),
        "opened": _month(deviation["opened_at"]),
        "gap": round(deviation["planned_value"] - deviation["value"], 1),
        "tier": decision and decision["tier"],
        "decision": decision and decision["status"],
        "amount": decision and decision["amount"] and f"{float(decision['amount']['amount']):.2f}",
        "verification": verification and verification["outcome"],
        "measured": _effect(verification, "measured_effect"),
        "expected": _effect(verification, "expected_effect"),
        "states": [step["state"] for step in saga["steps"]],
    }


def _effect(verification: Record | None, name: str) -> float | None:
    value = verification[name] if verification else None
    return None if value is None else round(value, 1)


def _decision(setting: Setting, saga: Record) -> Record | None:
    found = setting.list("/decisions")
    return next((each for each in found if each["correlation_id"] == saga["correlation_id"]), None)


def _case(setting: Setting, case_id: str) -> Outcome:
    case = setting.get(f"/cases/{case_id}")
    return {
        "kpi": setting.subject(case["kpi_id"]),
        "opened": _month(case["opened_at"]),
        "cause": case["cause"]["kind"],
        "steps": [[step["level"], step["reason"], _month(step["reached_at"])] for step in case["steps"]],
        "settled": _month(case["settled_at"]),
        "state": case["state"],
        "terms": [term["kind"] for each in case["settlements"] if each["state"] == "signed" for term in each["terms"]],
    }


def _plans(setting: Setting, objective_id: str) -> list[Outcome]:
    return [
        {
            "from": _month(each["starts_at"]),
            "to": _month(each["due_at"]),
            "baseline": round(each["baseline"], 2),
            "target": round(each["target"], 2),
        }
        for each in setting.list(f"/objectives/{objective_id}/revisions")
    ]
