"""What a visitor of the page sees and does, and what the browser asked for on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

LIMIT = 120.0
"""Seconds after which what was waited for will not come, on however busy a machine."""


class Visit:
    """What a visitor sees and does."""

    def __init__(self, driver) -> None:
        self.driver = driver

    def until(self, met: Callable[[], Any], what: str, beat: float = 0.1) -> Any:
        """Wait until something holds, and return it."""
        from selenium.common.exceptions import ElementClickInterceptedException as Covered
        from selenium.common.exceptions import StaleElementReferenceException as Stale
        from selenium.common.exceptions import TimeoutException
        from selenium.webdriver.support.wait import WebDriverWait

        try:
            return WebDriverWait(self.driver, LIMIT, beat, [Stale, Covered]).until(lambda _: met())
        except TimeoutException:
            raise AssertionError(f"{what}: not within {LIMIT:g} s; the page says {self.told()}") from None

    def open(self, address: str) -> None:
        """Open the inspector and wait until it is drawn whole and lies still."""
        from sim.app.inspector.session import CHARTED

        self.driver.get(f"{address}/inspector")
        self.until(lambda: self.count(".clusterlab-figure") == 1 + len(CHARTED), "the map and the charts")
        self.until(lambda: self.count(".clusterlab-inputs [role=slider]") > 40, "the levers")

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
        return self.driver.execute_script(script, selector)

    def content(self, selector: str) -> list[str]:
        """What the style sheet writes behind each of these."""
        style = "e => getComputedStyle(e, '::after').content"
        script = f"return [...document.querySelectorAll(arguments[0])].map({style})"
        return self.driver.execute_script(script, selector)

    def count(self, selector: str) -> int:
        return len(self.texts(selector))

    def told(self) -> str:
        """The line that says which run is shown."""
        return " ".join(self.texts(".clusterlab-told, .clusterlab-changed"))

    def wait_told(self, words: str) -> None:
        self.until(lambda: words in self.told(), words)

    def quarter(self) -> str:
        return (self.texts(".clusterlab-figure .heading") or ["nothing"])[0].rpartition(", ")[2]

    def wait_for_quarter(self, quarter: str) -> None:
        self.until(lambda: self.quarter() == quarter, quarter)

    def click(self, find: Callable[[], list], what: str) -> None:
        """Click the first of what is found, once it has come to rest where it will stay."""
        places: list[object] = []

        def at_rest() -> bool:
            found = [element for element in find() if element.is_displayed() and element.is_enabled()]
            places.append(found[0].rect if found else None)
            if not found or places[-2:-1] != places[-1:]:
                return False
            found[0].click()
            return True

        self.until(at_rest, what)

    def press(self, label: str) -> None:
        """Press a button."""
        find = self.driver.find_elements
        self.click(lambda: [b for b in find("css selector", "button") if b.text.casefold() == label], label)

    def pause(self, last: str) -> None:
        """Press the pause button, unless the run has reached its last quarter first."""
        script = (
            "const found = [...document.querySelectorAll('button')].find(b => b.textContent.trim() === '❚❚');"
            "if (found) found.click(); return Boolean(found)"
        )
        self.until(lambda: self.driver.execute_script(script) or self.quarter() == last, "a pause")

    def lever(self, label: str):
        """The thumb of the slider whose name begins with ``label``."""
        return self.driver.find_element("css selector", f'[role=slider][aria-label^="{label}"]')

    def nudge(self, label: str, key: str = "\ue014") -> float:
        """Move a slider one step right (or by another key); return where it then is."""

        def place() -> str:
            return self.lever(label).get_attribute("aria-valuenow")

        before = place()
        self.lever(label).send_keys(key)
        # as first seen: on a busy machine the server's echo of what was before may come after it
        return float(self.until(lambda: now if (now := place()) != before else "", f"{label} moves"))

    def choose(self, label: str, entry: str) -> None:
        """Choose an entry of a drop-down list."""
        find = self.driver.find_elements

        def slot() -> list:
            lists = [s for s in find("css selector", ".v-select") if s.text.startswith(label)]
            return [s.find_element("css selector", ".v-select__slot") for s in lists]

        def entries() -> list:
            return find("css selector", ".menuable__content__active .v-list-item")

        self.until(slot, f"the list {label}")
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", slot()[0])
        self.click(slot, f"the list {label}")
        self.click(lambda: [e for e in entries() if e.text == entry], f"the entry {entry}")
        self.until(lambda: slot() and slot()[0].text.split("\n")[-1] == entry, f"{label} is {entry}")


def asked_by_pages(log: list[dict]) -> tuple[list[str], list[str]]:
    """Return what pages, not the browser itself, asked for and got refused, from a performance log.

    A browser also loads pages of its own, such as the one in a new tab; what these ask for is its affair.
    """
    asked, failed, browsers = [], [], set()
    for entry in log:
        message = json.loads(entry["message"])["message"]
        params = message["params"]
        if message["method"] == "Network.requestWillBeSent":
            if urlsplit(params["documentURL"]).scheme.startswith("chrome"):
                browsers.add(params["requestId"])
            elif urlsplit(params["request"]["url"]).scheme not in ("data", "blob"):
                asked.append(params["request"]["url"])
        elif message["method"] == "Network.webSocketCreated":
            asked.append(params["url"])
        elif message["method"] == "Network.responseReceived" and params["requestId"] not in browsers:
            failed += [params["response"]["url"]] if params["response"]["status"] >= 400 else []
    return asked, failed


def only_from(browser, address: str) -> None:
    """Check that the page asked nobody else for anything, got all of it, and made no mistake."""
    asked, failed = asked_by_pages(browser.get_log("performance"))
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert {urlsplit(url).scheme for url in asked} == {"http", "ws"}
    assert not failed
    mistakes = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not mistakes
