"""`python -m entente_shared.dump_openapi entente_kpi`: the OpenAPI document of a service, as JSON on standard output."""

import json
import sys
from importlib import import_module


def main() -> None:
    app = import_module(f"{sys.argv[1]}.app").create_app()
    sys.stdout.write(json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
