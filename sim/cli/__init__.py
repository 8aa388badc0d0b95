"""Layer 6: the command ``clusterlab``.

Exit codes: 0 done; 1 results cannot be written (the study can be gone on with) or an error of
clusterlab's own; 2 bad input, one line a problem on stderr; 3 some runs failed; 130 interrupted, to
be gone on with.
"""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NoReturn

from sim.core.errors import InputError
from sim.core.threads import single_threaded
from sim.lab.durable import DISK, NotStored
from sim.lab.outcome import Interrupted
from sim.lab.signals import heed_signals

DONE, STUCK, BAD_INPUT, SOME_FAILED, STOPPED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    _open_streams()
    single_threaded(whatever_was_said=True)
    heed_signals()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # any file name can be told, on any terminal
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:] if arguments is None else list(arguments))
    sys.exit(_close_streams(code))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code; nothing ever raises."""
    words = list(arguments)
    try:
        return _carry_out(words)
    except InputError as error:
        return _tell(*map(str, error.problems), code=BAD_INPUT)
    except Interrupted as stop:
        kept = f"{stop.done} of {stop.total} runs are finished and kept; go on with"
        why = f"stopped: {stop.why}; " if stop.why else "stopped: "
        return _tell(why + kept, f"  {stop.command}", code=STUCK if stop.why else STOPPED)
    except NotStored as error:
        again = "what is finished is kept; the same command goes on"
        return _tell(f"stopped: {error}; {again}", f"  {shlex.join(['clusterlab', *words])}", code=STUCK)
    except KeyboardInterrupt:
        return _tell("stopped", code=STOPPED)
    except (BrokenPipeError, SystemExit):  # who reads our output has seen enough; typer makes it the latter
        return DONE
    except Exception as error:
        from sim.cli.crash import explain, here

        if hasattr(error, "format_message"):
            return _tell(_usage(error), code=BAD_INPUT)
        if not here():
            gone = "the folder this was started in is gone; change to one that is there and start again"
            return _tell(gone, code=BAD_INPUT)
        if isinstance(error, OSError) and error.errno in DISK:
            place = error.filename or "the output"
            return _tell(f"stopped: cannot write {place}: {error.strerror}", code=STUCK)
        return _tell(*explain(error, words), code=STUCK)


def _carry_out(words: list[str]) -> int:
    from sim.cli.commands import app

    code = app(args=words, prog_name="clusterlab", standalone_mode=False)
    if code == STOPPED:
        raise KeyboardInterrupt
    return code if isinstance(code, int) else DONE


def _usage(error: Any) -> str:
    """Return a mistake in the use of a command as one line."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "clusterlab"
    words = " ".join(error.format_message().split())
    return f"{command}: {words.rstrip('.')}; '{command} --help' shows how it is used"


def _tell(*lines: str, code: int) -> int:
    """Write lines to stderr as they are, never wrapped, and return the exit code."""
    with suppress(OSError, ValueError):  # nobody may be listening
        sys.stderr.write("".join(line + "\n" for line in lines))
        sys.stderr.flush()
    return code


def _open_streams() -> None:
    """Read from and write to nowhere where the caller closed a standard stream.

    Otherwise the next file or pipe would get the stream's number.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _close_streams(code: int) -> int:
    """Write out what is left; a reader that has gone is no error, a full disk is."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        pass
    except OSError as error:
        if code == DONE:
            code = _tell(f"stopped: cannot write the output: {error.strerror}", code=STUCK)
    else:
        return code
    with suppress(OSError):  # nothing more is tried when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
