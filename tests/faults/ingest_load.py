"""Writers that push as fast as they are answered, and write down what they sent and what came of it (see `ingest_history`)."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

import aiohttp
import numpy as np

from entente_kpi.evaluation.domain import Rule

BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
_BEGIN_US = int(BEGIN.timestamp()) * 1_000_000
_SECOND = 1_000_000
_BLOCK = 4096  # seconds of which a series is made at a time
_PATIENCE = aiohttp.ClientTimeout(total=25)


@dataclass(frozen=True)
class Variant:
    """How a KPI is defined. The rule's durations are in seconds."""

    hold: int = 0
    keep: int = 0
    stale_after: int | None = None
    delay: int = 0
    correcting: bool = False

    @property
    def definition(self) -> dict[str, Any]:
        rule = {
            "theta_on": -0.25,
            "theta_off": -0.1,
            "for": f"PT{self.hold}S",
            "keep": f"PT{self.keep}S",
            "stale_after": None if self.stale_after is None else f"PT{self.stale_after}S",
            "evaluation_delay": f"PT{self.delay}S",
        }
        return {"rule": rule, "on_conflict": "correct" if self.correcting else "reject"}

    @property
    def rule(self) -> Rule:
        hold, keep, delay = (timedelta(seconds=each) for each in (self.hold, self.keep, self.delay))
        return Rule(-0.25, -0.1, hold, keep, self.stale_after and timedelta(seconds=self.stale_after), delay)


VARIANTS = (Variant(), Variant(), Variant(hold=20, keep=30), Variant(stale_after=600, keep=5), Variant(delay=30),
            Variant(correcting=True))  # fmt: skip
KPIS = 4 * len(VARIANTS)


class Values:
    """The value of a KPI at a second, by the seed alone: around its plan, with a dip far below it now and then."""

    def __init__(self, seed: int) -> None:
        self._seed, self._blocks = seed, {}

    def of(self, kpi: int, first: int, amount: int) -> list[float]:
        parts, second = [], first
        while second < first + amount:
            block, inside = divmod(second, _BLOCK)
            taken = min(_BLOCK - inside, first + amount - second)
            parts.append(self._block(kpi, block)[inside : inside + taken])
            second += taken
        return np.concatenate(parts).tolist()

    def _block(self, kpi: int, block: int) -> np.ndarray:
        if (kpi, block) not in self._blocks:
            chance = np.random.default_rng([self._seed, kpi, block])
            values = np.round(chance.uniform(40, 60, _BLOCK), 2)
            if kpi % 3 == 0:
                values = np.rint(values)
            begin, length = int(chance.integers(0, _BLOCK - 400)), int(chance.integers(1, 400))
            values[begin : begin + length] -= 100
            self._blocks[kpi, block] = np.round(values, 2)
        return self._blocks[kpi, block]


def moment(kpi: int, second: int) -> int:
    """In microseconds: a quarter of the KPIs is measured at irregular times."""
    return _BEGIN_US + second * _SECOND + ((kpi * 7919 + second * 104_729) % 1000 * 1000 if kpi % 4 == 3 else 0)


@dataclass
class Request:
    """`copies` of it are sent at once."""

    parts: list[dict[str, Any]]
    rows: bool
    keyed: bool = False
    copies: int = 1

    def body(self, kpi_ids: Sequence[str]) -> bytes:
        if self.rows:
            samples = [
                {"kpi_id": kpi_ids[part["kpi"]], "at": _text(at), "value": value, "correction": part["correction"]}
                for part in self.parts
                for at, value in zip(_times(part), part["values"], strict=True)
            ]
            return json.dumps({"samples": samples}).encode()
        return json.dumps({"series": [_series(part, kpi_ids) for part in self.parts]}).encode()


def _times(part: dict[str, Any]) -> list[int]:
    at = part["at"]
    return at if isinstance(at, list) else [at + n * part["step"] for n in range(len(part["values"]))]


def _text(at: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).isoformat()


