"""Lines of a long upload: cut out of a stream in constant memory, and read as NDJSON or CSV, some thousand at a time."""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

import msgspec

from entente_shared.errors import N_, Unprocessable

from ..ingest.domain import Fault
from ..sources.domain import Labels, Reading, check_identity, micros
from ..sources.gathering import Gathering, Identity

AT_ONCE = 10_000
LONGEST_LINE = 64 * 1024
MOST_TOLD = 1_000

Line = tuple[int, bytes | None]
"""Number from 1, and the content; None where it was too long to be kept."""

TOO_LONG = Fault("line", N_("A line may have at most 65,536 bytes."))
NOT_JSON = Fault("line", N_("Each line must be a JSON object with kpi_id or name, at and value."))
NO_TARGET = Fault("kpi_id", N_("Each sample needs either kpi_id or name, not both."))
WRONG_FIELDS = Fault("line", N_("The line must have as many fields as the header."))
_FAULTS = {
    "kpi_id": Fault("kpi_id", N_("A UUID is expected here.")),
    "name": Fault("name", N_("The series needs a name of 1 to 500 characters, without NUL.")),
    "labels": Fault("labels", N_("An object whose values are text is expected here.")),
    "at": Fault("at", N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z.")),
    "value": Fault("value", N_("A finite number is expected here.")),
    "correction": Fault("correction", N_("true or false is expected here.")),
}
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_PATH = re.compile(r"at `\$\.(\w+)")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FLAGS = {"true": True, "false": False, "1": True, "0": False, "": False}
_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class InvalidHeader(Unprocessable):
    slug = "invalid-header"
    title = N_("The first line of the CSV cannot be used")


class Sample(msgspec.Struct, forbid_unknown_fields=True):
    """One line of NDJSON: a sample of a KPI, or of a foreign series by name and labels."""

    at: _Moment
    value: float
    kpi_id: UUID | None = None
    name: str | None = None
    labels: dict[str, str] = {}
    correction: bool = False


class Cutter:
    """Cuts a stream into lines. Empty ones are left out, but counted."""

    def __init__(self) -> None:
        self._rest, self._number, self._skipping = b"", 0, False

    def feed(self, chunk: bytes) -> Iterator[Line]:
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        for content in whole:
            self._number += 1
            if self._skipping or len(content) > LONGEST_LINE:
                self._skipping = False
                yield self._number, None
            elif content and not content.isspace():
                yield self._number, content
        if len(self._rest) > LONGEST_LINE:
            self._rest, self._skipping = b"", True

    def end(self) -> Iterator[Line]:
        """What stands behind the last line end, if anything does."""
        if self._rest or self._skipping:
            yield from self.feed(b"\n")


class Format(Protocol):
    def read(self, lines: Sequence[Line]) -> Reading: ...


class Ndjson:
    def __init__(self) -> None:
        self._decoder = msgspec.json.Decoder(Sample)

    def read(self, lines: Sequence[Line]) -> Reading:
        samples = Gathering()
        for number, content in lines:
            if content is None:
                samples.refuse(number, TOO_LONG)
                continue
            try:
                sample = self._decoder.decode(content)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                samples.refuse(number, _fault(error))
                continue
            _add(samples, number, sample.kpi_id, sample.name, sample.labels, sample)
        return samples.reading()


def _fault(error: Exception) -> Fault:
    """Which field is wrong, by the decoder's message; none of what it quotes is passed on."""
    found = _MISSING.search(str(error)) or _PATH.search(str(error))
    return _FAULTS.get(found.group(1), NOT_JSON) if found else NOT_JSON


def _add(
    samples: Gathering, number: int, kpi_id: UUID | None, name: str | None, labels: dict[str, str], sample: Sample
) -> None:
    fault = NO_TARGET if (kpi_id is None) == (name is None) else None
    if name is not None:
        fault = fault or check_identity(name, labels)
    if fault:
        samples.refuse(number, fault)
        return
    frozen: Labels = tuple(sorted(labels.items())) if name is not None else ()
    identity = Identity(name or "", frozen, None, kpi_id)
    samples.add(number, identity, micros(sample.at), sample.value, correction=sample.correction)


class Csv:
    """The header names the fields: `kpi_id` or `name`, `at`, `value`, perhaps `correction`; with `name`, all others are labels."""

    def __init__(self, header: Sequence[str]) -> None:
        """Raises InvalidHeader."""
        self._names = [name.strip() for name in header]
        known = set(self._names)
        self._labels = sorted(known - {"kpi_id", "name", "at", "value", "correction"})
        if len(known) != len(self._names) or not all(self._names):
            raise InvalidHeader(N_("The header must name each field, and each once."))
        if not {"at", "value"} <= known or ("kpi_id" in known) == ("name" in known):
            raise InvalidHeader(N_("The header needs at and value, and either kpi_id or name: kpi_id,at,value."))
        if self._labels and "kpi_id" in known:
            raise InvalidHeader(
                N_("Next to kpi_id only at, value and correction have a meaning; leave the others out.")
            )

    @classmethod
    def of(cls, line: bytes | None) -> "Csv":
        """By the first line. Raises InvalidHeader."""
        fields = _split(line.removeprefix(b"\xef\xbb\xbf")) if line is not None else None
        if fields is None:
            raise InvalidHeader(N_("The first line must be a header in UTF-8, such as kpi_id,at,value."))
        return cls(fields)

    def read(self, lines: Sequence[Line]) -> Reading:
        samples = Gathering()
        for number, content in lines:
            fields = None if content is None else _split(content)
            if fields is None or len(fields) != len(self._names):
                samples.refuse(number, TOO_LONG if content is None else WRONG_FIELDS)
                continue
            self._add(samples, number, dict(zip(self._names, fields, strict=True)))
        return samples.reading()

    def _add(self, samples: Gathering, number: int, row: dict[str, str]) -> None:
        at, flag = _moment(row["at"]), _FLAGS.get(row.get("correction", "").strip().lower())
        kpi_id = _uuid(row["kpi_id"]) if "kpi_id" in row else None
        checks = (
            ("kpi_id", "name" in row or kpi_id is not None),
            ("at", at is not None),
            ("value", _NUMBER.fullmatch(row["value"].strip()) is not None),
            ("correction", flag is not None),
        )
        wrong = next((field for field, right in checks if not right), None)
        if wrong or at is None:
            samples.refuse(number, _FAULTS[wrong or "at"])
            return
        labels = {name: row[name] for name in self._labels if row[name]}
        sample = Sample(at=at, value=float(row["value"]), correction=bool(flag))
        _add(samples, number, kpi_id, row.get("name"), labels, sample)


def _split(line: bytes) -> list[str] | None:
    """The fields of one line; None where they are not UTF-8, or a quoted one does not end here."""
    try:
        text = line.removesuffix(b"\r").decode()
        return next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
    except (UnicodeDecodeError, csv.Error):
        return None


def _moment(text: str) -> datetime | None:
    try:
        return msgspec.convert(text.strip(), _Moment)
    except msgspec.ValidationError:
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return msgspec.convert(text.strip(), UUID)
    except msgspec.ValidationError:
        return None
