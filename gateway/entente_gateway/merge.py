"""`python -m entente_gateway.merge [--mirror FILE] [--check] SERVICE=FILE_OR_URL ...`: write the merged OpenAPI
document.

The services' documents are given, as this program imports no service; the gateway's own routes are added. The result
is the package's `openapi.json`, which the gateway routes by, and its copy at `--mirror`. With `--check` nothing is
written: the exit code is 1 where either differs from what would be written.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from .app import create_own
from .door import NAME
from .routing.document import FILE
from .routing.domain import Routes
from .routing.merging import merge

_TIMEOUT = 10


def read(source: str) -> dict[str, Any]:
    """The document at a path or an http(s) address."""
    if source.startswith(("http://", "https://")):
        with urlopen(source, timeout=_TIMEOUT) as response:  # noqa: S310 - only the two schemes above
            document: dict[str, Any] = json.load(response)
    else:
        document = json.loads(Path(source).read_text())
    return document


def render(sources: dict[str, str]) -> str:
    """The text of the merged document. Raises ValueError where two services claim the same."""
    documents = {service: read(source) for service, source in sources.items()}
    merged = merge({**documents, NAME: create_own(None).openapi()})
    Routes(merged)
    return json.dumps(merged, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m entente_gateway.merge")
    parser.add_argument("--mirror", type=Path, default=Path("clients/openapi.json"), help="a file that gets a copy")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file would change")
    parser.add_argument("sources", nargs="+", metavar="SERVICE=FILE_OR_URL")
    arguments = parser.parse_args()
    pairs = [source.partition("=") for source in arguments.sources]
    text = render({service: source for service, _, source in pairs})
    targets = [Path(__file__).parent / FILE, arguments.mirror]
    stale = [target for target in targets if not target.is_file() or target.read_text() != text]
    if arguments.check:
        names = ", ".join(str(target) for target in stale)
        sys.exit(f"not up to date: {names}; run `make contracts`" if stale else 0)
    for target in stale:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


if __name__ == "__main__":
    main()
