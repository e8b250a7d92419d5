"""What `docker compose up` runs once before the services. Both steps may be repeated: they make only what is missing.

python -m entente_setup secrets [FOLDER]     passwords, the gateway's key pair and the broker's configuration
python -m entente_setup databases [FOLDER]   databases, roles and migrations

FOLDER holds a volume for each reader (default /volumes).
"""

import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    match arguments:
        case ["secrets", *rest] if len(rest) <= 1:
            from . import credentials

            credentials.write(Path(*rest or ["/volumes"]))
        case ["databases", *rest] if len(rest) <= 1:
            from . import databases

            databases.prepare(Path(*rest or ["/volumes"]))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
