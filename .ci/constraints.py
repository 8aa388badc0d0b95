"""Merge `pip freeze` of Python 3.11 and of 3.12 into constraints.txt (no hosts, no hashes).

How it is used stands in CONTRIBUTING.md, "Renew the pins".
"""

import sys
from pathlib import Path

HEAD = """\
# The tested set. `make` installs with these pins; pyproject.toml holds the bounds.
# Renewed as CONTRIBUTING.md says under "Renew the pins".
"""


def pins(freeze: str) -> dict[str, str]:
    """Return ``{name: version}`` of a freeze file, without local and editable installs."""
    lines = Path(freeze).read_text(encoding="utf-8").splitlines()
    found = (line.split("==") for line in lines if "==" in line and not line.startswith("-e"))
    return {name.strip().lower(): version.strip() for name, version in found}


def merge(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Return requirement lines; a marker splits those that differ between 3.11 and later."""
    lines: list[str] = []
    for name in sorted(old | new):
        if old.get(name) == new.get(name):
            lines.append(f"{name}=={old[name]}")
            continue
        if name in old:
            lines.append(f'{name}=={old[name]} ; python_version < "3.12"')
        if name in new:
            lines.append(f'{name}=={new[name]} ; python_version >= "3.12"')
    return lines


if __name__ == "__main__":
    sys.stdout.write(HEAD + "\n".join(merge(pins(sys.argv[1]), pins(sys.argv[2]))) + "\n")
