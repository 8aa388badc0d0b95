"""The page itself: Mesa's ``SolaraViz`` on a :class:`~sim.model.ClusterModel` of the session's own."""

# Solara re-exports its names without saying so to type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter

from sim.app import levers, views
from sim.app.session import WORLDS, AppModel, scenarios

CSS = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
NOTE = (
    "Choose a scenario or move levers, then press Reset: a run in progress keeps the policy it began with. "
    "A lever left at its default keeps the scenario's own values. "
    "The dashed line is the run before the last Reset. Point at a circle for its numbers."
)


@solara.component
def ZoneMap(model: AppModel) -> None:
    """Draw the zones as they are now."""
    update_counter.get()
    solara.HTML(unsafe_innerHTML=views.map_svg(model))


@solara.component
def DuplicatedLayouts(model: AppModel) -> None:
    """Draw the zones beyond what demand can carry."""
    update_counter.get()
    solara.HTML(unsafe_innerHTML=views.chart_svg(model, "duplicated_layouts"))


@solara.component
def LargestCluster(model: AppModel) -> None:
    """Draw the output of the largest cluster."""
    update_counter.get()
    solara.HTML(unsafe_innerHTML=views.chart_svg(model, "largest_cluster_output"))


@solara.component
def PublicCost(model: AppModel) -> None:
    """Draw what the policies cost the public."""
    update_counter.get()
    solara.HTML(unsafe_innerHTML=views.chart_svg(model, "public_cost"))


@solara.component
def LeverTable(model: AppModel) -> None:
    """Explain the levers."""
    solara.HTML(unsafe_innerHTML=levers.table(levers.numbers()), classes=["clusterlab-levers"])


COMPONENTS: tuple[Any, ...] = (
    (ZoneMap, 0),
    (DuplicatedLayouts, 0),
    (LargestCluster, 0),
    (PublicCost, 0),
    (LeverTable, 1),
)
"""What Mesa lays out, and on which of its pages."""


def parameters() -> dict[str, Any]:
    """Return what the sidebar offers: where to start, then the levers."""
    names = scenarios()
    start = {
        "start_from": {"type": "Select", "label": "scenario", "value": names[0], "values": names},
        "world": {"type": "Select", "label": "world", "value": WORLDS[0], "values": list(WORLDS)},
        "seed": {"type": "SliderInt", "label": "seed (luck)", "value": 1, "min": 1, "max": 50, "step": 1},
    }
    return {**start, **levers.sliders()}


@solara.component
def Laboratory(first: AppModel) -> None:
    """Show a session's model with its controls; ``first`` is replaced at each Reset."""
    model: Any = solara.use_reactive(first)
    shown = solara.use_ref(first)
    if shown.current is not model.value:
        model.value.follow(shown.current)
        shown.current = model.value
    offered = solara.use_memo(parameters, [])
    solara.Info(NOTE, dense=True, icon=False)
    SolaraViz(model, components=list(COMPONENTS), model_params=offered, name="clusterlab", play_interval=1)


@solara.component
def Page() -> None:
    """Build this session's own model in the background, then show it."""
    solara.Title("clusterlab")
    solara.Style(CSS + levers.headings(3))
    building = solara.lab.use_task(AppModel, dependencies=[], raise_error=False)
    if building.finished and building.value is not None:
        Laboratory(building.value)
    elif building.error:
        solara.Error(f"The model could not be built: {building.exception}")
    else:
        solara.Info("Building the country. The first start compiles the model: half a minute at most.")
        solara.ProgressLinear(True)
