"""`python -m entente_objectives` serves this service."""

from entente_objectives.app import create_app
from entente_objectives.settings import Settings
from entente_shared.serve import serve

serve("objectives", Settings, create_app)
