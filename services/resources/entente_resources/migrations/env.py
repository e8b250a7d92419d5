from entente_resources.tables import metadata
from entente_shared.migrations import run

run(metadata)
