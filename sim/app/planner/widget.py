"""The page's part in the browser: a Vue component whose data are the parts that a desk shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipyvue
import traitlets

_HERE = Path(__file__).parent / "vue"
_ROOT = "planner"
PARTS = (
    "atlas", "cards", "words", "offers", "document", "verdict", "fans", "layer", "markets", "bill",
    "place", "problems", "file", "reporting", "curves", "balancing",
)  # fmt: skip
"""What the script is told, each part whole."""


def _read(name: str) -> str:
    return (_HERE / f"{name}.vue").read_text(encoding="utf-8")


class PlannerWidget(ipyvue.VueTemplate):
    """The whole page as one widget; its pieces are Vue components, one file each."""

    template = traitlets.Unicode(_read(_ROOT)).tag(sync=True)
    components = traitlets.Dict(
        {file.stem: _read(file.stem) for file in sorted(_HERE.glob("*.vue")) if file.stem != _ROOT}
    ).tag(sync=True)
    css = traitlets.Unicode((_HERE.parent / "planner.css").read_text(encoding="utf-8")).tag(sync=True)
    atlas = traitlets.Any().tag(sync=True)
    cards = traitlets.Any().tag(sync=True)
    words = traitlets.Any().tag(sync=True)
    offers = traitlets.Any().tag(sync=True)
    document = traitlets.Any().tag(sync=True)
    verdict = traitlets.Any().tag(sync=True)
    fans = traitlets.Any().tag(sync=True)
    layer = traitlets.Any().tag(sync=True)
    markets = traitlets.Any().tag(sync=True)
    bill = traitlets.Any().tag(sync=True)
    place = traitlets.Any().tag(sync=True)
    problems = traitlets.Any().tag(sync=True)
    file = traitlets.Any().tag(sync=True)
    balancing = traitlets.Any().tag(sync=True)
    curves = traitlets.Any().tag(sync=True)
    reporting = traitlets.Any().tag(sync=True)

    def __init__(self, **parts: Any) -> None:
        self.hears: Callable[[str, dict[str, Any]], None] | None = None
        super().__init__(**parts)

    def vue_say(self, said: Any) -> None:
        """Pass on what the script says: ``[word, data]``."""
        word, data = said
        if self.hears is not None and isinstance(word, str) and isinstance(data, dict):
            self.hears(word, data)
