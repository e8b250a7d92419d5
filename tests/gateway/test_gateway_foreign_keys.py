"""Where other systems' clients put their key, and that it goes no further."""

import base64

import pytest

from entente_gateway.identity.foreign import as_bearer, is_ingest, without_secret

KEY = b"ent_live_abc"
BEARER = b"Bearer " + KEY


def basic(text):
    return b"Basic " + base64.b64encode(text)


@pytest.mark.parametrize(
    ("header", "query"),
    [
        (BEARER, b""), (BEARER, b"p=other"), (b"Token " + KEY, b""), (b"token  " + KEY, b""), (b"Token user:" + KEY, b""),
        (basic(b"user:" + KEY), b""), (basic(b":" + KEY), b""), (None, b"db=x&u=me&p=" + KEY), (None, b"p=&p=ent%5flive_abc"),
    ],
)  # fmt: skip
def test_a_key_is_found_where_clients_put_it(header, query):
    assert as_bearer(header, query) == BEARER


@pytest.mark.parametrize("header", [b"Basic ???", b"Digest x", b"Bearer", b"x"])
def test_other_headers_stay_as_they_came(header):
    assert as_bearer(header, b"") == header


def test_without_any_there_is_none():
    assert as_bearer(None, b"db=x&u=me") is None
    assert as_bearer(basic(b"no colon"), b"") == b"Bearer "


def test_the_service_sees_no_key():
    assert without_secret(b"db=x&u=me&p=secret&precision=ms&%70=too&p") == b"db=x&precision=ms"
    assert without_secret(b"up=1&pp=2") == b"up=1&pp=2"


def test_only_ingest_takes_them():
    assert is_ingest("/v1/partnerships/1/ingest/influx/write")
    for path in ("/v1/partnerships/1/kpis", "/v1/partnerships/1/x/ingest/", "/v1/me", "/x/v1/partnerships/1/ingest/a"):
        assert not is_ingest(path)
