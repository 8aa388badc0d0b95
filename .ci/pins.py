"""Renew the tested set: constraints.txt (to read) and .ci/pins/*.txt (with hashes, what `make` installs).

Use: python .ci/pins.py [--upgrade], with `uv` on the path (CONTRIBUTING.md, "Renew the pins").  Versions stay
as constraints.txt has them unless --upgrade is given; markers say for which Python and system a pin is.  The
oldest patch release of 3.11 counts: a package may ask for a later one.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / ".ci" / "pins"
LEVELS = {"run": ["analysis"], "app": ["analysis", "app"], "dev": ["analysis", "app", "cluster", "dev"]}
"""Files and the extras they serve; each file holds what the one before it lacks."""
HEAD = "# Made by .ci/pins.py; pyproject.toml holds the bounds.\n"


def compile_pins(extras: list[str], *flags: str) -> str:
    """Return what `uv pip compile` resolves for every Python from 3.11 on and every system."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate"]
    command += ["--python-version", "3.11", *flags, "pyproject.toml", str(PINS / "build.in")]
    command += [word for extra in extras for word in ("--extra", extra)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def entries(text: str) -> list[str]:
    """Return the pins of a requirements file, each with its lines of hashes."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        if line[0].isspace():
            found[-1] += line
        else:
            found.append(line)
    return found


def main() -> None:
    """Resolve, then write the readable set and the hashed files."""
    old = [] if "--upgrade" in sys.argv else ["--constraint", "constraints.txt"]
    plain = compile_pins(LEVELS["dev"], *old)
    (ROOT / "constraints.txt").write_text(HEAD + plain, encoding="utf-8")
    whole = entries(compile_pins(LEVELS["dev"], "--generate-hashes", "--constraint", "constraints.txt"))
    below = ""
    for level, extras in LEVELS.items():  # a pin's marker is that of the whole set, wherever it stands
        text = compile_pins(extras, "--constraint", "constraints.txt")
        needed = {line.split(" ")[0] for line in text.splitlines()}
        new = [entry for entry in whole if entry.split(" ")[0] in needed]
        (PINS / f"{level}.txt").write_text(HEAD + below + "".join(new), encoding="utf-8")
        whole = [entry for entry in whole if entry not in new]
        below = f"-r {level}.txt\n"


if __name__ == "__main__":
    main()
