"""What a caller may do in a partnership, so that a page can show the right buttons. The services themselves decide
each time.
"""

from collections.abc import Iterable
from enum import StrEnum

from entente_shared.events.objectives import Role


class Ability(StrEnum):
    READ = "read"
    MANAGE_MEMBERS = "manage_members"
    ADVANCE_CLOCK = "advance_clock"
    PROPOSE_CHARTER = "propose_charter"
    SIGN_CHARTER = "sign_charter"
    REBASELINE = "rebaseline"
    VOTE = "vote"
    DEFINE_KPIS = "define_kpis"
    WRITE_SAMPLES = "write_samples"
    MANAGE_RESOURCES = "manage_resources"
    ALLOCATE = "allocate"
    OPEN_CASES = "open_cases"
    SETTLE = "settle"


_LEADERS = frozenset({Role.SPONSOR, Role.ALLIANCE_MANAGER})
_VOTERS = _LEADERS | {Role.COMMITTEE_MEMBER}
_WORKERS = _LEADERS | {Role.CONTRIBUTOR}
_ACTORS = frozenset(Role) - {Role.OBSERVER}

_BY_ROLE: dict[Ability, frozenset[Role]] = {
    Ability.READ: frozenset(Role),
    Ability.MANAGE_MEMBERS: _LEADERS,
    Ability.ADVANCE_CLOCK: _LEADERS,
    Ability.PROPOSE_CHARTER: _LEADERS,
    Ability.SIGN_CHARTER: frozenset({Role.SPONSOR}),
    Ability.REBASELINE: _LEADERS,
    Ability.VOTE: _VOTERS,
    Ability.DEFINE_KPIS: _LEADERS,
    Ability.WRITE_SAMPLES: _WORKERS,
    Ability.MANAGE_RESOURCES: _LEADERS,
    Ability.ALLOCATE: _LEADERS,
    Ability.OPEN_CASES: _ACTORS,
    Ability.SETTLE: _LEADERS,
}
_BY_SCOPE: dict[str, frozenset[Ability]] = {
    "organisation:admin": frozenset({Ability.MANAGE_MEMBERS, Ability.DEFINE_KPIS}),
    "samples:write": frozenset({Ability.WRITE_SAMPLES}),
    "clock:advance": frozenset({Ability.ADVANCE_CLOCK}),
}


def abilities(roles: Iterable[Role], scopes: Iterable[str]) -> list[Ability]:
    """What a member with these roles, or an organisation's system with these scopes, may do. Every member may read."""
    held = frozenset(roles)
    found = {Ability.READ}
    found.update(ability for ability, wanted in _BY_ROLE.items() if held & wanted)
    found.update(*(_BY_SCOPE.get(scope, frozenset()) for scope in scopes))
    return [ability for ability in Ability if ability in found]
