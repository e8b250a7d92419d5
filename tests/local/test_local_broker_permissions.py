"""Every subject x every user, against the real broker with the generated configuration."""

import asyncio
import subprocess

import nats
import pytest
from nats.js.api import AckPolicy, ConsumerConfig, StreamConfig
from support.servers import wait_for

from entente_local.checks import nats_answers
from entente_local.nats_config import PRODUCERS, render
from entente_local.programs import ALL, nats_server

from .conftest import free_base

PASSWORDS = {name: f"1e9-{name}" for name in ALL}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("broker"), free_base(1)
    config = folder / "nats.conf"
    config.write_text(render(PASSWORDS, folder / "store", port=port))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([nats_server(), "--config", config], stdout=log, stderr=log)
    wait_for(lambda: asyncio.run(nats_answers(port)), "the broker")
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


class User:
    """A service's connection, and what the broker refused it."""

    def __init__(self, url, name):
        self.url, self.name, self.refused = url, name, []

    async def __aenter__(self):
        self.client = await nats.connect(
            self.url,
            user=self.name,
            password=PASSWORDS[self.name],
            inbox_prefix=f"_INBOX_{self.name}".encode(),
            error_cb=self._refuse,
            allow_reconnect=False,
        )
        return self

    async def __aexit__(self, *_):
        await self.client.close()

    async def _refuse(self, error):
        self.refused.append(str(error))

    async def answered(self):
        """Until the broker has seen all that was sent: nats-py's PING overtakes what waits in its buffer, once."""
        await self.client.flush()
        await self.client.flush()

    async def refusals(self):
        """The subjects refused since the last call, in lower case as nats-py tells them."""
        await self.answered()
        found = {error.split('"')[1] for error in self.refused}
        self.refused.clear()
        return found


def publications():
    """A subject of each kind, with the users that may publish to it."""
    for producer in PRODUCERS:
        stream, everyone = f"ENTENTE_{producer.upper()}", set(ALL)
        yield f"entente.{producer}._.kpi_changed.v1", {producer}
        yield f"entente_control.{producer}.snapshot", everyone
        yield f"$JS.API.STREAM.INFO.{stream}", everyone
        for verb in ("CREATE", "UPDATE", "MSG.GET"):
            yield f"$JS.API.STREAM.{verb}.{stream}", {producer}
        for verb in ("DELETE", "PURGE", "MSG.DELETE", "SNAPSHOT", "RESTORE"):
            yield f"$JS.API.STREAM.{verb}.{stream}", set()
        yield f"$JS.API.DIRECT.GET.{stream}", set()
        for service in ALL:
            yield f"$JS.API.CONSUMER.CREATE.{stream}.{service}", {service}
            yield f"$JS.API.CONSUMER.DELETE.{stream}.{service}", {service}
            yield f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{service}", {service}
            yield f"$JS.ACK.{stream}.{service}.1.1.1.1.0", {service}
        yield f"$JS.API.CONSUMER.CREATE.{stream}", set()
        yield f"$JS.API.CONSUMER.CREATE.{stream}.another", set()
    for service in ALL:
        yield f"_INBOX_{service}.guessed", set()
    for subject in ("entente.gateway._.x.v1", "entente.else.x", "$SYS.REQ.SERVER.PING", "_INBOX.x", "anything"):
        yield subject, set()


def subscriptions():
    for service in ALL:
        yield f"_INBOX_{service}.>", {service}
    for producer in PRODUCERS:
        yield f"entente_control.{producer}.snapshot", {producer}
        yield f"entente.{producer}.>", set()
    for subject in (">", "*.>", "entente.>", "_INBOX.>", "$JS.>", "$SYS.>", "entente_control.*.snapshot"):
        yield subject, set()


@pytest.mark.parametrize("name", ALL)
async def test_user_publishes_to_its_own_subjects_only(broker, name):
    cases = list(publications())
    async with User(broker, name) as user:
        for subject, _users in cases:
            await user.client.publish(subject, b"")
        refused = await user.refusals()
    assert refused == {subject.lower() for subject, users in cases if name not in users}


@pytest.mark.parametrize("name", ALL)
async def test_user_subscribes_to_its_own_subjects_only(broker, name):
    cases = list(subscriptions())
    async with User(broker, name) as user:
        for subject, _users in cases:
            await user.client.subscribe(subject, cb=_ignore)
        refused = await user.refusals()
    assert refused == {subject.lower() for subject, users in cases if name not in users}


async def _ignore(_message):
    pass


async def test_events_flow_with_these_rights(broker):
    async with User(broker, "kpi") as kpi, User(broker, "resources") as resources, User(broker, "gateway") as gateway:
        await kpi.client.jetstream().add_stream(StreamConfig(name="ENTENTE_KPI", subjects=["entente.kpi.>"]))
        await kpi.client.jetstream().publish("entente.kpi._.kpi_changed.v1", b"fact")
        for reader in (resources, gateway):
            js = reader.client.jetstream()
            config = ConsumerConfig(durable_name=reader.name, ack_policy=AckPolicy.EXPLICIT)
            await js.add_consumer("ENTENTE_KPI", config)
            subscription = await js.pull_subscribe_bind(reader.name, "ENTENTE_KPI")
            message = (await subscription.fetch(1, timeout=5))[0]
            assert message.data == b"fact"
            await message.ack_sync()
            assert (await js.consumer_info("ENTENTE_KPI", reader.name)).ack_floor.stream_seq == 1


async def test_request_for_a_snapshot_is_answered(broker):
    async with User(broker, "kpi") as kpi, User(broker, "resources") as resources:

        async def answer(message):
            await message.respond(b"coming")

        await kpi.client.subscribe("entente_control.kpi.snapshot", cb=answer)
        await kpi.answered()
        reply = await resources.client.request("entente_control.kpi.snapshot", b"", timeout=5)
        assert reply.data == b"coming"


@pytest.mark.parametrize(("user", "password"), [("kpi", "wrong"), ("nobody", ""), (None, None)])
async def test_stranger_is_turned_away(broker, user, password):
    with pytest.raises(nats.errors.Error):
        await nats.connect(broker, user=user, password=password, allow_reconnect=False, error_cb=_ignore)


def test_broker_syncs_every_write(tmp_path):
    assert "sync_interval: always" in render(PASSWORDS, tmp_path)
