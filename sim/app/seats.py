"""How many sessions may have a model at once: first come, first served.

Who has a seat is read off Solara's own list of sessions, which a closed tab leaves at once and a
dropped one after a while; so no seat can be lost.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from solara.server.kernel_context import contexts

from sim.app.defaults import DEFAULT_SEATS


@dataclass
class Seats:
    """The seats of one server; ``limit`` is their number."""

    limit: int = DEFAULT_SEATS

    def has(self, session: str) -> bool:
        """Return whether a session is among the first so many."""
        return session in list(contexts)[: self.limit]

    def wait(self, session: str) -> None:
        """Return once a session has a seat, or is over."""
        while session in contexts and not self.has(session):
            time.sleep(0.3)

    def admits(self, session: str = "") -> bool:
        """Return whether a session is there, or may still wait for a seat: no more wait than sit."""
        return session in contexts or len(contexts) < 2 * self.limit


SEATS = Seats()
"""One process serves one page."""
