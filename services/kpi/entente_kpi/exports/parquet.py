"""A process of its own that makes Parquet of the samples on its input: pyarrow takes more memory than the service may.

    python -m entente_kpi.exports.parquet

Input: a line of JSON {"described": bool}, then frames: two little-endian uint32 (bytes of the KPI's description as JSON;
number of samples), the description, the times (int64 microseconds) and the values (float64). Two zeros end it. An input
that breaks off leaves an output that is no Parquet.
"""

import json
import struct
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 65_536
HEAD = struct.Struct("<II")


def frame(described: dict[str, str], times: bytes, values: bytes) -> bytes:
    """A frame of the input, as the other side writes it."""
    meta = json.dumps(described).encode()
    return HEAD.pack(len(meta), len(times) // 8) + meta + times + values


def _read(source: BinaryIO, size: int) -> bytes:
    content = source.read(size)
    if len(content) < size:
        raise EOFError("the samples broke off")
    return content


def _table(schema: "pa.Schema", meta: dict[str, str], times: bytes, values: bytes) -> "pa.Table":
    import pyarrow as pa

    count = len(times) // 8
    arrays: list[Any] = []
    for field in schema:
        if field.name in meta:
            arrays.append(pa.repeat(pa.scalar(meta[field.name], pa.string()), count))
        else:
            content = pa.py_buffer(times if field.name == "at" else values)
            arrays.append(pa.Array.from_buffers(field.type, count, [None, content]))
    return pa.Table.from_arrays(arrays, schema=schema)


class _Sink:
    """Takes nothing any more once the input broke off: a writer that is thrown away would still write the file's end."""

    closed = False

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self.broken = False

    def write(self, content: bytes) -> int:
        return len(content) if self.broken else self._sink.write(content)

    def flush(self) -> None:
        self._sink.flush()


def convert(source: BinaryIO, sink: BinaryIO) -> None:
    """Raises EOFError where the input breaks off: then the file has no end."""
    output = _Sink(sink)
    try:
        _convert(source, output)
    except BaseException:
        output.broken = True
        raise


def _convert(source: BinaryIO, sink: _Sink) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    pa.set_cpu_count(1)
    described = json.loads(source.readline())["described"]
    texts = ("kpi_id", "name", "unit") if described else ("kpi_id",)
    schema = pa.schema(
        [*((name, pa.string()) for name in texts), ("at", pa.timestamp("us", tz="UTC")), ("value", pa.float64())]
    )
    writer = parquet.ParquetWriter(sink, schema, compression="zstd")
    for table in _tables(source, schema):
        writer.write_table(table)
    writer.close()
    sink.flush()


def _tables(source: BinaryIO, schema: "pa.Schema") -> Iterator["pa.Table"]:
    """The frames, joined to row groups of a useful size."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    while True:
        size, count = HEAD.unpack(_read(source, HEAD.size))
        ended = not size and not count
        if waiting and (ended or sum(table.num_rows for table in waiting) >= ROW_GROUP):
            yield pa.concat_tables(waiting)
            waiting = []
        if ended:
            return
        meta = json.loads(_read(source, size))
        waiting.append(_table(schema, meta, _read(source, 8 * count), _read(source, 8 * count)))


if __name__ == "__main__":
    try:
        convert(sys.stdin.buffer, sys.stdout.buffer)
    except (EOFError, BrokenPipeError):
        sys.stdout = None  # nobody is there to be written to
        sys.exit(1)
