"""A producer in a process of its own, for tests that freeze or kill it. Its settings are in the environment."""

import asyncio
import sys

from entente_shared.runtime import Runtime, Service
from entente_shared.settings import ServiceSettings


async def main() -> None:
    runtime = Runtime(Service("objectives", "probe", ""), ServiceSettings())
    await runtime.start()
    while runtime.relay is None or not runtime.relay.leading:
        await asyncio.sleep(0.01)
    sys.stderr.write("leading\n")  # the logs go to standard output
    sys.stderr.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
