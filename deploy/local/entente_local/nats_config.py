"""The broker's configuration: JetStream that syncs every write, and one user per service with the least subjects.

A service publishes its own events, reads the streams through durable consumers named like itself, and answers requests
for a snapshot of its state events. Wildcards in NATS stand for whole tokens, so streams are listed by name.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

PRODUCERS = ("objectives", "kpi", "conflicts", "resources")
MEGABYTE = 1024**2


def render(passwords: Mapping[str, str], store: Path, *, host: str = "127.0.0.1", port: int = 4222) -> str:
    """The text of `nats.conf`. It holds the users' passwords (`passwords` by service): keep it from other readers."""
    users = ",\n".join(_user(name, password) for name, password in passwords.items())
    return f"""server_name: entente
listen: {_quoted(f"{host}:{port}")}
max_payload: {MEGABYTE}
write_deadline: "10s"
jetstream {{
  store_dir: {_quoted(str(store))}
  sync_interval: always
  max_memory_store: {16 * MEGABYTE}
}}
authorization {{
  timeout: 5
  users: [
{users}
  ]
}}
"""


def _user(name: str, password: str) -> str:
    permissions = {
        "publish": {"allow": list(_publish(name))},
        "subscribe": {"allow": list(_subscribe(name))},
        "allow_responses": {"max": 1, "expires": "1m"},
    }
    return "    " + _quoted({"user": name, "password": password, "permissions": permissions})


def _quoted(value: object) -> str:
    """JSON is a part of the configuration's language, but for its escapes of other letters."""
    return json.dumps(value, ensure_ascii=False)


def _publish(name: str) -> Iterator[str]:
    yield "$JS.API.INFO"
    if name in PRODUCERS:
        own = f"ENTENTE_{name.upper()}"
        yield f"entente.{name}.>"
        yield from (f"$JS.API.STREAM.{verb}.{own}" for verb in ("CREATE", "UPDATE", "MSG.GET"))
    for producer in PRODUCERS:
        stream = f"ENTENTE_{producer.upper()}"
        yield f"entente_control.{producer}.snapshot"
        yield f"$JS.API.STREAM.INFO.{stream}"
        yield f"$JS.API.CONSUMER.CREATE.{stream}.{name}"
        yield f"$JS.API.CONSUMER.CREATE.{stream}.{name}.>"
        yield from (
            f"$JS.API.CONSUMER.{verb}.{stream}.{name}" for verb in ("DURABLE.CREATE", "INFO", "DELETE", "MSG.NEXT")
        )
        yield f"$JS.ACK.{stream}.{name}.>"


def _subscribe(name: str) -> Iterator[str]:
    yield f"_INBOX_{name}.>"
    if name in PRODUCERS:
        yield f"entente_control.{name}.snapshot"
