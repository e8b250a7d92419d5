"""Configuration of the kpi service."""

from pydantic import Field

from entente_shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """`samples_per_second` is what each key may push, ten seconds of it at once; 0: no limit. `compaction_apart`: samples are
    compacted in a process of its own.
    """

    samples_per_second: float = Field(1_000_000, ge=0)
    compaction_apart: bool = True
