"""Configuration of the resources service."""

from entente_shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """A batch is short, because each deviation in it may ask the solver, and the batch is one transaction."""

    delivery_batch: int = 16
