"""Recognitions: to whom, and by whom."""

from uuid import UUID

from entente_shared.errors import N_, Forbidden, NotFound, Unprocessable


class RecognitionNotFound(NotFound):
    slug, title = "recognition-not-found", N_("There is no such recognition")


class InvalidRecognition(Unprocessable):
    slug, title = "invalid-recognition", N_("The recognition cannot be given like this")


class OwnPraise(Forbidden):
    slug, title = "own-praise", N_("Nobody recognises themselves")


def check_addressee(member_id: UUID | None, party_id: UUID | None) -> None:
    if member_id is not None and party_id is not None:
        raise InvalidRecognition(
            N_("party_id: a recognition goes to a member or to a party; leave one of them out."), pointer="/party_id"
        )


def check_giver(person: UUID, party: UUID, to_person: UUID | None, to_party: UUID | None) -> None:
    """Colleagues may be recognised; oneself and one's own party may not."""
    if to_person == person or to_party == party:
        raise OwnPraise(N_("Recognise another person, or another party than your own."))
