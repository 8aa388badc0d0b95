"""The map: Mesa's own components draw the zones where they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from sim.model import ClusterModel, Zone

pytest.importorskip("solara")
QUICK: dict[str, Any] = {"world": "china-31", "scale": 0.002, "until": "2023-Q2"}


@pytest.fixture(scope="module")
def model() -> ClusterModel:
    """A model after a quarter."""
    model = ClusterModel(seed=7, **QUICK)
    model.step()
    return model


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


@contextmanager
def quiet() -> Iterator[None]:
    """Leave out what Solara's own parts warn of."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="ipywidgets|reacton|ipykernel")
        yield


def portray(zone: Zone) -> Any:
    """Return how Mesa shall draw a zone."""
    from mesa.visualization.components import AgentPortrayalStyle

    return AgentPortrayalStyle(color="tab:red" if zone.priorities else "grey", size=20 + zone.output / 1e5)


def drawn(axes: Axes) -> set[tuple[float, float]]:
    """Return the places of all markers."""
    return {tuple(place) for marks in axes.collections for place in np.asarray(marks.get_offsets()).tolist()}


def test_everybody_has_a_place(model: ClusterModel) -> None:
    land = model.engine.state.country
    places = list(zip(land.lon.tolist(), land.lat.tolist(), strict=True))
    assert [zone.pos for zone in model.zones] == places
    assert {institute.pos for institute in model.institutes} <= set(places)
    assert {fund.pos for fund in model.funds} <= set(places)
    assert [tuple(zone.position) for zone in model.zones] == places
    assert len(model.space.agents) == len(model.zones)
    (nearest, *_), _ = model.space.get_k_nearest_agents(np.array(places[3]), k=1)
    assert nearest.pos == places[3]


@pytest.mark.parametrize("copied", [False, True])
def test_mesas_component_draws_the_map(model: ClusterModel, copied: bool) -> None:
    from mesa.visualization import make_space_component
    from reacton import render_fixed

    shown: list[Axes] = []
    made = make_space_component(portray, backend="matplotlib", post_process=shown.append)
    component = made[0] if isinstance(made, tuple) else made
    with quiet():
        box, rc = render_fixed(component(model.branch() if copied else model), handle_error=False)
        rc.close()
    assert box is not None
    (axes,) = shown
    assert drawn(axes) == {zone.pos for zone in model.zones}


def test_mesas_renderer_draws_the_map(model: ClusterModel) -> None:
    from mesa.visualization import SpaceRenderer

    renderer = SpaceRenderer(model, backend="matplotlib")
    if hasattr(renderer, "setup_agents"):  # from 3.4 on
        axes = renderer.setup_agents(portray).draw_agents()
    else:
        axes = renderer.draw_agents(portray)
    assert drawn(axes) == {zone.pos for zone in model.zones}


def test_mesas_page_shows_the_model_and_builds_it_anew() -> None:
    import ipyvuetify
    import solara
    from mesa.visualization import Slider, SolaraViz, make_plot_component, make_space_component
    from reacton import render_fixed

    shown: list[Axes] = []
    model = ClusterModel(seed=7, **QUICK)
    model.step()
    now = solara.reactive(model)
    card = Slider("talent card", 0.5, 0.0, 1.0, 0.05)
    page = SolaraViz(
        now,
        components=[make_space_component(portray, post_process=shown.append), make_plot_component("output")],
        model_params={**QUICK, "seed": 8, "talent_card": card},
    )
    with quiet():
        _, rc = render_fixed(solara.AppLayout(children=[page]), handle_error=False)
        (reset,) = [w for w in rc.find(ipyvuetify.Btn).widgets if "Reset" in str(w.children)]
        reset.click()
        rc.close()
    assert drawn(shown[0]) == {zone.pos for zone in model.zones}
    assert now.value is not model
    assert (now.value.seed, now.value.talent_card, now.value.steps) == (8, 0.5, 0)
