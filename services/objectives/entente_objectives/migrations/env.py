from entente_objectives.tables import metadata
from entente_shared.migrations import run

run(metadata)
