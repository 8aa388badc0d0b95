"""The visual model: its figures, its sliders, its offline set-up, and one visit in a real browser."""

from __future__ import annotations

import gc
import json
import math
import os
import re
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from mesa.visualization import Slider

from sim.app import figures, levers, offers, views
from sim.app.session import AppModel
from sim.core.errors import InputError
from sim.report.maps import frame
from sim.report.names import label
from sim.scenario import Scenario, load
from sim.schedule import LEVERS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server "
    "--disable-sync --disable-background-networking --disable-component-update --window-size=1500,1000"
)
LIMIT = 120.0
"""Seconds after which what was waited for will not come, on however busy a machine."""


def test_a_chart_breaks_where_the_metric_is_undefined() -> None:
    line = figures.Line("this run", [1.0, float("nan"), 3.0, 4.0], "#000")
    chart = figures.time_chart("Trust & ties", "share", [line], 8, 2023)
    paths = re.findall(r'<path d="([^"]+)" fill="none"', chart)
    assert len(paths) == 1
    assert paths[0].count("M") == 2
    assert paths[0].count("L") == 1
    assert "Trust &amp; ties" in chart


def test_a_chart_of_nothing_yet_is_drawn() -> None:
    chart = figures.time_chart("Output", "m yuan/year", [figures.Line("this run", [], "#000")], 80, 2023)
    assert "2023" in chart
    assert "2043" in chart
    assert "nan" not in chart


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 87), (0, 3.2e-5), (-7, 1234), (5, 5), (0, 9.9e11)])
def test_ticks_enclose_the_data_evenly(low: float, high: float) -> None:
    ticks = figures.nice_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 12
    assert np.ptp(np.diff(ticks)) < 1e-9 * max(abs(ticks[-1]), 1e-9)


def test_colours_run_from_blue_to_red_and_grey_means_undefined() -> None:
    assert figures.colour(0.0) == figures.colour(-1.0) == "#005a96"
    assert figures.colour(1.0) == figures.colour(2.0) == "#aa2314"
    assert figures.colour(float("nan")) == figures.MISSING


def test_the_map_draws_every_zone_largest_first_with_its_note() -> None:
    points = figures.Points(
        size=np.array([1.0, 9.0, 0.0]),
        shade=np.array([0.5, np.nan, 1.0]),
        notes=["<a>", "b", "c"],
        labels=["A", "B", "C"],
    )
    where = frame(np.array([116.3, 121.5, 87.6]), np.array([39.9, 31.2, 43.8]))
    drawn = figures.zone_map(where, points, "3 zones", ("output", "m yuan/year"), "share")
    assert re.findall(r"<title>(.*?)</title>", drawn) == ["b", "&lt;a&gt;", "c"]
    assert figures.MISSING in drawn
    assert ">C<" not in drawn  # nothing is made there


def test_duplicated_share_counts_the_zones_beyond_what_demand_carries() -> None:
    priority = np.array([[True, True], [True, False], [True, False], [False, False]])
    share = views.duplicated_share(priority, np.array([1, 5]))
    assert share[:3] == pytest.approx([(2 / 3 + 0) / 2, 2 / 3, 2 / 3])
    assert np.isnan(share[3])


def _scenario(tmp_path: Path, policy: str) -> Scenario:
    file = tmp_path / "own.yaml"
    file.write_text(f"world: china-31\npolicy:\n{policy}\n")
    return load(file)


