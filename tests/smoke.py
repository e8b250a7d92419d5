"""Each member's application is imported in an environment that has only what the member's own lock file names."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
UV = ROOT / ".tools/bin/uv"
PATHS = {"gateway": "gateway", "shared": "shared", "local": "deploy/local"}
IMPORTS = {"shared": "entente_shared.web", "local": "entente_local.cli"}


def main(members: list[str]) -> None:
    for member in members:
        with tempfile.TemporaryDirectory(prefix=f"entente-smoke-{member}-") as folder:
            python = Path(folder) / "bin" / "python"
            paths = [
                str(ROOT / PATHS.get(member, f"services/{member}")),
                *([] if member == "shared" else [str(ROOT / "shared")]),
            ]
            for command in (
                ["venv", "--quiet", "--python", sys.executable, folder],
                [
                    "pip",
                    "sync",
                    "--quiet",
                    "--python",
                    str(python),
                    "--require-hashes",
                    str(ROOT / f"lock/{member}.txt"),
                ],
                ["pip", "install", "--quiet", "--python", str(python), "--no-deps", *(f"-e{path}" for path in paths)],
            ):
                subprocess.run([str(UV), *command], check=True)
            module = IMPORTS.get(member, f"entente_{member}.app")
            subprocess.run([str(python), "-c", f"import {module}"], check=True, cwd=folder)
        print(f"{member}: imports by itself")


if __name__ == "__main__":
    main(sys.argv[1:])
