"""All benches, one after the other: `make bench`. Each prints rows of one table; none is a timed test."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
BENCHES = (
    "outbox_to_handler.py",
    "ingest.py",
    "charts.py",
    "goals.py",
    "reaction.py",
    "schedule.py",
    "gateway_vs_nginx.py",
)

if __name__ == "__main__":
    print("| path | Entente | peer in the same run | ratio |\n|---|---|---|---|", flush=True)
    failed = [name for name in BENCHES if subprocess.run([sys.executable, str(HERE / name)], check=False).returncode]
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)
