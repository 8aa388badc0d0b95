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
from sim.report.phrases import LANGUAGES, say, speaking

NAMES = {"/": "Map and levers", "inspector": "Agents", "studies": "Studies"}
"""What the bar above calls the pages."""


@solara.component
def Navigation(here: str, language: str) -> None:
    """Name the pages, instead of by their addresses as Solara does, and lead to them in the same language."""
    router = solara.use_router()
    paths = list(NAMES)

    def go(number: int) -> None:
        path = paths[number].strip("/")
        router.push(f"/{path}" + (f"?lang={language}" if language != LANGUAGES[0] else ""))

    with solara.AppBar(), speaking(language), solara.lab.Tabs(paths.index(here), on_value=go, align="center"):
        for name in NAMES.values():
            solara.lab.Tab(say(name))


def _seated(component: Any, path: str) -> Any:
    """Return a page that waits for a seat before it shows the component."""

    @solara.component
    def Page() -> None:
        session = solara.get_kernel_id()
        language = asked(solara.use_router().search)
        Navigation(path, language)
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
    solara.Route("/", component=_seated(Planner, "/"), label="clusterlab"),
    solara.Route("inspector", component=_seated(Inspector, "inspector"), label="inspector"),
    solara.Route("studies", component=_seated(Researchers, "studies"), label="studies"),
]
