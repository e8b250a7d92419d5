from entente_kpi.tables import metadata
from entente_shared.migrations import run

run(metadata)
