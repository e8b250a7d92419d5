"""A door in a process of its own, whose memory can be watched: `python door_process.py FOLDER PORT UPSTREAM`."""

import sys
from pathlib import Path

import uvicorn

sys.path[:0] = [str(Path(__file__).parent.parent)]

from gateway.upstream import door  # noqa: E402

from entente_gateway.proxy.upstream import Limits  # noqa: E402

if __name__ == "__main__":
    folder, port, address = sys.argv[1:]
    application, _ = door(Path(folder), {"kpi": address}, Limits(), ("kpi",))
    uvicorn.run(application, port=int(port), log_level="warning", loop="uvloop", ws="none", access_log=False)
