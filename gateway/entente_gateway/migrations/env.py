from entente_gateway.tables import metadata
from entente_shared.migrations import run

run(metadata)
