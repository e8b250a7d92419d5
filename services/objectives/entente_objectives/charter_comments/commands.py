"""Comments are added; what a party has said of a text stays said."""

from sqlalchemy.ext.asyncio import AsyncSession

from entente_objectives.charter.queries import load_version
from entente_objectives.differences import domain as differences
from entente_shared.errors import N_, Unprocessable
from entente_shared.ids import new_id
from entente_shared.timers import partnership_now
from entente_shared.web import Member

from .models import CharterComment


class NoSuchPath(Unprocessable):
    slug, title = "no-such-path", N_("The version has no such place")


async def comment(session: AsyncSession, member: Member, number: int, path: str, text: str) -> CharterComment:
    """Raises NoSuchVersion and NoSuchPath."""
    version = await load_version(session, member.partnership_id, number)
    if not differences.exists(version.content, path):
        raise NoSuchPath(
            N_(
                "path: leads to nothing in this version; name items by their keys, as GET .../charter/differences does."
            ),
            pointer="/path",
        )
    made = CharterComment(
        partnership_id=member.partnership_id,
        id=new_id(),
        number=number,
        party_id=member.party_id,
        person_id=member.caller.person_id,
        path=path,
        text=text,
        made_at=await partnership_now(session, member.partnership_id),
    )
    session.add(made)
    await session.flush()
    return made
