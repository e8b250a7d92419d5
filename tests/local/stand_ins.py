"""A supervisor whose services are small stand-ins: `python stand_ins.py DATA PORT_BASE [SERVICE ...]`.

PostgreSQL and NATS are the real ones. It prints its news as JSON lines, as a detached one sends them.
"""

import sys
from dataclasses import replace
from pathlib import Path

from entente_local.folder import Folder
from entente_local.progress import to_pipe
from entente_local.runtime import Runtime
from entente_local.up import supervise

SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""


class Names:
    """In place of the migrations."""

    async def run(self):
        for name in sys.argv[3:]:
            yield name

    def end(self):
        pass


class StandIns(Runtime):
    def _job(self, _installation):
        return Names()

    def _spec(self, installation, name):
        argv = (sys.executable, "-c", SERVER, str(installation.ports.of(name)))
        return replace(installation.spec(name), argv=argv)

    async def _first_key(self, _installation):
        return "ent_live_stand_in"


if __name__ == "__main__":
    folder = Folder(Path(sys.argv[1]))
    folder.create(passable=True)
    sys.exit(supervise(folder, int(sys.argv[2]), to_pipe(1), StandIns))
