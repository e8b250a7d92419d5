"""Configuration of the conflicts service."""

from entente_shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """It has no knobs of its own."""
