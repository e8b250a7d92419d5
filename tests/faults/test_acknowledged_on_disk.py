"""What is acknowledged is on the disk by then, and not only on its way there."""

import asyncpg
import httpx
from bench.deployment import deployment, partnership

from entente_local.folder import Folder
from entente_local.services import installation

PUSHES = 20  # the server flushes every 200 ms by itself: it cannot have done so before each


async def test_a_sample_is_acknowledged_once_its_commit_is_flushed():
    with deployment() as place:
        where = partnership(place, 1)
        admin = await asyncpg.connect(installation(Folder(place.folder / "data")).admin_url(), database="entente_kpi")
        async with httpx.AsyncClient(base_url=place.url, headers=where.system, timeout=30) as http:
            for second in range(PUSHES):
                before = await admin.fetchval("SELECT pg_current_wal_insert_lsn()::text")
                sample = {"at": f"2026-02-01T00:00:{second:02}Z", "value": 50.0}
                pushed = await http.post(f"{where.path}/kpis/{where.kpis[0]}/samples", json={"samples": [sample]})
                flushed = await admin.fetchval("SELECT pg_current_wal_flush_lsn() > $1::text::pg_lsn", before)
                assert (pushed.status_code, flushed) == (200, True), pushed.text
        await admin.close()
