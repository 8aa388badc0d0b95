"""One visitor's work, without a browser: what the page says happened, and what it is to show.

The page's script sends words (:meth:`Desk.hear`) and draws *parts*: named plain data that are replaced
whole.  A mistake of the visitor becomes the part ``problems``, in the words of the command line.
"""

from __future__ import annotations

import base64
import binascii
import shlex
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sim.app import offers, own, shown
from sim.app.balance import KEY, Balancing
from sim.app.crew import Crew
from sim.app.document import MOST_ARMS, MOST_EDITS, Document, Edit, History, Variant
from sim.app.estimator import Answer, Estimator, Pace
from sim.app.link import link, restored
from sim.app.luck import Luck
from sim.app.planner import cards
from sim.app.reporting import Reporting
from sim.app.runs import Run
from sim.app.words import called
from sim.core.calendar import quarter_index
from sim.core.errors import InputError, Problem
from sim.scenario import Resolved, Scenario, warnings_of
from sim.schedule import LEVERS

Show = Callable[[str, Any], None]
"""Shows a part: its name and its data."""
_MOST_TOLD = 8


class Known:
    """What a server computed beforehand: nothing, unless it says otherwise."""

    def stored(self, document: Document) -> Sequence[Run]:
        """Return what stored runs say of a document's scenarios, if they do."""
        return ()

    def luck(self) -> Luck | None:
        """Return how far a quick estimate may be off."""
        return None

    def curves(self) -> dict[str, Any]:
        """Return what each lever does alone."""
        return {}


