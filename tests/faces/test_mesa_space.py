"""The map: Mesa's own components draw the zones where they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from sim.model import ClusterModel, Zone

pytest.importorskip("solara")


@pytest.fixture(scope="module")
def model() -> ClusterModel:
    """A model after a quarter."""
    model = ClusterModel(seed=7, world="china-31", scale=0.002, until="2023-Q2")
    model.step()
    return model


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    plt.close("all")


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
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="ipywidgets|reacton|ipykernel")
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
