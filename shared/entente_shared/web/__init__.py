"""HTTP: the app factory, the transactional edge, errors, field types and pages."""

from .app import create_service
from .dependencies import CurrentCaller, CurrentMember, CurrentSession, Member, load_member
from .idempotency import withhold_response
from .pages import Cursor, Limit, Page, check_if_match, paginate, set_etag
from .routing import Router, authenticate, write
from .types import Amount, Duration, LongText, Strict, Text, Timestamp, format_duration, parse_duration

__all__ = [
    "Amount", "CurrentCaller", "CurrentMember", "CurrentSession", "Cursor", "Duration", "Limit", "LongText", "Member", "Page",
    "Router", "Strict", "Text", "Timestamp", "authenticate", "check_if_match", "create_service", "format_duration",
    "load_member", "paginate", "parse_duration", "set_etag", "withhold_response", "write",
]  # fmt: skip