class Desk:
    """The document of one session, its answer so far, and what of both is shown.

    Args:
        crew: makes the runs.
        show: shows a part.
        pace: scales and pairs.
        known: what was computed beforehand.
    """

    def __init__(self, crew: Crew, show: Show, pace: Pace | None = None, known: Known | None = None) -> None:
        self._known = known or Known()
        self._curves: dict[str, Any] = {}
        self._show = show
        self._lock = threading.RLock()
        self._answer: Answer | None = None
        self._layer = "output"
        self._place: tuple[str, str] | None = None
        self._scenarios: tuple[Scenario, ...] = ()
        self._pace = pace or Pace()
        self._estimator = Estimator(crew, self._told, self._pace, self._known.luck)
        self._reporting: Reporting | None = None
        self._balancing: Balancing | None = None
        self._crew = crew
        first = Variant(offers.offered()[0])
        self.history = History(Document((first, first)))

    def open(self, link: str = "") -> None:
        """Begin with the document of a link; without a good one, with the first scenario offered."""
        with self._lock:
            try:
                self._work_on(History(restored(link)) if link else self.history)
            except InputError as error:
                self._work_on(self.history)
                self._refuse(error)

    def close(self) -> None:
        """Give up what is on its way."""
        self._estimator.close()
        for work in (self._reporting, self._balancing):
            if work:
                work.give_up()

    def hear(self, word: str, data: Mapping[str, Any]) -> None:
        """Do what the page asks for; what cannot be done is told as a problem."""
        does = _DOES.get(word)
        with self._lock:
            self._show("problems", [])
            try:
                if does is None:
                    raise InputError(Problem("page", 0, 0, f"the page cannot do {word!r}"))
                does(self, **data)
            except InputError as error:
                self._refuse(error)
            except (TypeError, ValueError, IndexError, KeyError, AttributeError):
                self._refuse(InputError(Problem("page", 0, 0, f"{word}: this cannot be done")))

    def _refuse(self, error: InputError) -> None:
        self._show("problems", [str(problem) for problem in error.problems[:_MOST_TOLD]])

    @property
    def _digests(self) -> tuple[str, ...]:
        return tuple(one.digest for one in self._scenarios)

    # ------------------------------------------------------------------ the document

    def _work_on(self, history: History) -> None:
        """Take a document once its scenarios are known to be good and comparable."""
        known = dict(zip(self.history.now.arms, self._scenarios, strict=False))
        scenarios = tuple(known.get(arm) or own.read(arm) for arm in history.now.arms)
        _same_frame(scenarios)
        if not self._scenarios or scenarios[0].world != self._scenarios[0].world:
            self._answer = None
            self._show("atlas", cards.atlas(scenarios[0].world))
        before = self._digests
        self.history, self._scenarios = history, scenarios
        if before != self._digests:
            self._estimator.move([own.resolved(one) for one in scenarios], self._known.stored(history.now))
        self._tell_document()
        self._tell_curves()
        self._tell_place()

    def _tell_curves(self) -> None:
        """Tell what single levers do, whenever more of them are known."""
        if len(found := self._known.curves()) > len(self._curves):
            self._curves, luck = found, self._known.luck()
            self._show("curves", {"levers": found, "luck": luck.metrics if luck else {}})

    def _edit(self, document: Document) -> None:
        self._work_on(self.history.then(document))

    def lever(
        self, name: str, value: Any, quarter: str, arm: int = 1, kind: str = "", place: str = ""
    ) -> None:
        """Set a lever from a quarter on, nationwide or in a place, and its company where that is off."""
        variant = self._arm(arm)
        if len(variant.edits) >= MOST_EDITS:
            raise InputError(Problem("page", 0, 0, f"there are {MOST_EDITS} overrides already"))
        quarter_index(quarter)
        for key, asked in {**self._company(name, value, arm), name: value}.items():
            head = f"{kind}.{place}" if kind and LEVERS[key].scope == "zone" else "policy"
            held = tuple(asked) if isinstance(asked, list | tuple) else asked
            variant = variant.edited(Edit(f"{head}.{key}", quarter, held))
        self._edit(self.history.now.put(arm, variant))

    def _company(self, name: str, value: Any, arm: int) -> dict[str, Any]:
        """Return the levers without which this one does nothing and that are off, with what they then are."""
        lever, scenario = LEVERS[name], self._scenarios[arm]
        if value == lever.neutral:
            return {}

        def off(other: str) -> bool:
            neutral = LEVERS[other].neutral
            steps = [step.value for step in scenario.national(LEVERS[other])]
            return not scenario.overrides(other) and all(s in (neutral, ()) for s in steps)

        return {other: asked for other, asked in lever.requires.items() if off(other)}

    def unset(self, key: str, quarter: str = "", arm: int = 1) -> None:
        """Take overrides back."""
        self._edit(self.history.now.put(arm, self._arm(arm).without(key, quarter)))

    def base(self, name: str, arm: int = 1, world: str = "") -> None:
        """Begin a scenario anew from an offered one."""
        self._edit(self.history.now.put(arm, Variant(name, world=world)))

    def world(self, name: str) -> None:
        """Look at another country: all scenarios, with their overrides, on another world."""
        arms = tuple(replace(arm, world=name) for arm in self.history.now.arms)
        self._edit(Document(arms))

    def add(self, name: str) -> None:
        """Put one scenario more beside the others."""
        self._edit(Document((*self.history.now.arms, Variant(name))[:MOST_ARMS]))

    def drop(self, arm: int) -> None:
        """Take a scenario away, as long as two remain."""
        arms = self.history.now.arms
        if len(arms) > 2:
            self._edit(Document((*arms[:arm], *arms[arm + 1 :])))

    def swap(self) -> None:
        """Put A and B in each other's place."""
        self._edit(self.history.now.swapped())

    def undo(self) -> None:
        """Go one change back."""
        self._work_on(self.history.undo())

    def redo(self) -> None:
        """Do again what was undone last."""
        self._work_on(self.history.redo())

    def upload(self, name: str, data: str, arm: int = 1) -> None:
        """Take a scenario file that the visitor brought, as base64 text."""
        try:
            found = base64.b64decode(data, validate=True)
        except binascii.Error:
            raise ValueError from None
        self._edit(self.history.now.put(arm, own.brought(name, found)))

    def yaml(self, arm: int = 1) -> None:
        """Hand out a scenario as a file."""
        self._show(
            "file", {"name": f"scenario-{'ABCD'[arm]}.yaml", "text": own.written(self._arm(arm), "ABCD"[arm])}
        )

    def equal(self, arm: int = 1) -> None:
        """Look for the budget at which a scenario costs what A costs, and set it; said again, give up."""
        if self._balancing and self._balancing.under_way:
            self._balancing.give_up()
            return
        variant = self._arm(arm)

        def other(budget: float | None) -> Resolved:
            wanted = variant if budget is None else variant.edited(Edit(KEY, "", budget))
            return own.resolved(own.read(wanted))

        def told(found: float | InputError | None) -> None:
            with self._lock:
                self._show("balancing", {})
                if isinstance(found, InputError):
                    self._refuse(found)
                elif found is not None and variant in self.history.now.arms[arm : arm + 1]:
                    self._edit(self.history.now.put(arm, variant.edited(Edit(KEY, "", found))))

        self._show("balancing", {"arm": arm})
        name, base = self._scenarios[arm].name, own.resolved(self._scenarios[0])
        self._balancing = Balancing(self._crew, self._pace, base, name, other, told)

    def python(self) -> None:
        """Hand out a program that computes the exact answer."""
        text = own.snippet(self.history.now.arms, self._options())
        self._show("file", {"name": "what_if.py", "text": text})

    def _options(self) -> dict[str, Any]:
        """Return with what the exact answer is computed."""
        return {"runs": self._pace.pairs, "seed": self._pace.seed, "scale": self._pace.exact}

    def report(self) -> None:
        """Compare as the command line does, and hand out the report; said again meanwhile, give it up."""
        if self._reporting and self._reporting.under_way:
            self._reporting.give_up()
            self._show("reporting", {})
            return
        self._show("reporting", {"done": 0, "total": self._pace.pairs * len(self._scenarios)})
        self._reporting = Reporting(self._scenarios, self._pace, self._reported)

    def _reported(self, word: str, what: Any) -> None:
        with self._lock:
            if word == "progress":
                self._show("reporting", {"done": what[0], "total": what[1]})
                return
            self._show("reporting", {})
            if word == "done":
                self._show("file", {"name": "report.html", "text": what})
            else:
                self._show("problems", what.splitlines()[:_MOST_TOLD])

    def _arm(self, number: int) -> Variant:
        return self.history.now.arms[number]

    def _tell_document(self) -> None:
        document = self.history.now
        self._show(
            "document",
            {
                "arms": [self._told_arm(*pair) for pair in zip(document.arms, self._scenarios, strict=True)],
                "undo": bool(self.history.past),
                "redo": bool(self.history.undone),
                "link": link(document),
                "world": self._scenarios[0].world,
                "until": self._scenarios[0].until,
                "quarters": self._scenarios[0].quarters,
                "command": self._command(),
                "of": shown.mark(self._digests),
            },
        )

    def _command(self) -> str:
        """Return the command that computes the exact answer, once the scenarios are saved as files."""
        files = [f"scenario-{'ABCD'[arm]}.yaml" for arm in range(len(self._scenarios))]
        options = [word for key, value in self._options().items() for word in (f"--{key}", repr(value))]
        return shlex.join(["clusterlab", "compare", *files, *options])

    def _told_arm(self, variant: Variant, scenario: Scenario) -> dict[str, Any]:
        return {
            "name": scenario.name,
            "base": variant.base,
            "own": bool(variant.text),
            "edits": [{"key": k, "called": called(k), "path": path} for k, path in variant.paths().items()],
            "paths": cards.paths(scenario),
            "yaml": own.text(variant, scenario),
            "elsewhere": sorted({address.key for address in scenario.overrides()}),
            "warnings": [str(w) for w in warnings_of(scenario)] if variant.edits or variant.text else [],
        }

    # ------------------------------------------------------------------ the answer

    def _told(self, answer: Answer | str) -> None:
        with self._lock:
            if isinstance(answer, str):
                self._show("problems", [answer])
                return
            whole = bool(answer.runs)
            if answer.of != self._digests:
                return  # of a move before
            self._show("verdict", shown.verdict(answer))
            self._show("fans", shown.fans(answer))
            if whole:
                self._answer = answer
                self._show("markets", shown.markets(answer))
                self._show("bill", shown.bill(answer))
                self._tell_layer()
                self._tell_place()

    def layer(self, name: str) -> None:
        """Choose what the map's colour is."""
        if name not in shown.LAYERS and not (name.isdecimal() and int(name) < shown.INDUSTRIES):
            raise ValueError(name)
        self._layer = name
        self._tell_layer()

    def _tell_layer(self) -> None:
        if self._answer:
            self._show("layer", {"name": self._layer, "arms": shown.layer(self._answer, self._layer)})

    def place(self, kind: str = "", name: str = "") -> None:
        """Open the card of a zone or province; close it without a name."""
        found = cards.members(self._scenarios[0].world, kind, name) if name else []
        self._place = (kind, name) if found else None
        self._tell_place()

    def _tell_place(self) -> None:
        world = self._scenarios[0].world
        found = cards.members(world, *self._place) if self._place else []
        if not self._place or not found:
            self._show("place", {})
            return
        arms = shown.place(self._answer, found) if self._answer else []
        levers = [cards.paths_of(scenario, *self._place) for scenario in self._scenarios]
        kind, name = self._place
        self._show("place", {"kind": kind, "name": name, "zones": found, "arms": arms, "levers": levers})


_DOES: dict[str, Callable[..., None]] = {
    name: getattr(Desk, name)
    for name in (
        *("lever", "unset", "base", "world", "add", "drop", "swap", "undo", "redo", "upload", "yaml"),
        *("report", "python", "equal"),
        *("layer", "place"),
    )
}
"""What the page may ask for."""


def _same_frame(scenarios: tuple[Scenario, ...]) -> None:
    """Refuse scenarios that cannot be compared quarter by quarter and zone by zone."""
    first = scenarios[0]
    for other in scenarios[1:]:
        for what in ("world", "until"):
            mine, theirs = getattr(other, what), getattr(first, what)
            if mine != theirs:
                said = f"{what} {mine} of {other.name} differs from {theirs} of {first.name}"
                raise InputError(Problem("page", 0, 0, said, remedy="compare scenarios of one world and end"))