def test_every_plain_lever_is_an_input_that_shows_what_the_scenario_says(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "  talent_card: 0.35\n  housing: 0.1234567\n  roadmap: {2024-Q1: 1}")
    plain = {name for name, lever in LEVERS.items() if lever.kind in ("number", "integer")}
    inputs = levers.inputs(scenario)
    assert set(inputs) == plain
    for name, offered in inputs.items():
        if isinstance(offered, Slider):
            assert offered.min <= offered.value <= offered.max
            place = (offered.value - offered.min) / offered.step
            assert place == pytest.approx(round(place), abs=1e-6), f"a browser would move {name}"
    assert inputs["talent_card"].value == 0.35
    assert inputs["staggering_equity"].value == LEVERS["staggering_equity"].default
    between = inputs["housing"]
    assert between["value"] == between["values"][0] == 0.1234567, "on no grid: never a wrong number"
    dated = inputs["roadmap"]
    assert dated["value"] == dated["values"][0] == "0, from 2024-Q1 1"
    assert dated["values"][1:] == sorted(dated["values"][1:])
    assert {0, 1} <= set(dated["values"][1:])
    groups = {LEVERS[name].group for name in plain}
    assert levers.headings(3).count("::before") == len(groups)


def test_a_lever_with_other_values_somewhere_is_shown_in_words() -> None:
    assert levers.said(offers.read("talent_card"), LEVERS["talent_card"]) == (
        "0, from 2024-Q1 0.33, from 2027-Q1 0.67; other values in 1 zone"
    )
    assert levers.said(offers.read("guidance_fund"), LEVERS["guidance_fund_size"]).endswith("in 1 tier")
    assert levers.said(offers.read("baseline"), LEVERS["talent_card"]) == 0.0


@pytest.mark.parametrize("name", ["baseline", "talent_card", "pilot_zones", "guidance_fund", "downturn"])
def test_inputs_left_alone_leave_the_scenario_in_force(name: str) -> None:
    scenario = offers.read(name)
    shown = levers.as_scenario(scenario)
    wanted = {name: getattr(offered, "value", None) for name, offered in levers.inputs(scenario).items()}
    wanted |= {n: v["value"] for n, v in levers.inputs(scenario).items() if isinstance(v, dict)}
    assert wanted == shown
    assert not levers.changes(shown, wanted)
    covered = {n: v for n, v in wanted.items() if not isinstance(v, str)}
    again = load(scenario.path, [f"{n}={v!r}" for n, v in covered.items()])
    assert again.digest == scenario.digest, "what is on the screen is what runs"


def test_a_value_equal_to_the_default_can_be_chosen(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "  talent_card: 0.35\n  roadmap: {2024-Q1: 1}")
    default = LEVERS["talent_card"].default
    model = AppModel(origin=scenario, talent_card=default, roadmap=0, seed=3)
    assert model.moved == {"talent_card": default, "roadmap": 0}
    assert (model.resolved.levers["talent_card"] == default).all()
    assert (model.resolved.levers["roadmap"] == 0).all()
    assert model.words == "own with talent_card 0, roadmap 0; china-31, seed 3, scale 0.005"
    left = AppModel(origin=scenario, talent_card=0.35, roadmap="0, from 2024-Q1 1")
    assert left.resolved.digest == scenario.digest
    assert left.words == "own; china-31, seed 1, scale 0.005"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("talent_card", 7, "talent_card is 7, above its bounds; allowed: 0 to 1 share of R&D workers"),
        ("talent_card", -0.1, "talent_card is -0.1, below its bounds"),
        ("talent_card", math.nan, "talent_card is not a finite number"),
        ("talent_card", "0.5", "talent_card is the text '0.5', not a number"),
        ("talent_card", None, "talent_card is no value, not a number"),
        ("talent_card", [0.5], "talent_card is the text '[0.5]', not a number"),
        ("talent_card", {"2024-Q1": 1}, "not a number"),
        ("talent_card", "unset", "not a number"),
        ("roadmap", "0, from 2024-Q2 1", "not a number"),
        ("seed", 51, "seed is 51, above its bounds; allowed: whole numbers 1 to 50"),
        ("seed", 1.5, "seed is 1.5, not a whole number"),
        ("seed", True, "not a whole number"),
    ],
)
def test_an_input_that_says_what_it_cannot_is_refused_as_a_file_is(
    name: str, value: object, words: str, tmp_path: Path
) -> None:
    scenario = _scenario(tmp_path, "  roadmap: {2024-Q1: 1}")
    with pytest.raises(InputError, match=re.escape(words)):
        levers.heard(scenario, name, value)


