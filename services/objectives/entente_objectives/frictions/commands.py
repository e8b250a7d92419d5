"""Keep and tell what a revealed round found."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from entente_shared.events import objectives as events
from entente_shared.ids import derived_id
from entente_shared.outbox import publish

from .domain import MOST_TOLD, RULE_VERSION, Finding, clearness
from .models import Friction


async def keep(
    session: AsyncSession, partnership_id: UUID, round_id: UUID, findings: Iterable[Finding], now: datetime
) -> None:
    """Keep all findings and tell of the clearest, in the transaction that reveals the round, which is locked."""
    rows = [
        {
            "partnership_id": partnership_id,
            "id": derived_id("friction", round_id, each.nature, each.ground, each.subject, each.aspect, *each.parties),
            "round_id": round_id,
            "nature": each.nature,
            "ground": each.ground,
            "subject": each.subject,
            "aspect": each.aspect,
            "first_party_id": each.parties[0],
            "second_party_id": each.parties[1],
            "distance": each.distance,
            "threshold": each.threshold,
            "rule_version": RULE_VERSION,
            "found_at": now,
        }
        for each in sorted(findings, key=clearness, reverse=True)
    ]
    if rows:
        await session.execute(insert(Friction), rows)
    for row in rows[:MOST_TOLD]:
        publish(session, _found(Friction(**row)))


def _found(friction: Friction) -> events.FrictionFound:
    return events.FrictionFound(
        partnership_id=friction.partnership_id,
        friction_id=friction.id,
        round_id=friction.round_id,
        nature=friction.nature.value,
        ground=friction.ground.value,
        subject=friction.subject,
        aspect=friction.aspect,
        parties=list(friction.parties),
        distance=friction.distance,
        threshold=friction.threshold,
        rule_version=friction.rule_version,
        found_at=friction.found_at,
    )
