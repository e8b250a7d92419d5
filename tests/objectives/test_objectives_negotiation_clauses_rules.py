"""Clauses leave the text of a charter without them as it was, and read back as they were agreed."""

from decimal import Decimal

from objectives.charters import charter
from objectives.clauses import clauses, sharing
from objectives.samples import PARTIES, terms

from entente_objectives.charter.canonical import Text
from entente_objectives.charter.schemas import Content, ProposalCreate
from entente_objectives.clauses.domain import Channel
from entente_objectives.clauses.sharing import check_sharing
from entente_objectives.terms import domain
from entente_objectives.terms.schemas import document

KPI, RESOURCE = "01939f61-2d01-7f61-b141-a3548fc06001", "01939f61-2d03-7365-b585-e798d3040003"
# Of the same charter, written before there were clauses.
SIGNED_BEFORE = "4a00af0f83d6644d429d036ed8feda1ea3f393fda70894cc450de6232b95cdbc"
EMPTY = {"equity": [], "shares": None, "confidentiality": [], "intellectual_property": [], "communication": []}


def fixed(**changes):
    body = {**charter(), **changes}
    body["objectives"][0]["kpi_id"] = KPI
    body["levers"][0] |= {"resource_id": RESOURCE, "kpi_id": KPI}
    return body


def text_of(body):
    return Text.of({**document(ProposalCreate.model_validate(body)), "version": 1})


def test_a_charter_without_clauses_keeps_the_hash_that_it_had_before_there_were_any():
    assert text_of(fixed()).hash == SIGNED_BEFORE
    assert text_of(fixed(**EMPTY)).hash == SIGNED_BEFORE


def test_a_charter_from_before_there_were_clauses_is_shown_as_it_was_signed():
    head = {"partnership_id": KPI, "version": 1, "based_on": None, "parties": []}
    signed = {**document(ProposalCreate.model_validate(fixed())), **head}
    assert Content.model_validate(signed).model_dump(mode="json") == signed


def test_the_rules_read_the_clauses_that_were_signed():
    agreed = clauses(*PARTIES[:2])
    read = text_of(fixed(**agreed)).terms
    domain.check(read, PARTIES)
    assert [term.weight for term in read.equity] == [Decimal("0.6"), Decimal("0.4")]
    assert read.shares.bands[1].up_to == 50_000
    assert read.communication[0].channels == (Channel.STREAM, Channel.EMAIL)
    assert read.intellectual_property[0].granted_to == (PARTIES[1],)
    assert text_of(fixed(**agreed)).document["shares"] == sharing(*PARTIES[:2])


def test_a_single_band_without_ends_covers_every_result():
    whole = text_of(fixed(shares=sharing(*PARTIES[:2], bands=[{**sharing(*PARTIES[:2])["bands"][0], "up_to": None}])))
    assert list(check_sharing(whole.terms.shares, PARTIES)) == []
    assert list(check_sharing(terms().shares, PARTIES)) == []
