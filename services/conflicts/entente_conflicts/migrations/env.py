from entente_conflicts.tables import metadata
from entente_shared.migrations import run

run(metadata)
