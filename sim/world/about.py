"""What an own world says of itself: ``world.yaml`` beside its tables.

``title`` and ``source`` are asked for; ``year`` and ``licence`` of the figures, their ``evidence``, the
``money`` that the tables count in, and ``industries``, those of the 20 that the country has, may follow.  A
country without some of them has no firms, no market and no place on lists for these (none founds, none
declares); tables of results hold zeros there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.world import load

NAME = "world.yaml"
KEYS = ("title", "source", "year", "licence", "evidence", "note", "money", "industries")
MONEY = ("unit", "yuan", "source")
UNIT = "m yuan"
"""What a world counts money in that says nothing of it."""
EVIDENCE = ("measured", "assumption")
LONGEST = 2000
"""Characters of a text."""


@dataclass(frozen=True, slots=True)
class About:
    """What a world says of itself; a world without ``world.yaml`` says nothing and counts in m yuan."""

    title: str = ""
    source: str = ""
    year: str = ""
    licence: str = ""
    evidence: str = ""
    note: str = ""
    unit: str = UNIT
    yuan: float = 1.0
    """Yuan for one of the currency that the tables count in."""
    rate_source: str = ""
    industries: tuple[str, ...] = field(default_factory=lambda: load.industries().codes)
    """Codes of the industries it has, in the model's order."""


def about_of(text: str, label: str) -> About:
    """Return what the text of a ``world.yaml`` says; ``label`` is its name in messages.

    Raises:
        InputError: with every bad key, its place, what is allowed and how to mend it.
    """
    return _Reader(label).read(text)


class _Reader:
    """Collects the problems of one file."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.problems: list[Problem] = []

    def add(self, node: Any, what: str, allowed: str = "", near: str = "", remedy: str = "") -> None:
        place = node.start_mark.line + 1, node.start_mark.column + 1
        self.problems.append(Problem(self.label, *place, what, allowed, near, remedy))

    def read(self, text: str) -> About:
        root = self._root(text)
        said: dict[str, Any] = {}
        for key, node in self._entries(root, KEYS, "the world"):
            if key == "money":
                said |= self._money(node)
            elif key == "industries":
                said["industries"] = self._industries(node)
            else:
                said[key] = self._text(node, key)
        for key in ("title", "source"):
            if not said.get(key) and not any(p.what.startswith(key) for p in self.problems):
                remedy = f"write '{key}: ...'; of invented figures, that they are invented"
                self.problems.append(Problem(self.label, 1, 1, f"there is no {key}", "", "", remedy))
        evidence = said.get("evidence", "")
        if evidence and evidence not in EVIDENCE:
            node = next(v for k, v in root.value if k.value == "evidence")
            near = nearest(evidence, EVIDENCE)
            self.add(node, f"evidence is {evidence!r}", " or ".join(EVIDENCE), near)
        if self.problems:
            raise InputError(self.problems)
        return About(**said)

    def _root(self, text: str) -> Any:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError

        try:
            root = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            what = f"not valid YAML: {error.problem or error.context}"
            raise InputError(Problem(self.label, *place, what, "", "", "write 'key: value' lines")) from None
        except Exception as error:  # the parser fails in many ways on hostile text
            raise InputError(Problem(self.label, 1, 1, f"not valid YAML: {error}")) from None
        if root is None or root.id != "mapping":
            what = "the file is not a mapping" if root else "the file is empty"
            allowed = f"keys {', '.join(KEYS)}"
            raise InputError(Problem(self.label, 1, 1, what, allowed, "", "write 'key: value' lines"))
        return root

    def _entries(self, node: Any, known: tuple[str, ...], what: str) -> Iterator[tuple[str, Any]]:
        seen = set()
        for key, value in node.value:
            word = key.value if key.id == "scalar" else ""
            if word not in known:
                allowed, remedy = ", ".join(known), "take it out or rename it"
                self.add(key, f"{what} has no key {word!r}", allowed, nearest(word, known), remedy)
            elif word in seen:
                self.add(key, f"{word!r} is set twice", remedy="keep one of them")
            else:
                seen.add(word)
                yield word, value

    def _text(self, node: Any, key: str) -> str:
        if node.id != "scalar" or not node.value.strip():
            self.add(node, f"{key} is no text", "one line or a few", remedy=f"write '{key}: ...'")
            return ""
        if len(node.value) > LONGEST:
            self.add(node, f"{key} is too long", f"{LONGEST} characters")
        return " ".join(node.value.split())

    def _money(self, node: Any) -> dict[str, Any]:
        remedy = "write 'money: {unit: m EUR, yuan: 7.87, source: ...}'"
        if node.id != "mapping":
            self.add(node, "money is no mapping", ", ".join(MONEY), remedy=remedy)
            return {}
        said: dict[str, Any] = {}
        for key, value in self._entries(node, MONEY, "money"):
            if key == "yuan":
                said["yuan"] = self._rate(value)
            else:
                said["rate_source" if key == "source" else key] = self._text(value, key)
        for key, name in (("unit", "unit"), ("yuan", "yuan"), ("source", "rate_source")):
            if name not in said:
                self.add(node, f"money has no {key}", ", ".join(MONEY), remedy=remedy)
        return said

    def _rate(self, node: Any) -> float:
        try:
            rate = float(node.value) if node.id == "scalar" else math.nan
        except ValueError:
            rate = math.nan
        if not 1e-6 <= rate <= 1e6:
            remedy = "how many yuan one of the currency is, such as 7.87"
            self.add(node, "yuan is no rate", "a number from 0.000001 to 1,000,000", remedy=remedy)
        return rate

    def _industries(self, node: Any) -> tuple[str, ...]:
        codes = load.industries().codes
        if node.id != "sequence":
            remedy = "write 'industries: [AI, QUANTUM]', or leave it out for all"
            self.add(node, "industries is no list", "a list of codes", remedy=remedy)
            return codes
        found: list[str] = []
        for item in node.value:
            word = item.value if item.id == "scalar" else ""
            if word not in codes:
                near = nearest(word, codes)
                self.add(item, f"there is no industry {word!r}", ", ".join(codes), near)
            elif word in found:
                self.add(item, f"{word} stands there twice", remedy="keep one of them")
            found.append(word)
        return tuple(code for code in codes if code in found)
