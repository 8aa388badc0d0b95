"""What a run writes down: year-end cells and zones, national series, panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import START_YEAR, quarter_index, quarter_text, year_of
from sim.core.economics import capital_ratio
from sim.metrics import METRICS, measure, places
from sim.metrics.dartboard import bands, concentration
from sim.metrics.registry import still
from sim.world import TIERS, names
from sim.world.names import Called
from sim.world.state import State
from sim.world.tables import FundKind, K, Origin

STAGES = ("angel", "venture", "growth")
EXITS = ("", "insolvent", "closed", "merged")
OF_FUNDS = ("target", "committed", "called", "public_share", "cash", "invested", "proceeds", "returned")
ENDINGS = ("", "written off", "listed", "merged", "sold")


class Recorder:
    """Collects the tables of one run; nothing here changes the state."""

    def __init__(self, state: State, scenario: str, quarters: int, panels: tuple[str, ...]) -> None:
        self.scenario = scenario
        self.panels = panels
        self.national = {name: np.full(quarters, np.nan) for name in METRICS}
        self._cells: list[dict[str, Any]] = []
        self._zones: list[dict[str, Any]] = []
        self._industries: list[dict[str, Any]] = []
        self._firms: list[dict[str, Any]] = []
        self._funds: list[dict[str, Any]] = []
        self._exits: list[tuple[NDArray[Any], NDArray[Any]]] = []
        self._last_year = year_of(quarters - quarters % 4 - 1)
        for panel in panels:
            state.panels[panel] = []
        if "firms" in panels:
            state.panels["exits"] = []
            state.panels["inputs"] = []
        if "deals" in panels:
            state.panels["deal_exits"] = []
        self._year_end(state, START_YEAR - 1)

    def quarter(self, state: State) -> None:
        """Write down one finished quarter (``state.t`` is its index)."""
        with still():
            for name, value in measure(state).items():
                if name in self.national:  # not one that was declared since the run began
                    self.national[name][state.t] = value
            if state.t % 4 == 3:
                self._year_end(state, year_of(state.t))
        for panel in state.panels.values():
            for record in panel:
                record.setdefault("quarter", state.t)
        if "firms" in self.panels:
            self._firm_panel(state)
        if "funds" in self.panels:
            self._fund_panel(state)

    def _year_end(self, state: State, year: int) -> None:
        c = state.cells
        self._cells.append(
            {
                "year": np.full(state.n_zones * K, year, dtype=np.int16),
                "priority": c.priority.ravel().copy(),
                "firms": c.firms[:, :K].ravel().copy(),
                "jobs": c.jobs[:, :K].ravel().copy(),
                "output": c.output[:, :K].ravel().copy(),
                "value_added": c.value_added[:, :K].ravel().copy(),
                "capacity": c.capacity[:, :K].ravel().copy(),
                "public_money": c.public_money.ravel().copy(),
                "rd_spending": c.rd_spending[:, :K].ravel().copy(),
            }
        )
        ind = state.industries
        industry: dict[str, Any] = {"year": np.full(K, year, dtype=np.int16)}
        industry["zones_targeting"] = c.priority.sum(axis=0)
        industry["zones_viable"] = ind.viable[:K].copy()
        for column in (
            *("demand", "capacity", "output", "sales", "price", "utilisation", "trl"),
            *("value", "home_share", "exports", "bought_abroad"),
        ):
            industry[column] = getattr(ind, column)[:K].copy()
        industry["national_list"] = ind.signal[:K] >= 1.0  # named this year; it fades from then on
        industry |= _generations(state)
        industry["cost"] = ind.cost[:K].copy()
        industry["cost_of_structure"] = ind.cost[:K] / ind.unit_cost[:K]
        industry["failed_plants"] = ind.failed_plants[:K].copy()
        industry["ellison_glaeser"] = concentration(state).index
        # random maps take time: at the start and at the end only
        chance = bands(state) if year in (START_YEAR - 1, self._last_year) else np.full((2, K), np.nan)
        industry["chance_low"], industry["chance_high"] = chance
        self._industries.append(industry)
        z = state.zones
        record = {"year": np.full(state.n_zones, year, dtype=np.int16)}
        for column in ("talent", "wage", "rent", "output", "tax", "public_cost"):
            record[column] = getattr(z, column).copy()
        record["high_tech_output"] = c.output.sum(axis=1)  # HOST included
        self._zones.append(record | places.others(state) | places.research(state) | places.four_chains(state))

    def cells(self, state: State, seed: int) -> dict[str, Any]:
        """Return the dense cell table: every zone x 20 industries x year-end."""
        country, years = state.country, len(self._cells)
        zone = np.repeat(np.array(country.zones), K)
        home = np.repeat(country.province, K)
        province = np.array(country.provinces)[home]
        industry = np.tile(np.array(country.industries), state.n_zones)
        joined = _join(self._cells)
        return {
            "scenario": np.full(len(joined["year"]), self.scenario),
            "seed": np.full(len(joined["year"]), seed, dtype=np.int64),
            "year": joined.pop("year"),
            "zone": np.tile(zone, years),
            "province": np.tile(province, years),
            "industry": np.tile(industry, years),
            **joined,
            "zone_zh": np.tile(np.repeat(_zh(names.zone, country.zones), K), years),
            "province_zh": np.tile(_zh(names.province, country.provinces)[home], years),
            "industry_zh": np.tile(_zh(names.industry, country.industries), state.n_zones * years),
        }

    def zones(self, state: State, seed: int) -> dict[str, Any]:
        """Return the zone table at year-ends."""
        c, years = state.country, len(self._zones)
        joined = _join(self._zones)
        return {
            "scenario": np.full(len(joined["year"]), self.scenario),
            "seed": np.full(len(joined["year"]), seed, dtype=np.int64),
            "year": joined.pop("year"),
            "zone": np.tile(np.array(c.zones), years),
            "province": np.tile(np.array(c.provinces)[c.province], years),
            "tier": np.tile(np.array(TIERS)[c.tier], years),
            "lon": np.tile(c.lon, years),
            "lat": np.tile(c.lat, years),
            **joined,
            "zone_zh": np.tile(_zh(names.zone, c.zones), years),
            "zone_code": np.tile(_codes(names.zone, c.zones), years),
            "province_zh": np.tile(_zh(names.province, c.provinces)[c.province], years),
            "province_code": np.tile(_codes(names.province, c.provinces)[c.province], years),
        }

    def industries(self, state: State, seed: int) -> dict[str, Any]:
        """Return the industry table: n*, zones that target it, demand, capacity, at year-ends."""
        joined = _join(self._industries)
        n = len(joined["year"])
        return {
            "scenario": np.full(n, self.scenario),
            "seed": np.full(n, seed, dtype=np.int64),
            "year": joined.pop("year"),
            "industry": np.tile(np.array(state.country.industries), len(self._industries)),
            **joined,
            "industry_zh": np.tile(_zh(names.industry, state.country.industries), len(self._industries)),
        }

    def _firm_panel(self, state: State) -> None:
        """Keep the quarter's firms; words stay codes until the run is over."""
        f = state.firms
        for record in state.panels["exits"]:
            self._exits.append((record["uid"], record["reason"]))
        state.panels["exits"].clear()
        rows = np.flatnonzero(f.alive & (f.industry < K))
        record: dict[str, Any] = {
            "quarter": np.full(rows.size, state.t, dtype=np.int16),
            "uid": f.uid[rows],
            "zone": f.zone[rows],
            "province": state.country.province[f.zone[rows]].astype(np.int8),
            "industry": f.industry[rows],
            "age_quarters": (state.t - f.born[rows]).astype(np.int32),
            "origin": f.origin[rows],
            "parent": f.parent[rows],
        }
        for column in ("tier", "trl", "stage", "weight"):
            record[column] = f[column][rows].copy()
        record["workers"] = f.jobs[rows] + np.rint(f.rd_staff[rows])
        for column in ("rd_spending", "sales", "output", "capacity", "cash", "patents"):
            record[column] = f[column][rows].copy()
        record["productivity"] = 1.0 / f.unit_cost[rows]
        for column in ("quality", "debt", "rd_staff", "housed", "home"):
            record[column] = _half(f[column][rows])
        record["listed"] = f.listed[rows].copy()
        record["capital"] = _half(f.capacity[rows] * capital_ratio(state.p)[f.industry[rows]])
        record["value_added"] = _half(f.sales[rows] - self._inputs(state)[rows])
        self._firms.append(record)

    def _inputs(self, state: State) -> NDArray[np.float64]:
        """Return what the rows of firms bought of others this quarter, m yuan."""
        bought = np.zeros(state.firms.rows)
        for record in state.panels["inputs"]:
            n = record["uid"].size
            bought[:n] = np.where(record["uid"] == state.firms.uid[:n], record["inputs"], 0.0)
        state.panels["inputs"].clear()
        return bought

    def _fund_panel(self, state: State) -> None:
        f = state.funds
        rows = np.flatnonzero(f.alive)
        self._funds.append(
            {
                "quarter": np.full(rows.size, quarter_text(state.t)),
                "fund": f.number[rows],
                "kind": np.array([k.name.lower() for k in FundKind])[f.kind[rows]],
                "zone": np.array(state.country.zones)[f.zone[rows]],
                **{c: f[c][rows].copy() for c in OF_FUNDS},
            }
        )

    def _firm_table(self, state: State) -> dict[str, Any]:
        """Return the firm panel; the last row of a firm that died says how."""
        table, country = _join(self._firms), state.country
        code = np.zeros(len(table["uid"]), dtype=np.int8)
        if self._exits:
            gone = np.concatenate([uid for uid, _ in self._exits])
            reason = np.concatenate([why for _, why in self._exits])
            uid, first = np.unique(table["uid"][::-1], return_index=True)
            at = np.minimum(np.searchsorted(uid, gone), len(uid) - 1)
            known = uid[at] == gone
            code[len(code) - 1 - first[at[known]]] = reason[known]
        words = {
            "quarter": [quarter_text(t) for t in range(state.t + 1)],
            "zone": country.zones,
            "province": country.provinces,
            "industry": country.industries,
            "origin": [o.name.lower() for o in Origin],
        }
        chinese = {
            "zone_zh": _zh_words(names.zone, country.zones, table["zone"]),
            "province_zh": _zh_words(names.province, country.provinces, table["province"]),
            "industry_zh": _zh_words(names.industry, country.industries, table["industry"]),
        }
        coded = {name: _words(table[name], of) for name, of in words.items()}
        return {**table, **coded, "exit": _words(code, EXITS), **chinese}

    def panel_tables(self, state: State) -> dict[str, dict[str, NDArray[Any]]]:
        """Return the panels asked for as columns."""
        out: dict[str, dict[str, NDArray[Any]]] = {}
        country = state.country
        if "firms" in self.panels:
            out["firms"] = self._firm_table(state)
        if "funds" in self.panels:
            out["funds"] = _join(self._funds)
        if "talent" in self.panels:
            moves = _events(state, "talent", ("uid", "from_zone", "to_zone", "field", "skill", "reason"))
            chinese = {
                f"{side}_zh": _zh_words(names.zone, country.zones, moves[side])
                for side in ("from_zone", "to_zone")
            }
            zones = np.array(country.zones)
            moves["from_zone"], moves["to_zone"] = zones[moves["from_zone"]], zones[moves["to_zone"]]
            moves["field"] = np.array(country.fields)[moves["field"]]
            moves["reason"] = np.array(["offer", "home", "team"])[moves["reason"]]
            out["talent"] = moves | chinese
        if "layout" in self.panels:
            columns = ("zone", "year", "industry", "revised", "declared", "followers_before", "budget")
            layout = _events(state, "layout", columns)
            layout.pop("quarter")
            chinese = {
                "zone_zh": _zh_words(names.zone, country.zones, layout["zone"]),
                "industry_zh": _zh_words(names.industry, country.industries, layout["industry"]),
            }
            layout["zone"] = np.array(country.zones)[layout["zone"]]
            layout["industry"] = np.array(country.industries)[layout["industry"]]
            layout["declared"] = np.array([quarter_text(int(q)) for q in layout["declared"]])
            out["layout"] = layout | chinese
        if "deals" in self.panels:
            out["deals"] = _deals(state)
        return out


