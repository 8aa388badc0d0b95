"""Do harm and tell what broke; the full form (neither --small nor --count) renews table and page."""

from __future__ import annotations

import argparse
import sys

from tests.torture import frame


def main() -> int:
    """Try the kinds; exit code 1 if anything broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of {', '.join(frame.KINDS)}")
    parser.add_argument("--small", action="store_true", help="a few of each; nothing is written")
    parser.add_argument("--count", type=int, help="how often, instead of the kind's own number")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments and places")
    asked = parser.parse_args()
    lines: list[frame.Line] = []
    for kind in asked.kinds or frame.KINDS:
        if kind not in frame.KINDS:
            parser.error(f"there is no kind {kind!r}")
        for line in frame.suffer(kind, small=asked.small, seed=asked.seed, count=asked.count):
            said = f"{line.kind}: {line.what}: {line.tried} tried, {line.broke} broke ({line.note})"
            sys.stdout.write(said + "\n")
            sys.stdout.flush()
            lines.append(line)
    if not asked.small and asked.count is None:
        frame.write(lines)
    return int(any(line.broke for line in lines))


if __name__ == "__main__":
    sys.exit(main())
