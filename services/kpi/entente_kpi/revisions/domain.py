"""Versions of a KPI's definition: which of them wait for every party, and when one takes effect."""

from collections.abc import Set as AbstractSet
from dataclasses import fields
from enum import StrEnum
from uuid import UUID

from entente_shared.errors import N_, Conflict, NotFound, Unprocessable

from ..definitions.domain import Approval, Definition


class VersionState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    REFUSED = "refused"


class VersionNotFound(NotFound):
    slug = "kpi-version-not-found"
    title = N_("The KPI has no such version")


class NothingChanged(Unprocessable):
    slug = "nothing-changed"
    title = N_("The definition is like this already")


class ProposalOpen(Conflict):
    slug = "proposal-open"
    title = N_("Another change of this KPI waits for approval")


class NotProposed(Conflict):
    slug = "not-proposed"
    title = N_("This version is not waiting for approval")


PRESENTATION = frozenset({"name", "description", "template", "level"})
"""What a party may change alone: it alters neither a figure, nor a judgement, nor who may deliver or keep what."""


def changed(before: Definition, after: Definition) -> frozenset[str]:
    """The names of the fields that differ."""
    names = (field.name for field in fields(Definition))
    return frozenset(name for name in names if getattr(before, name) != getattr(after, name))


def needs_approval(before: Definition, after: Definition, *, agreed: bool) -> bool:
    """Whether a change waits for every party: where the definition asks for it, and once a charter ties the KPI (`agreed`).

    A charter's objective was signed for a KPI as it was defined then, so that no party may alter alone what it means.
    """
    if before.approval is Approval.REQUIRED:
        return True
    return agreed and not changed(before, after) <= PRESENTATION


def check_proposal(before: Definition, after: Definition, open_version: int | None) -> None:
    """Raises NothingChanged and ProposalOpen: one change at a time waits, so that what is approved is what takes effect."""
    if open_version is not None:
        raise ProposalOpen(
            N_("Version {version} waits for approval; approve or refuse it first."), version=open_version
        )
    if not changed(before, after):
        raise NothingChanged(N_("Every field that was given has this value already; give one that differs."))


def check_open(state: VersionState) -> None:
    if state is not VersionState.PROPOSED:
        raise NotProposed(
            N_("This version is {state}; only one that is proposed can be approved or refused."), state=state
        )


def agreed_by_all(approved: AbstractSet[UUID], parties: AbstractSet[UUID]) -> bool:
    """Whether every party of the partnership has approved."""
    return parties <= approved
