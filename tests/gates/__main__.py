"""Renew what a gate compares with; read the difference before you commit it."""

from __future__ import annotations

import sys

from tests.gates import samples, snapshots, trace, work

RENEW = {
    "trace": trace.renew,
    "snapshots": snapshots.renew,
    "samples": samples.renew,
    "work": work.renew,
}

if __name__ == "__main__":
    wanted = sys.argv[1:]
    if not wanted or set(wanted) - set(RENEW):
        sys.exit(f"usage: python -m tests.gates {' | '.join(RENEW)}")
    for gate in wanted:
        RENEW[gate]()
