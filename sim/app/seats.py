"""How many sessions may have a model at once: first come, first served.

Who has a seat is read off Solara's own list of sessions, which a closed tab leaves at once and a
dropped one after a while; so no seat can be lost.
"""

from __future__ import annotations

import time

from solara.server.kernel_context import contexts

from sim.app import DEFAULT_SEATS

_limit = DEFAULT_SEATS


def limit(seats: int | None = None) -> int:
    """Return how many sessions may have a model at once, after setting it if a number is given."""
    global _limit
    _limit = _limit if seats is None else seats
    return _limit


def has_seat(session: str) -> bool:
    """Return whether a session is among the first so many."""
    return session in list(contexts)[:_limit]


def wait(session: str) -> None:
    """Return once a session has a seat, or is over."""
    while session in contexts and not has_seat(session):
        time.sleep(0.3)


def full() -> bool:
    """Return whether there are as many waiting as seated: then nobody else is let in."""
    return len(contexts) >= 2 * _limit


def known(session: str) -> bool:
    """Return whether a session is there."""
    return session in contexts
