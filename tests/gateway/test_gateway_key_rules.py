"""What keys look like, who may make and manage which, and what a rotation leaves live."""

import random
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from entente_gateway.keys import domain
from entente_gateway.keys.domain import Holder, KeyKind, KeySpec, Secret
from entente_shared.errors import Forbidden, Unprocessable

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORGANISATION, OTHER, PERSON = uuid4(), uuid4(), uuid4()


def test_a_secret_has_178_bits_and_its_own_checksum():
    secret = domain.new_secret(random.Random(1).choice)
    assert len(secret) == 45
    assert secret.startswith("ent_live_")
    assert domain.is_well_formed(secret)
    assert domain.shown(secret) == secret[:15]
    assert len(domain.digest(secret)) == 32
    assert domain.new_secret(secrets.choice) != domain.new_secret(secrets.choice)


def test_a_known_secret_keeps_its_checksum():
    assert domain.is_well_formed("ent_live_" + "0" * 30 + domain._check("ent_live_" + "0" * 30))
    assert domain._check("") == "000000"


@pytest.mark.parametrize("position", [0, 9, 20, 38, 39, 44])
def test_a_mistyped_secret_is_recognised(position):
    secret = domain.new_secret(random.Random(2).choice)
    wrong = "A" if secret[position] != "A" else "B"
    assert not domain.is_well_formed(secret[:position] + wrong + secret[position + 1 :])


@pytest.mark.parametrize("text", ["", "ent_live_", "x" * 45, "ent_live_" + "é" * 36, "ent_live_" + "0" * 37])
def test_anything_else_is_no_secret(text):
    assert not domain.is_well_formed(text)


def spec(kind: KeyKind, **fields) -> KeySpec:
    return KeySpec(kind, "a key", **fields)


@pytest.mark.parametrize(
    "good",
    [
        spec(KeyKind.OPERATOR),
        spec(KeyKind.SYSTEM, organisation_id=ORGANISATION, scopes=frozenset({"samples:write"})),
        spec(KeyKind.PERSON, organisation_id=ORGANISATION, person_id=PERSON, expires_at=NOW + timedelta(seconds=1)),
    ],
)
def test_each_kind_names_what_it_stands_for(good):
    domain.check(good, NOW)


@pytest.mark.parametrize(
    ("bad", "pointer"),
    [
        (spec(KeyKind.OPERATOR, organisation_id=ORGANISATION), "/organisation_id"),
        (spec(KeyKind.OPERATOR, person_id=PERSON), "/person_id"),
        (spec(KeyKind.OPERATOR, scopes=frozenset({"a:b"})), "/scopes"),
        (spec(KeyKind.SYSTEM), "/organisation_id"),
        (spec(KeyKind.SYSTEM, organisation_id=ORGANISATION, person_id=PERSON), "/person_id"),
        (spec(KeyKind.PERSON, person_id=PERSON), "/organisation_id"),
        (spec(KeyKind.PERSON, organisation_id=ORGANISATION), "/person_id"),
        (
            spec(KeyKind.PERSON, organisation_id=ORGANISATION, person_id=PERSON, scopes=frozenset({"samples:write"})),
            "/scopes",
        ),
        (spec(KeyKind.OPERATOR, expires_at=NOW), "/expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused_with_the_field_named(bad, pointer):
    with pytest.raises(Unprocessable) as refused:
        domain.check(bad, NOW)
    assert refused.value.pointer == pointer


OPERATOR = Holder(KeyKind.OPERATOR, uuid4())
ADMIN = Holder(KeyKind.SYSTEM, uuid4(), ORGANISATION, None, frozenset({"organisation:admin"}))
SYSTEM = Holder(KeyKind.SYSTEM, uuid4(), ORGANISATION, None, frozenset({"samples:write"}))
MEMBER = Holder(KeyKind.PERSON, uuid4(), ORGANISATION, PERSON)
# A person's scopes, were there any, would give them nothing.
PRETENDER = Holder(KeyKind.PERSON, uuid4(), ORGANISATION, PERSON, frozenset({"organisation:admin"}))

OWN = spec(KeyKind.SYSTEM, organisation_id=ORGANISATION)
FOREIGN = spec(KeyKind.SYSTEM, organisation_id=OTHER)


def test_operators_make_any_key_and_administrators_those_of_their_organisation():
    for wanted in (OWN, FOREIGN, spec(KeyKind.OPERATOR)):
        domain.check_may_create(OPERATOR, wanted)
    domain.check_may_create(ADMIN, OWN)


@pytest.mark.parametrize(
    ("holder", "wanted"),
    [
        (ADMIN, FOREIGN), (ADMIN, spec(KeyKind.OPERATOR)), (SYSTEM, OWN), (MEMBER, OWN), (PRETENDER, OWN),
    ],
)  # fmt: skip
def test_nobody_else_makes_keys(holder, wanted):
    with pytest.raises(Forbidden):
        domain.check_may_create(holder, wanted)


def test_each_looks_after_their_own_keys():
    mine = spec(KeyKind.PERSON, organisation_id=ORGANISATION, person_id=PERSON)
    colleague = spec(KeyKind.PERSON, organisation_id=ORGANISATION, person_id=uuid4())
    key_id = uuid4()
    assert all(domain.may_manage(OPERATOR, one, key_id) for one in (mine, colleague, FOREIGN))
    assert domain.may_manage(ADMIN, colleague, key_id)
    assert not domain.may_manage(ADMIN, FOREIGN, key_id)
    assert domain.may_manage(MEMBER, mine, key_id)
    assert not domain.may_manage(MEMBER, colleague, key_id)
    assert not domain.may_manage(MEMBER, OWN, key_id)
    assert domain.may_manage(SYSTEM, OWN, SYSTEM.key_id)
    assert not domain.may_manage(SYSTEM, OWN, key_id)


def secret(name: str, age: int, retires_in: int | None = None) -> Secret:
    retires_at = None if retires_in is None else NOW + timedelta(hours=retires_in)
    return Secret(name.encode(), NOW - timedelta(hours=age), retires_at)


GRACE = timedelta(hours=6)


def test_rotation_leaves_the_present_secret_its_grace():
    assert domain.retirements([secret("a", 9)], NOW, GRACE) == {b"a": NOW + GRACE}


def test_rotating_again_ends_the_older_secret_at_once_so_that_two_are_live():
    live = [secret("a", 9, retires_in=3), secret("b", 1)]
    assert domain.retirements(live, NOW, GRACE) == {b"a": NOW, b"b": NOW + GRACE}


def test_a_retirement_is_never_put_off_and_ended_secrets_are_left_alone():
    assert domain.retirements([secret("a", 9, retires_in=2)], NOW, GRACE) == {b"a": NOW + timedelta(hours=2)}
    assert domain.retirements([secret("a", 9, retires_in=0)], NOW, GRACE) == {}
    assert domain.retirements([], NOW, GRACE) == {}