@pytest.mark.parametrize("name", ["baseline", "talent_card", "pilot_zones"])
def test_all_that_is_offered_can_be_said(name: str) -> None:
    scenario = offers.read(name)
    for lever, offered in levers.inputs(scenario).items():
        slides = isinstance(offered, Slider)
        said = [offered.min, offered.value, offered.max] if slides else offered["values"]
        assert [levers.heard(scenario, lever, value) for value in said] == said
    assert levers.heard(scenario, "seed", 50) == 50


def test_the_map_tells_each_zone_in_english_and_chinese() -> None:
    model = AppModel(origin=offers.read("baseline", "china-178"))
    model.engine.state.cells.priority[:, model.engine.state.country.industries.index("HYDROGEN")] = True
    drawn = views.map_svg(model)
    told = re.findall(r"<title>(.*?)</title>", drawn, re.DOTALL)
    (hefei,) = [note for note in told if note.startswith("Hefei (合肥")]
    assert "Anhui (安徽)" in hefei.splitlines()[0]
    assert hefei.splitlines()[2] == "priorities: HYDROGEN (氢能)"
    assert sum("(" in note.split(",")[0] for note in told) > 170


def test_the_table_says_what_each_lever_is_in_this_run() -> None:
    scenario = offers.read("talent_card")
    told = levers.table(scenario, {})
    assert set(LEVERS) <= set(re.findall(r"<td>(\w+)</td>", told))
    assert "0, from 2024-Q1 0.33, from 2027-Q1 0.67; other values in 1 zone" in told
    assert "<td>0.2, set by hand; other values in 1 zone</td>" in levers.table(scenario, {"talent_card": 0.2})


def test_the_run_before_is_remembered_once_it_began() -> None:
    scenario = offers.read("baseline", "china-31")
    first, second, third = (AppModel(origin=scenario, seed=seed) for seed in (1, 2, 3))
    first.step()
    second.follow(first)
    third.follow(second)
    assert second.before == third.before
    assert third.before.series == first.series()
    assert third.before.words == "baseline; china-31, seed 1, scale 0.005"
    assert all(len(values) == 1 for values in third.before.series.values())
    assert (first.quarter, second.quarter) == ("2023-Q1", "")
    first.step()
    assert first.quarter == "2023-Q1", "a run that was replaced goes on"


def test_both_lines_are_read_at_the_same_quarter() -> None:
    before = figures.Line("run before", [10.0, 20.0, 30.0, 40.0], "#000", dashed=True)

    def legend(values: list[float]) -> list[str]:
        now = figures.Line("this run", values, "#000")
        chart = figures.time_chart("Zones", "zones", [before, now], 8, 2023)
        return re.findall(r'text-anchor="end" fill="#000">([^<]+)<', chart)

    assert legend([]) == ["run before"]
    assert legend([11.0, 21.0]) == ["this run: 21.0", "run before: 20.0"]
    assert legend([1.0, 2.0, 3.0, 4.0, 5.0]) == ["this run: 5.00", "run before: \N{EN DASH}"]


def test_a_replaced_model_is_let_go() -> None:
    scenario = offers.read("baseline", "china-31")
    old, new = AppModel(origin=scenario), AppModel(origin=scenario)
    old.step()
    new.follow(old)
    gone = weakref.ref(old)
    del old
    gc.collect()
    assert gone() is None


# ------------------------------------------------------------------ one visit in a real browser


