"""The planner's page of one session: a desk behind, a widget in front."""

# Solara re-exports its names without saying so to type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import solara

from sim.app import offers
from sim.app.planner.cards import cards
from sim.app.planner.desk import Desk
from sim.app.planner.office import OFFICE
from sim.app.planner.widget import PlannerWidget
from sim.app.words import words


@solara.component
def Planner() -> None:
    """Show the page and answer it until the session ends."""
    router = solara.use_router()
    element = PlannerWidget.element(  # pyright: ignore[reportAttributeAccessIssue]
        cards=cards(), words=words(), offers={"scenarios": offers.offered(), "worlds": offers.worlds()}
    )

    def open_desk() -> Any:
        widget: Any = solara.get_widget(element)
        opening = parse_qs(router.search or "").get("d", [""])[0]
        desk = Desk(OFFICE.crew, lambda part, data: setattr(widget, part, data), OFFICE.pace, OFFICE)
        widget.hears = desk.hear
        desk.open(opening)

        def leave() -> None:
            widget.hears = None
            desk.close()

        return leave

    solara.use_effect(open_desk, [])