def _series(part: dict[str, Any], kpi_ids: Sequence[str]) -> dict[str, Any]:
    times = (
        {"at_ms": [at // 1000 for at in part["at"]]}
        if isinstance(part["at"], list)
        else {"start": _text(part["at"]), "step": f"PT{part['step'] // _SECOND}S"}
    )
    return {"kpi_id": kpi_ids[part["kpi"]], "values": part["values"], "correction": part["correction"], **times}


@dataclass
class Story:
    """What is pushed next. All writers take from one: they meet in the same KPIs, and nowhere do they know of an answer."""

    seed: int
    chance: np.random.Generator = field(init=False)
    front: list[int] = field(init=False)
    holes: list[tuple[int, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values, self.chance = Values(self.seed), np.random.default_rng(self.seed)
        self.front = [0] * KPIS

    def next(self) -> Request:
        if min(self.front) < 200:
            return self._forward()
        dice = self.chance.random()
        if dice < 0.72:
            return self._forward()
        if dice < 0.80:
            return self._late()
        if dice < 0.86:
            return self._again()
        return self._other(correction=dice < 0.94)

    def _forward(self) -> Request:
        """On from where the KPIs are, sometimes from a little before that, sometimes with a piece left out."""
        rows = self.chance.random() < 0.25
        amount = int(self.chance.integers(5, 20) if rows else self.chance.integers(20, 120))
        parts = []
        for kpi in self.chance.choice(KPIS, 10, replace=False).tolist():
            begin = self.front[kpi]
            self.front[kpi] += amount
            if self.chance.random() < 0.2:
                back = min(begin, int(self.chance.integers(1, 40)))
                parts.append(self._part(kpi, begin - back, amount + back))
            elif self.chance.random() < 0.1:
                third = amount // 3
                self.holes.append((kpi, begin + third, third))
                parts += [self._part(kpi, begin, third), self._part(kpi, begin + 2 * third, amount - 2 * third)]
            else:
                parts.append(self._part(kpi, begin, amount))
        keyed = self.chance.random() < 0.1
        return Request(parts, rows, keyed, 1 if keyed or self.chance.random() > 0.08 else 2)

    def _late(self) -> Request:
        """What was left out."""
        taken = [self.holes.pop(int(self.chance.integers(len(self.holes)))) for _ in range(min(4, len(self.holes)))]
        return Request([self._part(*hole) for hole in taken], rows=False) if taken else self._forward()

    def _again(self) -> Request:
        """What was sent some time ago."""
        kpis = self.chance.choice(KPIS, 3, replace=False).tolist()
        return Request([self._part(kpi, self._past(kpi), 50) for kpi in kpis], rows=bool(self.chance.random() < 0.5))

    def _other(self, *, correction: bool) -> Request:
        """Other values for a few moments, most of them where they make or end a crossing."""
        parts = []
        for kpi in self.chance.choice(KPIS, 2, replace=False).tolist():
            first, amount = self._past(kpi), int(self.chance.integers(1, 8))
            part = self._part(kpi, first, amount)
            lift = round(float(self.chance.choice([-100.0, 100.0, 0.5])) + round(float(self.chance.random()), 1), 2)
            part["values"] = [round(value + lift, 2) for value in part["values"]]
            parts.append({**part, "correction": correction})
        return Request(parts, rows=bool(self.chance.random() < 0.7))

    def _past(self, kpi: int) -> int:
        """A second that was sent, mostly of late."""
        front = self.front[kpi] - 50
        back = int(self.chance.integers(0, 300 if self.chance.random() < 0.8 else front))
        return max(0, front - back)

    def _part(self, kpi: int, first: int, amount: int) -> dict[str, Any]:
        part: dict[str, Any] = {"kpi": kpi, "values": self.values.of(kpi, first, amount), "correction": False}
        if kpi % 4 == 3:
            return {**part, "at": [moment(kpi, first + n) for n in range(amount)]}
        return {**part, "at": moment(kpi, first), "step": _SECOND}


class Load:
    """Writers push until they are told to end, and send again what was not acknowledged until it is."""

    def __init__(self, url: str, key: dict[str, str], kpi_ids: Sequence[str], seed: int, record: TextIO) -> None:
        self._url, self._key, self._kpi_ids, self._record = url, key, kpi_ids, record
        self._story, self._begun, self._numbers = Story(seed), time.monotonic(), 0
        self.acknowledged = self.retries = 0

    async def run(self, writers: int, end: asyncio.Event, patience: float = 180) -> None:
        """Raises TimeoutError where something stays without an acknowledgement for `patience` seconds after the end."""
        async with aiohttp.ClientSession(headers=self._key, timeout=_PATIENCE) as http:
            writing = asyncio.gather(*(self._write(http, end) for _ in range(writers)))
            try:
                await asyncio.wait([writing, ending := asyncio.create_task(end.wait())], return_when="FIRST_COMPLETED")
                await asyncio.wait_for(writing, patience)
            finally:
                ending.cancel()
                self._record.flush()

    async def _write(self, http: aiohttp.ClientSession, end: asyncio.Event) -> None:
        while not end.is_set():
            request, number = self._story.next(), self._numbers
            self._numbers += 1
            self._note({"request": number, "keyed": request.keyed, "parts": request.parts})
            headers = {"Content-Type": "application/json"}
            if request.keyed:
                headers["Idempotency-Key"] = f"load-{number}"
            body = request.body(self._kpi_ids)
            await asyncio.gather(*(self._push(http, number, headers, body) for _ in range(request.copies)))

    async def _push(self, http: aiohttp.ClientSession, number: int, headers: dict[str, str], body: bytes) -> None:
        pause = 0.05
        while not await self._attempt(http, number, headers, body):
            self.retries += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, 1.0)

    async def _attempt(self, http: aiohttp.ClientSession, number: int, headers: dict[str, str], body: bytes) -> bool:
        """Whether nothing is left to be done: it was acknowledged, or refused for good."""
        begun, status, outcomes = self._now(), 0, None
        try:
            async with http.post(self._url, data=body, headers=headers) as answer:
                content = await answer.read()
                if answer.ok:
                    told = json.loads(content)["outcomes"]
                    outcomes = {each["index"]: each["outcome"] for each in told if each["outcome"] != "stored"}
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            status = 0  # also where an answer broke off
        self._note({"attempt": number, "begun": begun, "ended": self._now(), "status": status, "outcomes": outcomes})
        self.acknowledged += 200 <= status < 300
        return 200 <= status < 500 and status not in (408, 409, 429)

    def _note(self, record: dict[str, Any]) -> None:
        self._record.write(json.dumps(record, separators=(",", ":")) + "\n")

    def _now(self) -> float:
        return time.monotonic() - self._begun
