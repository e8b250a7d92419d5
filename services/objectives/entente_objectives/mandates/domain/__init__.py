"""Mandates: who decides in which domain up to which amount."""

from .checks import InvalidMandate, check
from .mandate import Domain, Mandate, Money, NoMandate, Tier, Veto, of_tier, select

__all__ = ["Domain", "InvalidMandate", "Mandate", "Money", "NoMandate", "Tier", "Veto", "check", "of_tier", "select"]
