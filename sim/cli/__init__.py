"""Layer 6: the command ``clusterlab``.

Exit codes: 0 done; 2 bad input, one line a problem on stderr; 3 some runs failed;
130 interrupted, to be gone on with.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from sim.core.errors import InputError
from sim.lab.outcome import Interrupted
from sim.lab.signals import heed_signals
from sim.lab.workers import single_threaded

DONE, BAD_INPUT, SOME_FAILED, STOPPED = 0, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    single_threaded()
    heed_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # any file name can be told, on any terminal
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:] if arguments is None else list(arguments)))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code; what a user can cause never raises."""
    from sim.cli.commands import app

    try:
        code = app(args=list(arguments), prog_name="clusterlab", standalone_mode=False)
    except InputError as error:
        return _tell(*map(str, error.problems), code=BAD_INPUT)
    except Interrupted as stop:
        return _tell(
            f"stopped: {stop.done} of {stop.total} runs are finished and kept; go on with",
            f"  {stop.command}",
            code=STOPPED,
        )
    except KeyboardInterrupt:
        return _tell("stopped", code=STOPPED)
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return _tell(_usage(error), code=BAD_INPUT)
    if code == STOPPED:
        return _tell("stopped", code=STOPPED)
    return code if isinstance(code, int) else DONE


def _usage(error: Any) -> str:
    """Return a mistake in the use of a command as one line."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "clusterlab"
    words = " ".join(error.format_message().split())
    return f"{command}: {words.rstrip('.')}; '{command} --help' shows how it is used"


def _tell(*lines: str, code: int) -> int:
    """Write lines to stderr as they are, never wrapped, and return the exit code."""
    for line in lines:
        sys.stderr.write(line + "\n")
    sys.stderr.flush()
    return code
