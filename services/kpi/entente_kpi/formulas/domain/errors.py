"""What can be wrong with a formula. Texts name the place (a character, counted from 1) and what to do."""

from typing import Any

from entente_shared.errors import N_, Conflict, Unprocessable


class InvalidFormula(Unprocessable):
    slug = "invalid-formula"
    title = N_("The formula makes no sense")


class FormulaCycle(Unprocessable):
    slug = "formula-cycle"
    title = N_("The KPI would be computed from itself")


class HasOwnSamples(Conflict):
    slug = "kpi-has-samples"
    title = N_("The KPI has samples that were pushed")


def refuse(detail: str, place: int, **params: Any) -> InvalidFormula:
    """A fault at a place of the text, as people count."""
    return InvalidFormula(detail, pointer="/formula", place=place + 1, **params)
