"""`python -m entente_gateway`."""

from entente_shared.serve import serve

from .app import create_app
from .settings import Settings

serve("gateway", Settings, create_app)
