"""The yardstick: firms and workers as plain Mesa objects, by the formulas of three mechanisms.

What a modeller would write who has never heard of columns: one object a firm and one a worker, one method a
verb, Python's own arithmetic and random numbers.  Research, orders and leaving research are computed from
the same snapshot as the engine's; luck differs, so that outcomes are equal in distribution only, which
``tests/reference/test_objects.py`` holds both against.  ``make bench`` takes the time of both.
"""

from __future__ import annotations

import math
from typing import Any

import mesa
import numpy as np

from sim.engine import Engine
from sim.lab.planning import build
from sim.mechanisms import demography
from sim.mechanisms.research import search, steps
from sim.mechanisms.research.patents import patents
from sim.mechanisms.trade import orders
from sim.world.state import State
from sim.world.tables import HOST, IP_TODAY, NEVER, PRODUCT, PROVEN, K, Origin


def snapshot(world: str = "china-31", scale: float = 0.002, quarters: int = 8, seed: int = 1) -> State:
    """Return the state of a given world after some quarters: the objects know its formulas."""
    plan = build("run", ["worlds/given"], world=world, scale=scale, seed=seed)
    engine = Engine(plan.arms[0].resolved, seed=seed, scale=scale)
    for _ in range(quarters):
        engine.step()
    engine.state.t = quarters
    return engine.state


