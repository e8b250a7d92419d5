"""Compressed bodies are inflated in pieces, and no further than the limits."""

import gzip
import tracemalloc
import zlib

import pytest
import zstandard

from entente_kpi.sources import inflating
from entente_kpi.sources.inflating import FREE, MOST_RATIO, PIECE, CorruptBody, Inflating
from entente_shared.errors import TooLarge, UnsupportedMedia

TEXT = b"".join(b"line %d of some text\n" % n for n in range(50_000))


async def inflated(encoding, *chunks, path="/"):
    """The pieces that an application gets."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages += [{"type": "http.request", "body": b"", "more_body": False}, {"type": "http.disconnect"}]
    pieces, headers = [], []

    async def app(scope, receive, send):
        headers.extend(scope["headers"])
        while True:
            message = await receive()
            pieces.append(message["body"])
            if not message["more_body"]:
                assert (await receive())["type"] == "http.disconnect"
                return

    async def receive():
        return messages.pop(0)

    scope = {
        "type": "http",
        "path": path,
        "headers": [(b"content-length", b"5"), *([(b"content-encoding", encoding)] if encoding else [])],
    }
    await Inflating(app)(scope, receive, None)
    return pieces, dict(headers)


def split(body, size=7_000):
    return [body[start : start + size] for start in range(0, len(body), size)]


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [(b"gzip", gzip.compress), (b" GZIP ", gzip.compress), (b"deflate", zlib.compress), (b"zstd", zstandard.compress)],
)
async def test_a_body_is_inflated_in_pieces(encoding, compress):
    whole = compress(TEXT) + compress(b"and more")  # several members or frames are one body
    pieces, headers = await inflated(encoding, *split(whole))
    assert b"".join(pieces) == TEXT + b"and more"
    assert max(map(len, pieces)) <= FREE
    assert headers == {}


@pytest.mark.parametrize("encoding", [None, b"identity"])
async def test_a_plain_body_passes_as_it_is(encoding):
    pieces, headers = await inflated(encoding, b"ab", b"c")
    assert pieces == [b"ab", b"c", b""]
    assert headers[b"content-length"] == b"5"


@pytest.mark.parametrize("encoding", [b"gzip", b"zstd"])
async def test_nothing_inflates_to_nothing(encoding):
    assert await inflated(encoding) == ([b""], {})


@pytest.mark.parametrize("encoding", [b"br", b"snappy", b"gzip, zstd"])
async def test_other_encodings_are_refused(encoding):
    with pytest.raises(UnsupportedMedia) as refused:
        await inflated(encoding, b"x")
    assert refused.value.headers == {"Accept-Encoding": "gzip, zstd, deflate"}


async def test_snappy_is_left_to_remote_write():
    pieces, _ = await inflated(b"snappy", b"x", path="/v1/partnerships/p/ingest/prometheus/write")
    assert pieces == [b"x", b""]


@pytest.mark.parametrize("encoding", [b"gzip", b"zstd"])
async def test_a_damaged_or_broken_off_body_is_refused(encoding):
    compress = gzip.compress if encoding == b"gzip" else zstandard.compress
    whole = compress(TEXT)
    for body in (b"no such thing at all", whole[:-3]):
        with pytest.raises(CorruptBody):
            await inflated(encoding, body)


@pytest.mark.parametrize("encoding", [b"gzip", b"zstd"])
async def test_a_bomb_is_refused_before_it_has_grown(encoding):
    zeros, total = bytes(2**20), 512
    compressor = zlib.compressobj(9, wbits=31) if encoding == b"gzip" else zstandard.ZstdCompressor().compressobj()
    bomb = b"".join(compressor.compress(zeros) for _ in range(total)) + compressor.flush()
    assert len(bomb) * MOST_RATIO < total * 2**20
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            await inflated_to_nowhere(encoding, bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * FREE


async def inflated_to_nowhere(encoding, body):
    async def app(scope, receive, send):
        while (await receive())["more_body"]:
            pass

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    await Inflating(app)({"type": "http", "path": "/", "headers": [(b"content-encoding", encoding)]}, receive, None)


def test_a_window_that_would_take_much_memory_is_refused():
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    frame = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(bytes(2**25))
    with pytest.raises(CorruptBody):
        list(inflating.Zstd().feed(frame))


async def test_a_client_that_leaves_is_told_as_ever():
    messages = [
        {"type": "http.request", "body": gzip.compress(TEXT)[:100], "more_body": True},
        {"type": "http.disconnect"},
    ]
    seen = []

    async def app(scope, receive, send):
        while (message := await receive())["type"] == "http.request":
            seen.append(message)

    async def receive():
        return messages.pop(0)

    await Inflating(app)({"type": "http", "path": "/", "headers": [(b"content-encoding", b"gzip")]}, receive, None)
    assert all(message["more_body"] for message in seen)


def test_gzip_gives_pieces_of_bounded_size():
    assert max(map(len, inflating.Zlib().feed(gzip.compress(bytes(2**24))))) <= PIECE