def _generations(state: State) -> dict[str, Any]:
    """Return when a next generation had its design and on which route, routes alive, and its output."""
    ind, routes = state.industries, state.routes
    there = ind.opened[:K] >= 0
    alive = np.bincount(routes.industry, ~routes.known, K).astype(np.int64)
    return {
        "design_year": np.where(there, START_YEAR + ind.opened[:K] / 4.0, np.nan),
        "design_route": np.where(there, ind.design[:K] + 1, 0).astype(np.int64),
        "routes_alive": np.where(ind.waits[:K], alive, 0),
        "next_output": ind.next_output[:K].copy(),
    }


def _zh(called: Callable[[str], Called], of: Sequence[str]) -> NDArray[Any]:
    """Return Chinese names, empty where the tables have none."""
    return np.array([called(name).zh for name in of])


def _codes(called: Callable[[str], Called], of: Sequence[str]) -> NDArray[Any]:
    """Return codes of GB/T 2260, of a zone's city or province, empty where the tables have none."""
    return np.array([called(name).code for name in of])


def _words(codes: NDArray[Any], words: Sequence[str]) -> Any:
    """Return coded words as a categorical column (a word once, not once a row)."""
    import pandas as pd

    return pd.Categorical.from_codes(codes, categories=list(words))


def _zh_words(called: Callable[[str], Called], of: Sequence[str], codes: NDArray[Any]) -> Any:
    """Return the Chinese names of coded rows as a categorical column."""
    all_names = _zh(called, of)
    different, place = np.unique(all_names, return_inverse=True)  # where there are none, all are one
    return _words(place[codes], different.tolist())


