"""The real series through the running services: the deviations are those of the specification, to the month."""

from datetime import datetime

import pytest
from loop.partnership import found

from entente_local.demo import figures
from entente_local.demo.agreement import PLAN_DUE, PLAN_STARTS

DEVIATIONS = {
    "drivers": [
        ("1976-02", "1976-03"),
        ("1976-12", "1977-03"),
        ("1977-08", "1983-03"),
        ("1984-10", None),
    ],
    "front_passengers": [
        ("1976-01", "1976-04"),
        ("1976-12", "1977-03"),
        ("1977-07", "1983-02"),
    ],
    "rear_passengers": [
        ("1976-01", "1976-06"),
        ("1977-12", "1978-06"),
        ("1978-07", "1978-10"),
        ("1978-11", "1979-06"),
        ("1979-10", "1980-08"),
        ("1980-11", None),
    ],
}


def objective(subject: str, kpi_id: str, baseline: float) -> dict:
    return {
        "key": subject.replace("_", "-"),
        "title": subject,
        "kpi_id": kpi_id,
        "baseline": baseline,
        "target": 0.8 * baseline,
        "starts_at": figures.move(PLAN_STARTS).isoformat(),
        "due_at": figures.move(PLAN_DUE).isoformat(),
    }


def span(deviation: dict) -> tuple[str, str | None]:
    opened, closed = (
        deviation[name] and datetime.fromisoformat(deviation[name]) for name in ("opened_at", "closed_at")
    )
    return figures.original(opened), closed and figures.original(closed)


@pytest.mark.parametrize("batch", [1, 12, 1000], ids=["by month", "by year", "all at once"])
async def test_deviations_of_the_real_series_are_those_of_the_specification(world, batch):
    real = figures.read_months()
    partnership = await found(world, figures.move(datetime.fromisoformat("1969-01-01T00:00:00+00:00")).isoformat())
    kpis = {subject: await partnership.define_kpi(subject, "P31D") for subject in real}
    objectives = [objective(subject, kpis[subject], figures.baseline(real[subject])) for subject in real]
    await partnership.sign_charter(objectives=objectives)

    months = figures.by_month({subject: figures.smoothed(real[subject]) for subject in real})
    for start in range(0, len(months), batch):
        samples = [
            {"kpi_id": kpis[subject], "at": figures.move(at).isoformat(), "value": value}
            for at, values in months[start : start + batch]
            for subject, value in values.items()
        ]
        answer = await partnership.system.post(partnership.path("/samples"), {"samples": samples})
        assert answer["accepted"] == len(samples)

    for subject, kpi_id in kpis.items():
        found_spans = [span(each) for each in await partnership.items(f"/deviations?kpi_id={kpi_id}&limit=100")]
        assert found_spans == DEVIATIONS[subject]