@pytest.fixture
def browser(tmp_path: Path):
    """Start a browser that cannot resolve any name; yield its driver."""
    if not (CHROMIUM and DRIVER):
        reason = "chromium and chromedriver are not installed"
        if os.environ.get("CLUSTERLAB_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.set_page_load_timeout(LIMIT)
        driver.set_script_timeout(LIMIT)
        yield driver
    finally:
        driver.quit()


class Visit:
    """What a visitor sees and does."""

    def __init__(self, driver) -> None:
        self.driver = driver

    def until(self, met: Callable[[], object], what: str) -> None:
        from selenium.common.exceptions import ElementClickInterceptedException as Covered
        from selenium.common.exceptions import StaleElementReferenceException as Stale
        from selenium.common.exceptions import TimeoutException
        from selenium.webdriver.support.wait import WebDriverWait

        try:
            WebDriverWait(self.driver, LIMIT, 0.1, [Stale, Covered]).until(lambda _: met())
        except TimeoutException:
            raise AssertionError(f"{what}: not within {LIMIT:g} s; the page says {self.told()}") from None

    def open(self, address: str) -> None:
        """Open the page and wait until it is drawn whole and lies still."""
        self.driver.get(address)
        self.until(lambda: self.count(".clusterlab-figure") == 4, "four figures")
        self.until(lambda: self.count(".clusterlab-inputs [role=slider]") > 40, "the levers")

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
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
        before = self.lever(label).get_attribute("aria-valuenow")
        self.lever(label).send_keys(key)
        self.until(lambda: self.lever(label).get_attribute("aria-valuenow") != before, f"{label} moves")
        return float(self.lever(label).get_attribute("aria-valuenow"))

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


@pytest.mark.browser
@pytest.mark.slow
def test_a_visit_offline(tabs, tmp_path: Path, browser) -> None:
    with tabs.serving(tmp_path) as server:
        visit = Visit(browser)
        visit.open(server.address)
        assert visit.count(".clusterlab-figure circle > title") == 178
        assert visit.quarter() == "end of 2022"
        assert "Shown: baseline; china-178, seed 1, scale 0.005" in visit.told()

        visit.press("step")
        visit.wait_for_quarter("2023-Q1")
        visit.press("▶")
        visit.until(lambda: visit.quarter() >= "2024-Q2", "2024-Q2")
        visit.pause("2042-Q4")
        headings = visit.texts(".clusterlab-figure .heading")
        for metric in ("duplicated_layouts", "largest_cluster_output", "public_cost"):
            assert any(label(metric).title in heading for heading in headings)
        lines = "return [...document.querySelectorAll('.clusterlab-figure path[stroke-width=\"2.5\"]')]"
        drawn = browser.execute_script(lines + ".map(e => e.getAttribute('d').split('L').length)")
        assert sum(points >= 5 for points in drawn) == 3, drawn

        first = browser.current_window_handle
        browser.switch_to.new_window("tab")
        visit.open(server.address)
        assert visit.quarter() == "end of 2022", "two sessions share one model"
        browser.close()
        browser.switch_to.window(first)

        assert visit.nudge("talent card") == 0.05
        visit.wait_told("press Reset: talent card 0.05 instead of 0.")
        visit.press("reset")
        visit.wait_for_quarter("end of 2022")
        visit.wait_told("Shown: baseline with talent_card 0.05; ")
        assert "press Reset" not in visit.told()
        visit.press("step")
        visit.wait_for_quarter("2023-Q1")
        legend = "run before, 2023-Q1: "
        visit.until(lambda: sum(legend in s for s in visit.texts(".clusterlab-figure text")) == 3, legend)
        visit.wait_told("Dashed: baseline; china-178, seed 1, scale 0.005")

        _only_from(browser, server.address)
        assert "OUTSIDE" not in server.log(), server.log()
        assert "Traceback" not in server.log(), server.log()
        assert server.interrupted() == 0


@pytest.mark.browser
@pytest.mark.slow
def test_inputs_show_the_values_in_force(tabs, tmp_path: Path, browser) -> None:
    own = "name: ours\nworld: china-31\nuntil: 2025-Q4\npolicy: {talent_card: 0.35, roadmap: {2024-Q1: 1}}\n"
    (tmp_path / "ours.yaml").write_text(own)
    with tabs.serving(tmp_path, "ours.yaml", "top_level_design", "one_zone_attracts") as server:
        visit = Visit(browser)
        visit.open(server.address)
        visit.wait_told("Shown: ours; china-31, seed 1, scale 0.005")
        assert visit.lever("talent card").get_attribute("aria-valuenow") == "0.35"
        assert "0, from 2024-Q1 1" in visit.texts(".clusterlab-inputs .v-select__selection")

        assert visit.nudge("talent card", "\ue011") == 0, "Home leads to the default"
        visit.choose("roadmap", "0")
        moved = "roadmap 0 instead of (0, from 2024-Q1 1), talent card 0 instead of 0.35."
        visit.wait_told(f"press Reset: {moved}")
        visit.press("reset")
        visit.wait_told("Shown: ours with roadmap 0, talent_card 0; china-31")

        visit.choose("scenario", "top_level_design")
        visit.wait_told("Shown: top_level_design; china-178, seed 1")
        visit.until(lambda: visit.count(".clusterlab-figure circle > title") == 178, "178 zones")
        assert visit.lever("talent card").get_attribute("aria-valuenow") == "0"
        assert "0, from 2024-Q1 0.15" in visit.texts(".clusterlab-inputs .v-select__selection")
        visit.choose("world", "china-31")
        visit.wait_told("Shown: top_level_design; china-31")
        visit.choose("scenario", "one_zone_attracts")
        unfit = "This cannot be run: "
        visit.until(lambda: any(unfit in text for text in visit.texts(".v-alert")), unfit)
        assert any("no zone of china-31 called 'Hefei'" in text for text in visit.texts(".v-alert"))
        assert not visit.count(".clusterlab-figure"), "another run than the one that was chosen is shown"
        assert "Traceback" not in server.log(), server.log()


@pytest.mark.browser
@pytest.mark.slow
def test_a_tab_that_is_closed_is_let_go(tabs, tmp_path: Path, browser) -> None:
    (tmp_path / "small.yaml").write_text("world: china-31\nuntil: 2025-Q4\n")
    with tabs.serving(tmp_path, "small.yaml") as server:
        first = browser.current_window_handle
        visit = Visit(browser)
        for _ in range(3):
            browser.switch_to.new_window("tab")
            visit.open(server.address)
            browser.close()
            browser.switch_to.window(first)
        tabs.until(lambda: server.holds()["sessions"] == 0, "every session ends")
        tabs.until(lambda: server.holds()["models"] <= 1, "every model is let go")


def _asked_by_pages(log: list[dict]) -> tuple[list[str], list[str]]:
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


def test_what_the_browser_asks_for_itself_is_told_from_what_pages_ask_for() -> None:
    def entry(method: str, **params: object) -> dict:
        return {"message": json.dumps({"message": {"method": f"Network.{method}", "params": params}})}

    def sent(by: str, url: str, number: str) -> dict:
        return entry("requestWillBeSent", documentURL=by, request={"url": url}, requestId=number)

    page, tab = "http://127.0.0.1:1/", "chrome-untrusted://new-tab-page/"
    log = [
        sent(tab, tab, "1"),
        sent(tab, "https://clients.example/", "2"),
        entry("responseReceived", requestId="2", response={"url": "https://clients.example/", "status": 404}),
        sent(page, page, "3"),
        sent(page, "https://fonts.example/", "4"),
        sent("https://frame.example/", "https://frame.example/", "5"),
        sent(page, "data:,", "6"),
        entry("webSocketCreated", url="ws://127.0.0.1:1/x"),
        entry("responseReceived", requestId="3", response={"url": page, "status": 500}),
    ]
    outside = ["https://fonts.example/", "https://frame.example/"]
    assert _asked_by_pages(log) == ([page, *outside, "ws://127.0.0.1:1/x"], [page])


def _only_from(browser, address: str) -> None:
    """Check that the page asked nobody else for anything, got all of it, and made no mistake."""
    asked, failed = _asked_by_pages(browser.get_log("performance"))
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert {urlsplit(url).scheme for url in asked} == {"http", "ws"}
    assert not failed
    mistakes = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not mistakes
