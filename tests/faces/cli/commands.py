"""What the tests of the command line share: a quick run, and a command in a process of its own."""

import os
import subprocess
import sys

QUICK = ("--world", "synthetic:Z=6,K=20", "--scale", "0.002", "--until", "2024-Q1")


def process(*arguments, cwd=None, **env):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
    )
