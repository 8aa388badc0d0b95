"""What is served where: the planner's page, inspector and studies beside it; each once there is a seat."""

# Solara re-exports its names without saying so to type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from typing import Any

import solara
import solara.lab

from sim.app.inspector.page import Inspector
from sim.app.planner.page import Planner
from sim.app.researchers import Researchers
from sim.app.seats import SEATS
from sim.app.words import asked
from sim.report.phrases import say, speaking


def _seated(component: Any) -> Any:
    """Return a page that waits for a seat before it shows the component."""

    @solara.component
    def Page() -> None:
        session = solara.get_kernel_id()
        language = asked(solara.use_router().search)
        waiting = solara.lab.use_task(lambda: SEATS.wait(session), dependencies=[], prefer_threaded=True)
        if waiting.finished or SEATS.has(session):
            component()
            return
        words = (
            "{count} sessions run a model here, and that is as many as may. Yours begins by itself as soon "
            "as one of them ends: a session ends when its tab is closed."
        )
        with speaking(language):
            solara.Info(say(words, count=SEATS.limit), classes=["clusterlab-full"])
        solara.ProgressLinear(True)

    return Page


routes = [
    solara.Route("/", component=_seated(Planner), label="clusterlab"),
    solara.Route("inspector", component=_seated(Inspector), label="inspector"),
    solara.Route("studies", component=_seated(Researchers), label="studies"),
]
