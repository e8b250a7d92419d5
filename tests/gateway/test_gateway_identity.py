"""Keys are looked up once a second at most, and services are told who calls by a signed token."""

import asyncio
import secrets
from uuid import uuid4

import pytest
from support.stack import write_keys

from entente_gateway.identity.authentication import Authenticator
from entente_gateway.identity.tokens import Mint
from entente_gateway.keys.domain import digest, new_secret
from entente_shared.auth import Caller, CallerKind, TokenVerifier
from entente_shared.errors import Unauthenticated

CALLER = Caller(CallerKind.PERSON, f"key:{uuid4()}", uuid4(), uuid4())


class Keys:
    """Counts the look-ups."""

    def __init__(self) -> None:
        self.live: dict[bytes, Caller] = {}
        self.asked = 0
        self.gate = asyncio.Event()
        self.gate.set()

    def add(self, caller: Caller = CALLER) -> str:
        secret = new_secret(secrets.choice)
        self.live[digest(secret)] = caller
        return secret

    async def look_up(self, key: bytes) -> Caller | None:
        self.asked += 1
        await self.gate.wait()
        return self.live.get(key)


def bearer(secret: str, scheme: str = "Bearer") -> bytes:
    return f"{scheme} {secret}".encode()


async def test_a_key_is_looked_up_once_and_remembered():
    keys = Keys()
    authenticator, secret = Authenticator(keys.look_up), keys.add()
    assert await authenticator.identify(bearer(secret)) == CALLER
    assert await authenticator.identify(bearer(secret, "bearer")) == CALLER
    assert keys.asked == 1


async def test_a_revoked_key_is_refused_once_the_memory_has_passed():
    keys = Keys()
    authenticator, secret = Authenticator(keys.look_up, keep=0.05), keys.add()
    await authenticator.identify(bearer(secret))
    keys.live.clear()
    await authenticator.identify(bearer(secret))
    await asyncio.sleep(0.06)
    with pytest.raises(Unauthenticated, match="unknown, revoked or expired"):
        await authenticator.identify(bearer(secret))


async def test_simultaneous_requests_share_one_look_up_even_when_the_first_leaves():
    keys = Keys()
    keys.gate.clear()
    authenticator, secret = Authenticator(keys.look_up), keys.add()
    requests = [asyncio.create_task(authenticator.identify(bearer(secret))) for _ in range(20)]
    await asyncio.sleep(0)
    requests[0].cancel()
    keys.gate.set()
    found = await asyncio.gather(*requests, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [CALLER] * 19
    assert keys.asked == 1


async def test_a_failed_look_up_is_not_remembered():
    keys, failures = Keys(), [OSError("away")]

    async def look_up(key: bytes) -> Caller | None:
        if failures:
            raise failures.pop()
        return await keys.look_up(key)

    authenticator, secret = Authenticator(look_up), keys.add()
    with pytest.raises(OSError, match="away"):
        await authenticator.identify(bearer(secret))
    assert await authenticator.identify(bearer(secret)) == CALLER


@pytest.mark.parametrize(
    "header", [None, b"", b"Bearer", b"Bearer ", b"Basic dXNlcg==", b"ent_live_x", b"Bearer ent_live_\xff\xfe"]
)
async def test_what_is_no_key_is_refused_without_a_look_up(header):
    keys = Keys()
    with pytest.raises(Unauthenticated):
        await Authenticator(keys.look_up).identify(header)
    assert keys.asked == 0


async def test_the_memory_is_bounded_and_unknown_keys_are_in_it_too():
    keys = Keys()
    authenticator = Authenticator(keys.look_up, capacity=2)
    known = [keys.add() for _ in range(3)]
    for secret in known:
        await authenticator.identify(bearer(secret))
    await authenticator.identify(bearer(known[2]))
    assert keys.asked == 3
    await authenticator.identify(bearer(known[0]))
    assert keys.asked == 4
    stranger = bearer(new_secret(secrets.choice))
    for _ in range(2):
        with pytest.raises(Unauthenticated):
            await authenticator.identify(stranger)
    assert keys.asked == 5


def test_a_token_says_who_calls_to_its_audience_alone(tmp_path):
    private, public = write_keys(tmp_path)
    mint = Mint(private)
    system = Caller(CallerKind.SYSTEM, "key:1", uuid4(), None, frozenset({"samples:write", "clock:advance"}))
    for caller in (CALLER, system, Caller(CallerKind.OPERATOR, "key:2")):
        token = mint.authorization(caller, "kpi").removeprefix(b"Bearer ").decode()
        assert TokenVerifier(public, "kpi").verify(token) == caller
        with pytest.raises(Unauthenticated):
            TokenVerifier(public, "resources").verify(token)


def test_a_token_is_used_again_for_30_of_its_60_seconds(tmp_path):
    private, _ = write_keys(tmp_path)
    now = 1000.0
    mint = Mint(private, clock=lambda: now)
    first = mint.authorization(CALLER, "kpi")
    assert mint.authorization(CALLER, "resources") != first
    now = 1029.9
    assert mint.authorization(CALLER, "kpi") == first
    now = 1030.0
    assert mint.authorization(CALLER, "kpi") != first


def test_only_so_many_tokens_are_kept(tmp_path):
    private, _ = write_keys(tmp_path)
    now = 1000.0
    mint = Mint(private, capacity=1, clock=lambda: now)
    first = mint.authorization(CALLER, "kpi")
    mint.authorization(CALLER, "resources")
    now = 1001.0
    assert mint.authorization(CALLER, "kpi") != first
