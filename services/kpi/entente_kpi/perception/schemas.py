"""Bodies of what answers say."""

from uuid import UUID

from pydantic import ConfigDict

from entente_shared.web import Strict


class ShareRead(Strict):
    """`n` answers lie between `lowest` and `highest`, both included."""

    model_config = ConfigDict(from_attributes=True)

    lowest: int
    highest: int
    n: int


class GroupRead(Strict):
    """One party's answers, or all together (`party_id` null). A hidden group is too small, or would reveal one that is.

    `mean` and `sd` are on the question's scale; `agreement` is r_wg against a uniform null, 0 to 1; `nps` is -1 to 1.
    """

    model_config = ConfigDict(from_attributes=True)

    party_id: UUID | None
    hidden: bool
    n: int | None
    mean: float | None
    sd: float | None
    distribution: list[ShareRead] | None
    agreement: float | None
    nps: float | None


class FindingRead(Strict):
    model_config = ConfigDict(from_attributes=True)

    question: str
    total: GroupRead
    parties: list[GroupRead]


class GapRead(Strict):
    """The party that sees a question best and the one that sees it worst: `difference` in points of 100."""

    model_config = ConfigDict(from_attributes=True)

    question: str
    higher: UUID
    lower: UUID
    difference: float
    weight: float
