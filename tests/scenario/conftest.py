"""A small made-up vocabulary, so that these tests do not move with the model's levers."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.errors import InputError, Problem
from sim.core.lever import Lever
from sim.scenario import load, resolve
from sim.scenario.vocabulary import Vocabulary, by_name
from sim.world.parameters import Parameter


def lever(name, group="talent", low=0.0, high=1.0, default=0.0, **more):
    common = {"unit": "share", "neutral": default, "doc": f"What {name} does.", "source": "made up"}
    fixed = {"evidence": "assumption", "source_rows": ("H2",)}
    return Lever(name=name, group=group, low=low, high=high, default=default, **{**common, **fixed, **more})


LEVERS = {
    one.name: one
    for one in (
        lever("shared_definition", "coordination", scope="nation"),
        lever(
            "priorities", "coordination", default=(), kind="industry_set", low=("AI",), high=("AI", "SEMI")
        ),
        lever("pilot_zones", "coordination", default=(), kind="zone_set", scope="nation", low=(), high=()),
        lever(
            "scenario_industries", "demand", default=(), kind="industry_set", scope="nation", low=(), high=()
        ),
        lever("incubators", "technology", high=50, default=2, kind="integer", unit="centres"),
        lever("talent_card"),
        lever("approval_days", "environment", low=5.0, high=120.0, default=45.0, unit="working days"),
        lever("demand_growth_factor", "world", low=0.5, high=2.0, default=1.0, scope="nation"),
    )
}
INDUSTRIES = ("AI", "SEMI", "PV")
PARAMETERS = by_name(
    [
        Parameter("critical_mass_rd", "all", 3000.0, "m yuan/year", 1000.0, 9000.0, "trial", "assumption"),
        *(
            Parameter("rd_intensity", code, 0.1, "share", 0.0, 0.5, "table", "measured")
            for code in INDUSTRIES
        ),
    ]
)
COUNTRY = SimpleNamespace(
    name="china-178",
    zones=("Zhongguancun", "Hefei", "Wuhu", "East Lake (Wuhan)"),
    provinces=("Beijing", "Anhui", "Hubei"),
    industries=INDUSTRIES,
    province=np.array([0, 1, 1, 2]),
    tier=np.array([0, 0, 1, 1]),
)


def country(name):
    if name.startswith(("china-178", "synthetic")):
        return SimpleNamespace(**{**vars(COUNTRY), "name": name})
    problem = Problem("world", 0, 0, f"{name!r} is not a world", allowed="china-178", nearest="china-178")
    raise InputError(problem)


WORDS = Vocabulary(LEVERS, PARAMETERS, country)
AIMED = Vocabulary(
    LEVERS
    | {
        one.name: one
        for one in (
            lever("grant", by_industry="rate"),
            lever("fund", "capital", high=100.0, unit="m yuan/zone/year", by_industry="purse"),
            lever("roadmap", "technology", scope="nation", by_industry="rate"),
        )
    },
    PARAMETERS,
    country,
)
"""The same with levers that can be aimed at industries."""


class Folder:
    """Scenario files under a temporary folder."""

    def __init__(self, root, words=WORDS):
        self.root = root
        self.words = words

    def write(self, text, name="s.yaml"):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def load(self, text, *sets, name="s.yaml", **options):
        return load(self.write(text, name), sets, vocabulary=self.words, **options)

    def resolve(self, text, *sets, **options):
        return resolve(self.load(text, *sets, **options), COUNTRY)

    def problems(self, text, *sets, **options):
        """Return the messages of a bad scenario, with file names only."""
        with pytest.raises(InputError) as caught:
            self.load(text, *sets, **options)
        return [str(p).replace(f"{self.root}/", "") for p in caught.value.problems]


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture
def aimed(tmp_path):
    return Folder(tmp_path, AIMED)


@pytest.fixture(scope="session")
def words():
    return WORDS
