"""The inspector's page: Mesa's inputs and layout around an ``AppModel`` of the session's own.

A page that is handed a whole ``SolaraViz`` cannot know what its inputs say, nor stop it from running
on when the tab is gone; so the page is put together from the parts of it.
"""

# Solara re-exports its names without saying so to type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import solara
import solara.lab
from mesa.visualization import Slider
from mesa.visualization.solara_viz import ComponentsView
from mesa.visualization.utils import force_update, update_counter
from solara.alias import rv

from sim.app import offers
from sim.app.inspector import levers, views
from sim.app.inspector.session import CHARTED, SEED, AppModel
from sim.core.errors import InputError

CSS = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
NOTE = (
    "A scenario or world that is chosen begins at once; levers that are moved take effect at the next Reset. "
    "The dashed line is the run before, read at the same quarter. Point at a circle for its numbers."
)
_presses = count(1)
LUCK = {"seed": Slider("seed (luck)", SEED, *levers.SEEDS, 1, int)}


@solara.component
def ZoneMap(model: AppModel) -> None:
    """Draw the zones as they are now."""
    update_counter.get()
    solara.HTML(unsafe_innerHTML=views.map_svg(model))


def _chart(metric: str) -> Any:
    """Return the component that draws a metric over time."""

    @solara.component
    def Chart(model: AppModel) -> None:
        update_counter.get()
        solara.HTML(unsafe_innerHTML=views.chart_svg(model, metric))

    return Chart


@solara.component
def LeverTable(model: AppModel) -> None:
    """Explain the levers."""
    solara.HTML(unsafe_innerHTML=levers.table(model.origin, model.moved), classes=["clusterlab-levers"])


COMPONENTS: tuple[Any, ...] = (
    (ZoneMap, 0),
    *((_chart(metric), 0) for metric in CHARTED),
    (LeverTable, 1),
)
"""What Mesa lays out, and on which of its pages."""


@solara.component
def Told(model: AppModel, wanted: dict[str, Any]) -> None:
    """Say which run is shown, and what the inputs say otherwise."""
    update_counter.get()
    solara.Info(views.told(model), dense=True, icon=False, classes=["clusterlab-told"])
    changed = levers.changes(model.settings, wanted)
    if changed:
        text = f"Not yet in force, press Reset: {', '.join(changed)}."
        solara.Warning(text, dense=True, icon=False, classes=["clusterlab-changed"])


@solara.component
def Controls(model: Any, wanted: Any, playing: Any) -> None:
    """Show the buttons that run the model.

    Args:
        model: reactive, the model that is shown.
        wanted: reactive, what the inputs say.
        playing: reactive, 0 or the number of the press since which quarter follows quarter.
    """
    update_counter.get()

    def step() -> None:
        model.value.step()
        force_update()

    def play() -> None:
        press, shown = playing.value, model.value
        while press and press == playing.value and shown is model.value and shown.running:
            step()

    def toggle() -> None:
        playing.value = 0 if playing.value else next(_presses)

    def reset() -> None:
        playing.value = 0
        renewed = AppModel(origin=model.value.origin, **wanted.value)
        renewed.follow(model.value)
        model.value = renewed

    solara.lab.use_task(play, dependencies=[playing.value], prefer_threaded=True)
    running = model.value.running
    plays = running and playing.value > 0
    with solara.Row(justify="space-between"):
        solara.Button("Reset", color="primary", on_click=reset)
        solara.Button("❚❚" if plays else "▶", color="primary", on_click=toggle, disabled=not running)
        solara.Button("Step", color="primary", on_click=step, disabled=plays or not running)


@solara.component
def Inputs(offered: dict[str, Any], shown: dict[str, Any], change: Callable[[str, Any], None]) -> None:
    """Show inputs as Mesa describes them, each at the value shown; what one says is passed on as it came.

    Mesa's own turn it into a number on the way, and the page breaks where that cannot be done.
    """
    for name, offer in offered.items():

        def say(value: Any, name: str = name) -> None:
            change(name, value)

        if isinstance(offer, Slider):
            span = {"min": offer.min, "max": offer.max, "step": offer.step}
            look = {"label": offer.label, "thumb_label": True, "hide_details": True}
            rv.Slider(v_model=shown[name], on_v_model=say, **span, **look)
        else:
            solara.Select(offer["label"], offer["values"], shown[name], on_value=say)


@solara.component
def Run(model: Any, playing: Any) -> None:
    """Show a session's model with its controls, and its scenario's levers at what the scenario says."""
    offered = LUCK | levers.inputs(model.value.origin)
    wanted = solara.use_reactive(model.value.settings)
    refused = solara.use_reactive("")

    def change(name: str, value: Any) -> None:
        try:
            wanted.value = {**wanted.value, name: levers.heard(model.value.origin, name, value)}
            refused.value = ""
        except InputError as error:
            refused.value = str(error)

    with solara.Sidebar():
        with solara.Card("Controls"):
            Controls(model, wanted, playing)
        with solara.Card("Levers"), solara.Column(classes=["clusterlab-inputs"], gap="0px"):
            Inputs(offered, wanted.value, change)
    if refused.value:
        solara.Error(f"Not taken: {refused.value}", classes=["clusterlab-refused"])
    Told(model.value, wanted.value)
    ComponentsView(list(COMPONENTS), model.value)


@solara.component
def Laboratory() -> None:
    """Let a visitor choose where to start, build that model in the background, and show it."""
    name = solara.use_reactive(offers.offered()[0])
    world = solara.use_reactive("")  # the scenario's own
    model: Any = solara.use_reactive(None)
    playing = solara.use_reactive(0)
    problem = solara.use_reactive("")

    def build() -> None:
        playing.value = 0
        problem.value = ""
        asked = (name.value, world.value)
        try:
            fresh = AppModel(origin=offers.read(name.value, world.value or None))
        except InputError as error:
            problem.value = str(error)
            return
        if (name.value, world.value) == asked:
            if model.value is not None:
                fresh.follow(model.value)
            model.value = fresh

    def leave() -> None:
        if model.value is not None:
            model.value.stop()

    solara.use_effect(lambda: leave, [])
    building = solara.lab.use_task(build, dependencies=[name.value, world.value], raise_error=False)
    with solara.Sidebar(), solara.Card("Scenario"):
        solara.Select("scenario", offers.offered(), name)
        shown = world.value or (model.value.origin.world if model.value is not None else "")
        solara.Select("world", offers.worlds(), shown, on_value=world.set)
    with solara.AppBar():
        solara.AppBarTitle("clusterlab")
        solara.lab.ThemeToggle()
    solara.Info(NOTE, dense=True, icon=False)
    failed = problem.value or (str(building.exception) if building.error else "")
    if failed:
        solara.Error(f"This cannot be run: {failed}")
    elif building.pending or model.value is None:
        solara.Info("Building the country. The first start compiles the model: half a minute at most.")
        solara.ProgressLinear(True)
    else:
        Run(model, playing).key(f"{name.value} {world.value}")


@solara.component
def Inspector() -> None:
    """Show Mesa's page around a model of the session's own."""
    solara.Title("clusterlab: inspector")
    solara.Style(CSS + levers.headings(len(LUCK)))
    Laboratory()
