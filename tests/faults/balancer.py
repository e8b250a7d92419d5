"""Connections to one port go to several in turn, and to another one where the next does not answer: as a name with the
addresses of all containers of a service does.

    python tests/faults/balancer.py PORT TARGET_PORT ...
"""

import asyncio
import itertools
import sys
from collections.abc import Iterator
from contextlib import suppress

HOST = "127.0.0.1"


async def connect(turns: Iterator[int], amount: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(amount - 1):
        with suppress(OSError):
            return await asyncio.open_connection(HOST, next(turns))
    return await asyncio.open_connection(HOST, next(turns))


async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while content := await reader.read(2**17):
        writer.write(content)
        await writer.drain()


async def main(port: int, targets: list[int]) -> None:
    turns = itertools.cycle(targets)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Both ways until one of them ends; then neither side is left waiting for the other."""
        try:
            upstream = await connect(turns, len(targets))
        except OSError:
            writer.transport.abort()
            return
        ways = [asyncio.create_task(pass_on(reader, upstream[1])), asyncio.create_task(pass_on(upstream[0], writer))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        writer.close()
        upstream[1].close()

    server = await asyncio.start_server(serve, HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), [int(each) for each in sys.argv[2:]]))
