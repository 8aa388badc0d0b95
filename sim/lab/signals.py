"""Polite requests to end a process (SIGTERM, SIGHUP) stop a study as Ctrl-C does."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn


def heed_signals() -> dict[int, Any]:
    """Turn SIGTERM and SIGHUP into ``KeyboardInterrupt``, unless ignored; return what held before."""
    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return {n: signal.signal(n, _interrupt) for n in known if signal.getsignal(n) != signal.SIG_IGN}


@contextmanager
def stoppable() -> Iterator[None]:
    """Heed these signals within the block (in the main thread; elsewhere Python cannot)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = heed_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(number: int, frame: Any) -> NoReturn:
    raise KeyboardInterrupt
