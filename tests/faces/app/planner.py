"""What a visitor of the planner's page sees and does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .visit import LIMIT, Visit

OF = "return document.querySelector('.planner')?.dataset.of"
"""Which scenarios are on the page."""
_METRICS = "Emulation.setDeviceMetricsOverride"


class Planner(Visit):
    """A visitor of the planner's page, at 1280 x 800 unless on a phone."""

    def __init__(self, driver) -> None:
        super().__init__(driver)
        self._size(1280, 800)

    def _size(self, width: int, height: int, *, mobile: bool = False) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile}
        self.driver.execute_cdp_cmd(_METRICS, size)

    def phone(self) -> None:
        self._size(390, 844, mobile=True)
        self.driver.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def js(self, script: str, *arguments: Any) -> Any:
        return self.driver.execute_script(script, *arguments)

    def told(self) -> str:
        return f"{self.sentence()} {self.status()} {self.text('.problems')}"

    def open(self, address: str, query: str = "?lang=en") -> None:
        """Open the page and wait for its levers and the first whole map."""
        self.driver.get(f"{address}/{query}")
        self.until(lambda: self.count(".lever") > 10, "the levers")
        self.until(lambda: self.count(".map .labels text"), "the map")

    def text(self, selector: str) -> str:
        return " ".join(self.texts(selector))

    def value(self, selector: str) -> str:
        return self.js("return document.querySelector(arguments[0]).value", selector)

    def sentence(self) -> str:
        return self.text(".sentence p")

    def status(self) -> str:
        return self.text(".sentence small")

    def answered(self) -> bool:
        """Whether the answer is of the scenarios that are on the page."""
        script = "const [p, v] = ['.planner', '.verdict'].map(s => document.querySelector(s)?.dataset.of);"
        return self.js(f"{script} return !!p && p === v")

    def settled(self) -> bool:
        """Whether the answer is of what is on the page, and all its pairs are there."""
        return self.answered() and self.status().startswith("2 of 2 pairs")

    def shown(self) -> tuple[str, ...]:
        """What a link has to restore."""
        picked = (".number b", ".map .year", ".bill", ".place h2", ".fans .read", ".top .arm1 i", ".acting")
        frame = self.js("return document.querySelector('.map > svg').getAttribute('viewBox')")
        frame = " ".join(f"{float(side):.0f}" for side in frame.split())
        levers = str(self.count(".levers .lever")), str(self.count(".place .lever"))
        return (*(self.text(selector) for selector in picked), frame, *levers)

    def press(self, selector: str, *, wait: bool = True) -> None:
        script = (
            "const click = new MouseEvent('click', {bubbles: true});"
            "document.querySelector(arguments[0]).dispatchEvent(click)"
        )
        if wait:
            self.until(lambda: self.count(selector), selector)
        self.js(script, selector)

    def tap(self, selector: str) -> None:
        """Touch the middle of something that nothing covers."""
        self.until(lambda: self.reached(selector), f"{selector} under a finger")
        x, y = self._middle(selector)
        touch: Callable[..., Any] = self.driver.execute_cdp_cmd
        touch("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
        touch("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    def _middle(self, selector: str) -> tuple[float, float]:
        script = (
            "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
            "return [b.x + b.width / 2, b.y + b.height / 2]"
        )
        x, y = self.js(script, selector)
        return x, y

    def reached(self, selector: str) -> bool:
        """Whether the middle of something is on the screen with nothing of another part over it."""
        script = (
            "const e = document.querySelector(arguments[0]); if (!e) return false;"
            "const b = e.getBoundingClientRect(), [x, y] = [b.x + b.width / 2, b.y + b.height / 2];"
            "const t = document.elementFromPoint(x, y);"
            "return b.width > 0 && !!t && (e.contains(t) || t.contains(e))"
        )
        return self.js(script, selector)

    def move(self, lever: str, value: float) -> None:
        """Move a lever's slider to another value and let go."""
        script = (
            "const e = document.getElementById('lever-' + arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change'))"
        )
        self.until(lambda: self.count(f"#lever-{lever}"), lever)
        before = self.js(OF)
        self.js(script, lever, value)
        self.until(lambda: self.js(OF) != before, "the move", 0.01)

    def scrub(self, quarters: int) -> None:
        script = (
            "const e = document.querySelector('.time input');"
            "e.value = arguments[0]; e.dispatchEvent(new Event('input'))"
        )
        self.js(script, quarters)
        self.until(lambda: self.value(".time input") == str(quarters), "the time")

    def choose(self, selector: str, entry: str) -> None:
        script = (
            "const e = document.querySelector(arguments[0]);"
            "e.value = arguments[1]; e.dispatchEvent(new Event('change'))"
        )
        self.js(script, selector, entry)

    def upload(self, file: Path) -> None:
        self.driver.find_element("css selector", ".yaml-in input").send_keys(str(file))

    def moved(self) -> int:
        """How many zones the map of changes shows as changed."""
        radii = self.js(
            "return [...document.querySelectorAll('.map .zones circle')].map(c => +c.getAttribute('r'))"
        )
        return sum(radius > 2 for radius in radii)

    def fits(self, width: int, height: int | None) -> bool:
        """Whether nothing lies outside a screen of this size."""
        script = "const p = document.querySelector('.planner'); return [p.scrollWidth, p.scrollHeight]"
        wide, high = self.js(script)
        return wide <= width and (height is None or high <= height)


__all__ = ["LIMIT", "OF", "Planner"]