def _deals(state: State) -> dict[str, NDArray[Any]]:
    columns = ("fund", "fund_kind", "public_share", "firm", "stage", "amount", "holding", "share",
               "fund_zone", "zone", "industry", "trl", "age_quarters")  # fmt: skip
    deals = _events(state, "deals", columns)
    index: dict[int, int] = {}
    multiple = np.full(len(deals["fund"]), np.nan)
    when = np.full(len(deals["fund"]), "", dtype="U7")
    ending = np.zeros(len(deals["fund"]), dtype=np.int8)
    events = sorted(
        [(int(r["quarter"]), 0, r) for r in state.panels["deal_exits"]],
        key=lambda e: (e[0], e[1]),
    )
    # holdings' rows are reused: walk deals and exits in time order
    cursor = 0
    quarter = np.array([quarter_index(q) for q in deals["quarter"]])
    for t, _, record in events:
        while cursor < len(quarter) and quarter[cursor] <= t:
            index[int(deals["holding"][cursor])] = cursor
            cursor += 1
        for holding, value, how in zip(record["holding"], record["multiple"], record["how"], strict=True):
            deal = index.pop(int(holding), None)
            if deal is not None:
                multiple[deal], when[deal], ending[deal] = value, quarter_text(t), how
    deals.pop("holding")
    deals["fund_kind"] = np.array([k.name.lower() for k in FundKind])[deals["fund_kind"]]
    deals["stage"] = np.array(STAGES)[deals["stage"]]
    country = state.country
    zone = deals["zone"].astype(np.int64)
    deals["province"] = np.array(country.provinces)[country.province[zone]]
    deals["zone"], deals["industry"] = (
        np.array(country.zones)[zone],
        np.array(country.industries)[deals["industry"]],
    )
    deals["fund_zone"] = np.array(country.zones)[deals["fund_zone"]]
    return {**deals, "multiple": multiple, "exit_quarter": when, "ending": np.array(ENDINGS)[ending]}


def _quarters(records: list[dict[str, Any]], size_of: str) -> list[dict[str, Any]]:
    return [{**r, "quarter": np.full(len(r[size_of]), quarter_text(int(r["quarter"])))} for r in records]


def _events(state: State, panel: str, columns: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """Return a panel's records as columns; without any, the columns are empty."""
    records = _quarters(state.panels[panel], columns[0])
    if not records:
        return {name: np.empty(0, dtype=np.int64) for name in ("quarter", *columns)}
    return _join(records)


def _join(records: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Concatenate records of columns; scalars are repeated."""
    if not records:
        return {}
    columns: dict[str, NDArray[Any]] = {}
    lengths = [max(np.size(v) for v in r.values()) for r in records]
    for name in records[0]:
        parts = [
            np.full(n, r[name]) if np.ndim(r[name]) == 0 else np.asarray(r[name])
            for r, n in zip(records, lengths, strict=True)
        ]
        columns[name] = np.concatenate(parts)
    return columns


def _half(values: NDArray[Any]) -> NDArray[np.float32]:
    """Return numbers with seven significant digits, at half the room."""
    return values.astype(np.float32)
