"""What is said of a body of ingest that cannot be read: where it fails and how to mend it, without repeating any of it."""

from entente_shared.errors import N_, Unprocessable

FIELDS = {
    "samples": N_("A list of at most 10,000 samples is expected here; send more in several requests."),
    "series": N_(
        "A list of series with at most 10,000 samples in all is expected here; send more in several requests."
    ),
    "table": N_("A table with at most 10,000 values in all is expected here; send more in several requests."),
    "kpi_id": N_("A UUID is expected here."),
    "at": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "value": N_("A finite number is expected here."),
    "correction": N_("true or false is expected here."),
    "values": N_("A list of finite numbers is expected here."),
    "at_ms": N_("A list of whole milliseconds since 1970-01-01T00:00:00Z is expected here."),
    "start": N_("A time as RFC 3339 with an offset is expected here, such as 2026-01-31T12:00:00Z."),
    "step": N_("A duration as ISO 8601 longer than zero is expected here, such as PT1S."),
}
ONE_WAY = N_("Give the times in exactly one way: at, or at_ms, or start with step.")
AS_MANY = N_("There must be as many times as values.")


class InvalidBatch(Unprocessable):
    slug = "invalid-samples"
    title = N_("The samples cannot be read")


_OF_KEY = "`key` in "  # in messages of msgspec on the key of an object


def unreadable(message: str) -> InvalidBatch:
    """From a message of msgspec's, which quotes unknown fields."""
    problem, _, path = message.replace(_OF_KEY, "").partition(" - at `$")
    pointer = path.partition("[...]")[0].rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    missing = problem.removeprefix("Object missing required field `").rstrip("`")
    if missing in FIELDS:
        return InvalidBatch(N_("This field is required; add it."), pointer=f"{pointer}/{missing}")
    if problem.startswith("Object contains unknown field"):
        return InvalidBatch(
            N_("There is a field here that is not known; these are: {fields}."),
            pointer=pointer,
            fields=", ".join(FIELDS),
        )
    if problem.startswith("Expected `object`"):
        return InvalidBatch(N_("An object is expected here."), pointer=pointer)
    if _OF_KEY in message:
        return InvalidBatch(FIELDS["kpi_id"], pointer=pointer)
    detail = next((FIELDS[part] for part in reversed(pointer.split("/")) if part in FIELDS), None)
    if detail:
        return InvalidBatch(detail, pointer=pointer)
    return InvalidBatch(
        N_("The body is not valid JSON (RFC 8259): check quotes, commas and numbers; there is no NaN in it.")
    )
