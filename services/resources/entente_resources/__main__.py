from entente_shared.serve import serve

from .app import create_app
from .settings import Settings

serve("resources", Settings, create_app)
