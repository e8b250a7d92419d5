"""Bodies of ingest. They are decoded by msgspec straight into structs: this is the hot path."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from pydantic import BaseModel

from entente_shared.errors import N_, Unprocessable

from .domain import Outcome

MOST = 10_000
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class KpiSample(msgspec.Struct, forbid_unknown_fields=True):
    """One value of the KPI that the path names."""

    at: _Moment
    value: float
    correction: bool = False


class Sample(KpiSample, kw_only=True):
    """One value of any KPI of the partnership."""

    kpi_id: UUID


class KpiBatch(msgspec.Struct, forbid_unknown_fields=True):
    samples: Annotated[list[KpiSample], msgspec.Meta(max_length=MOST)]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    samples: Annotated[list[Sample], msgspec.Meta(max_length=MOST)]


class SampleOutcome(msgspec.Struct, omit_defaults=True):
    index: int
    outcome: Outcome
    pointer: str | None = None
    reason: str | None = None


class Report(msgspec.Struct):
    """`rejected` counts conflicts too."""

    accepted: int
    unchanged: int
    corrected: int
    rejected: int
    outcomes: list[SampleOutcome]


class SampleOutcomeRead(BaseModel):
    """What became of the sample at `index`. `pointer` names the field to mend, `reason` says why and how."""

    index: int
    outcome: Outcome
    pointer: str | None = None
    reason: str | None = None


class IngestReport(BaseModel):
    """`rejected` counts conflicts too; the other samples of the request are stored all the same."""

    accepted: int
    unchanged: int
    corrected: int
    rejected: int
    outcomes: list[SampleOutcomeRead]


_KPI_DECODER = msgspec.json.Decoder(KpiBatch)
_DECODER = msgspec.json.Decoder(Batch)
_FIELDS = {
    "samples": N_("A list of at most 10,000 samples is expected here; send more in several requests."),
    "kpi_id": N_("A UUID is expected here."),
    "at": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "value": N_("A finite number is expected here."),
    "correction": N_("true or false is expected here."),
}


class InvalidBatch(Unprocessable):
    slug = "invalid-samples"
    title = N_("The samples cannot be read")


def decode_for(kpi_id: UUID, body: bytes) -> list[Sample]:
    """Samples of one KPI. Raises InvalidBatch."""
    try:
        batch = _KPI_DECODER.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _invalid(str(error)) from None
    return [Sample(kpi_id=kpi_id, at=each.at, value=each.value, correction=each.correction) for each in batch.samples]


def decode(body: bytes) -> list[Sample]:
    """Samples of any KPIs. Raises InvalidBatch."""
    try:
        return _DECODER.decode(body).samples
    except (msgspec.DecodeError, RecursionError) as error:
        raise _invalid(str(error)) from None


def _invalid(message: str) -> InvalidBatch:
    """Where the body fails and how to mend it, without repeating any of it: msgspec's messages quote unknown fields."""
    problem, _, path = message.partition(" - at `$")
    pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    missing = problem.removeprefix("Object missing required field `").rstrip("`")
    if missing in _FIELDS:
        return InvalidBatch(N_("This field is required; add it."), pointer=f"{pointer}/{missing}")
    if problem.startswith("Object contains unknown field"):
        return InvalidBatch(
            N_("There is a field here that is not known; these are: {fields}."),
            pointer=pointer,
            fields=", ".join(_FIELDS),
        )
    if problem.startswith("Expected `object`"):
        return InvalidBatch(N_("An object is expected here."), pointer=pointer)
    detail = _FIELDS.get(pointer.rpartition("/")[2])
    if detail:
        return InvalidBatch(detail, pointer=pointer)
    return InvalidBatch(
        N_("The body is not valid JSON (RFC 8259): check quotes, commas and numbers; there is no NaN in it.")
    )