class Firm(mesa.Agent):
    """A firm that researches and sells; a row of the engine's table of firms as attributes."""

    model: Country
    weight: int
    zone: int
    industry: int
    origin: int
    rd_staff: float
    rd_spending: float
    research_stock: float
    served: float
    access: bool
    allied: float
    trl: int
    quality: float
    unit_cost: float
    patents: int
    capacity: float
    output: float
    orders: float
    niche: float
    launched: int

    def __init__(self, model: Country, row: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(row)
        self.appeal = self.won = 0.0

    def research(self) -> None:
        """File patents; take a readiness step, or innovate or imitate at TRL 9."""
        m, p, k = self.model, self.model.p, self.industry
        around, keep = m.around[self.zone][k], m.keep[self.zone][k]
        self.file(around, keep)
        team = max(self.rd_staff * m.skill[self.zone][k], 0.0) / self.weight / steps.TEAM
        effort = team**p.trl_rd_exponent
        if self.trl < PROVEN and k < HOST:
            place = 1.0 + p.platform_gain * (1.0 if self.access else self.served)
            allied = 1.0 + m.alliance[self.zone][k] * self.allied
            hazard = effort * around * place * allied * m.speed[k][self.trl] / m.usual[k][self.trl]
            if m.random.random() < 1.0 - math.exp(-hazard):
                self.trl += 1
                m.trl_steps += self.weight
        elif m.random.random() < 1.0 - math.exp(-p.innovation_rate * effort * keep * around / 4.0):
            gain = sorted(m.random.random() for _ in range(5))[2]
            better = min(1.0, m.quality[k] / self.quality) ** p.innovation_lead
            cheaper = min(1.0, self.unit_cost / m.unit_cost[k]) ** p.innovation_lead
            self.quality *= 1.0 + p.quality_gain * gain * better
            self.unit_cost *= 1.0 - p.cost_gain * gain * cheaper
        else:
            self.quality += m.copies[self.zone][k] * max(m.quality[k] - self.quality, 0.0)
            self.unit_cost += m.copies[self.zone][k] * min(m.unit_cost[k] - self.unit_cost, 0.0)

    def file(self, around: float, keep: float) -> None:
        """File patents on the research of some years, a little less than in proportion."""
        m, terms = self.model, self.model.filing
        opens = self.research_stock <= 0.0
        self.research_stock += (1.0 if opens else terms.memory) * (self.rd_spending - self.research_stock)
        if self.research_stock > 0.0:
            teams = self.research_stock / (self.weight * terms.team)
            worked = self.research_stock * teams ** (terms.returns - 1.0)
            filed = m.poisson(m.p.patents_per_rd * worked * around**terms.around * keep)
            self.patents += filed
            m.patents += filed if self.industry < HOST else 0

    def attract(self) -> None:
        """Become known to buyers by size, quality, price, luck, the zone's list and the product's market."""
        m, p, k = self.model, self.model.p, self.industry
        self.appeal = self.won = 0.0
        if self.trl < PRODUCT:
            m.staff[k] += self.rd_staff if k < HOST else 0.0
        elif self.capacity > 0.0:
            share = p.order_share_exponent
            known = max(self.output, p.order_first * self.capacity)
            price = (self.unit_cost / m.unit_cost[k]) ** p.cost_pass_through
            self.appeal = known**share * self.capacity ** (1.0 - share)
            self.appeal *= (self.quality / m.quality[k]) ** p.order_quality * price**-p.order_price
            self.appeal *= math.exp(p.order_luck * m.random.gauss(0.0, 1.0)) * m.listed[self.zone][k]
            if k < HOST:
                self.appeal *= self.opportunity()
            m.total[k] += self.appeal

    def opportunity(self) -> float:
        """Return what a market of its own adds to a product's appeal; find it when first on sale."""
        m, p, k = self.model, self.model.p, self.industry
        laid_out = p.reference_utilisation * self.capacity / m.demand[k]
        if self.launched == NEVER:
            self.launched = m.t
        if self.niche == 0.0:
            luck, built = m.random.gauss(0.0, 1.0), self.origin == Origin.PROJECT
            drawn = min(p.niche_most, p.niche_median * math.exp(p.niche_sd * luck) / m.makers[k])
            self.niche = laid_out * math.exp(p.niche_opening_sd * luck) if built else self.weight * drawn
        known = min(1.0, (m.t - self.launched + 1) / p.niche_quarters)
        return (self.niche / laid_out) ** (p.niche_pull * known)

    def take_orders(self) -> None:
        """Win a share of demand, as far as there is capacity."""
        if self.appeal > 0.0:
            m, k = self.model, self.industry
            order = m.products[k] * self.appeal / m.total[k]
            self.won = min(order, self.capacity)
            self.orders += m.p.order_memory * (order - self.orders)
            m.unfilled[k] -= self.won
            m.room[k] += self.appeal if self.won < self.capacity else 0.0

    def take_more(self) -> None:
        """Win a share of what others could not fill; without a product, sell research."""
        m, k = self.model, self.industry
        if self.appeal > 0.0 and self.won < self.capacity and m.unfilled[k] > 0.0:
            self.won += min(m.unfilled[k] * self.appeal / m.room[k], self.capacity - self.won)
        m.sold[k] += self.won


class Worker(mesa.Agent):
    """A person in research (or as many as the row stands for)."""

    model: Country
    weight: int
    zone: int
    field: int
    experience: int

    def __init__(self, model: Country, row: dict[str, Any]) -> None:
        super().__init__(model)
        self.__dict__.update(row)

    def leave(self) -> None:
        """Retire, or give up research after a time without work."""
        m = self.model
        hazard = m.late if self.experience >= 30 else m.early
        if m.random.random() < hazard + m.tired[self.zone][self.field]:
            m.left += self.weight
            self.remove()


class Country(mesa.Model):
    """Firms, workers and what the quarter is like for them, read from a snapshot of the engine."""

    def __init__(self, state: State, seed: int = 1) -> None:
        super().__init__(rng=seed)
        p, industries, zones = state.p, state.industries, state.zones
        self.p, self.t = p, state.t
        ip = state.force.by_cell("ip_protection")
        difficulty = p.trl_difficulty * state.lever.technology_difficulty
        years = [1e9, *(getattr(p, f"trl_step_years_{n}_{n + 1}") for n in range(1, 9)), 1e9]
        self.around = np.ones((state.n_zones, K + 1)).tolist()
        self.speed = search.speed(state).tolist()
        self.usual = (4.0 * np.array(years) * difficulty[:K, None]).tolist()
        self.skill = state.cells.skill.tolist()
        self.alliance = steps.alliance(state).tolist()
        self.filing = patents(state)
        self.keep = (1.0 + p.ip_innovation * (ip - IP_TODAY)).tolist()
        self.copies = (p.imitation_rate * (1.0 + IP_TODAY - ip) / 4.0).tolist()
        self.quality, self.unit_cost = industries.quality.tolist(), industries.unit_cost.tolist()
        listed = np.ones((state.n_zones, K + 1))
        listed[:, :HOST] += p.local_advantage_priority * state.cells.priority
        self.listed = listed.tolist()
        self.demand, self.makers = industries.demand.tolist(), np.maximum(industries.makers, 1.0).tolist()
        products = industries.demand.copy()
        products[:HOST] *= 1.0 - p.contract_share
        self.products = products.tolist()
        self.early, self.late = p.retire_hazard / 4.0, p.retire_hazard_late / 4.0
        away = zones.idle / np.maximum(zones.pool, 1)
        self.tired = (away * (p.give_up_hazard / 4.0)).tolist()
        self.patents = self.left = self.trl_steps = 0
        self.sold = [0.0] * (K + 1)
        for kind, table in ((Firm, state.firms), (Worker, state.talent)):
            columns = [name for name in kind.__annotations__ if name != "model"]
            alive = np.flatnonzero(table.alive)
            values = [table[name][alive].tolist() for name in columns]
            for row in zip(*values, strict=True):
                kind(self, dict(zip(columns, row, strict=True)))

    def poisson(self, mean: float) -> int:
        """Return a Poisson draw (Knuth)."""
        least, count, product = math.exp(-mean), 0, self.random.random()
        while product > least:
            count += 1
            product *= self.random.random()
        return count

    def research(self) -> None:
        """Let every firm research for a quarter."""
        self.agents_by_type[Firm].do("research")

    def trade(self) -> None:
        """Share the quarter's demand among firms."""
        self.total, self.room, self.staff, self.sold = ([0.0] * (K + 1) for _ in range(4))
        self.unfilled = list(self.products)
        firms = self.agents_by_type[Firm]
        for verb in ("attract", "take_orders", "take_more"):
            firms.do(verb)

    def leave(self) -> None:
        """Let workers leave research."""
        self.agents_by_type[Worker].do("leave")


def research(state: State) -> None:
    """Do by the engine what :meth:`Country.research` does."""
    steps.develop(state, steps.setting(state, np.ones((state.n_zones, K))))


def trade(state: State) -> Any:
    """Do by the engine what :meth:`Country.trade` does; return sales by industry, m yuan a year."""
    offers = orders.find_offers(state)
    won, _ = orders.win_orders(state, offers, np.ones((state.n_zones, K + 1)), np.ones(K + 1))
    return np.bincount(offers.industry, won, K + 1)


def leave(state: State) -> None:
    """Do by the engine what :meth:`Country.leave` does."""
    demography._retire(state)
