"""The visual model: its figures, its sliders, its offline set-up, and one visit in a real browser."""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import weakref
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import numpy as np
import pytest

from sim.core.errors import InputError

pytest.importorskip("solara", reason="the extra [app] is not installed")

import sim.app
from sim.app import figures
from sim.report.maps import frame
from sim.report.names import label

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server "
    "--disable-sync --disable-background-networking --disable-component-update --window-size=1500,1000"
)
# The server under test reports every address it looks up or connects to.
SERVE = """
import sys
def watch(event, args):
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(args[1], tuple)):
        host = str(args[0] if event == "socket.getaddrinfo" else args[1][0])
        if host not in ("127.0.0.1", "::1", "localhost", "None"):
            sys.stderr.write(f"OUTSIDE {host}\\n")
sys.addaudithook(watch)
sys.argv = ["clusterlab", "app", "--port", sys.argv[1]]
from sim.cli import main
main()
"""


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
    from sim.app.views import duplicated_share

    priority = np.array([[True, True], [True, False], [True, False], [False, False]])
    share = duplicated_share(priority, np.array([1, 5]))
    assert share[:3] == pytest.approx([(2 / 3 + 0) / 2, 2 / 3, 2 / 3])
    assert np.isnan(share[3])


def test_every_plain_lever_is_a_slider_whose_grid_holds_its_default() -> None:
    from sim.app import levers
    from sim.schedule import LEVERS

    plain = {name for name, lever in LEVERS.items() if lever.kind in ("number", "integer")}
    sliders = levers.sliders()
    assert set(sliders) == plain
    for name, slider in sliders.items():
        assert slider.min <= slider.value <= slider.max
        place = (slider.value - slider.min) / slider.step
        assert place == pytest.approx(round(place), abs=1e-6), name
        assert name in levers.table(levers.numbers())
    groups = {LEVERS[name].group for name in plain}
    assert levers.headings(3).count("::before") == len(groups)


def test_a_slider_left_alone_leaves_the_scenario_in_force() -> None:
    from sim.app.levers import sliders
    from sim.app.session import AppModel, scenarios

    assert scenarios()[0] == "baseline"
    untouched = {name: slider.value for name, slider in sliders().items()}
    chosen = next(name for name in scenarios() if name != "baseline")
    plain = AppModel(start_from=chosen, world="china-31")
    same = AppModel(start_from=chosen, world="china-31", **untouched)
    assert same.resolved.digest == plain.resolved.digest
    moved = AppModel(start_from=chosen, world="china-31", **untouched | {"talent_card": 0.35})
    assert (moved.resolved.levers["talent_card"] == 0.35).all()


def test_the_run_before_is_remembered_once_it_began() -> None:
    from sim.app.session import AppModel

    first, second, third = (AppModel(world="china-31") for _ in range(3))
    first.step()
    second.follow(first)
    third.follow(second)
    assert second.before == third.before == first.series()
    assert all(len(values) == 1 for values in third.before.values())
    assert (first.quarter, second.quarter) == ("2023-Q1", "")


def test_a_replaced_model_is_let_go() -> None:
    from sim.app.session import AppModel

    old, new = AppModel(world="china-31"), AppModel(world="china-31")
    old.step()
    new.follow(old)
    gone = weakref.ref(old)
    del old
    gc.collect()
    assert gone() is None


def test_every_browser_file_is_installed_and_nothing_else_is_fetched() -> None:
    from solara.server import cdn_helper, settings

    sim.app.prepare()
    names = sim.app._bundles()
    assert any("solara-vuetify-app" in name for name in names)
    assert any("vue-grid-layout" in name for name in names)
    assert not settings.telemetry.mixpanel_enable
    with pytest.raises(FileNotFoundError):
        cdn_helper.get_path(settings.assets.proxy_cache_dir, "nobody@1.0.0/nothing.js")


def test_a_taken_port_is_an_input_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="cannot serve on port"):
            sim.app.serve(taken.getsockname()[1])
    with pytest.raises(InputError, match="--port"):
        sim.app.serve(70000)


# ------------------------------------------------------------------ one visit in a real browser


@pytest.fixture
def server(tmp_path: Path):
    """Serve the app in a process of its own; yield its address and a reader of what it wrote."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "server.log"
    with log.open("w") as out:
        command = [sys.executable, "-c", SERVE, str(port)]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=tmp_path)
    try:
        _until(lambda: "open http" in log.read_text() or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        yield SimpleNamespace(address=f"http://127.0.0.1:{port}", log=log.read_text, process=process)
    finally:
        process.kill()
        process.wait(10)


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
        driver.set_script_timeout(20)
        yield driver
    finally:
        driver.quit()


def _until(met, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"not met within {seconds} s"
        time.sleep(0.05)


class Visit:
    """What a visitor sees and does."""

    def __init__(self, driver) -> None:
        self.driver = driver

    def texts(self, selector: str) -> list[str]:
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)"
        return self.driver.execute_script(script, selector)

    def count(self, selector: str) -> int:
        return len(self.texts(selector))

    def quarter(self) -> str:
        return (self.texts(".clusterlab-figure .heading") or ["nothing"])[0].rpartition(", ")[2]

    def press(self, label: str) -> None:
        buttons = self.driver.find_elements("css selector", ".v-navigation-drawer button, button")
        next(b for b in buttons if b.text.strip().casefold() == label.casefold()).click()

    def nudge(self, label: str) -> float:
        """Move the slider whose name begins with ``label`` one step right; return where it is."""
        thumb = self.driver.find_element("css selector", f'[role=slider][aria-label^="{label}"]')
        before = float(thumb.get_attribute("aria-valuenow"))
        thumb.send_keys("\ue014")
        _until(lambda: float(thumb.get_attribute("aria-valuenow")) > before)
        return float(thumb.get_attribute("aria-valuenow"))


@pytest.mark.browser
@pytest.mark.slow
def test_a_visit_offline(server: SimpleNamespace, browser) -> None:
    visit = Visit(browser)
    browser.get(server.address)
    _until(lambda: visit.count(".clusterlab-figure circle > title") == 178, 90)
    assert visit.count(".clusterlab-figure") == 4
    assert visit.quarter() == "end of 2022"

    visit.press("Step")
    _until(lambda: visit.quarter() == "2023-Q1")
    visit.press("▶")
    _until(lambda: visit.quarter() >= "2024-Q2", 60)
    visit.press("❚❚")
    headings = visit.texts(".clusterlab-figure .heading")
    for metric in ("duplicated_layouts", "largest_cluster_output", "public_cost"):
        assert any(label(metric).title in heading for heading in headings)
    lines = "return [...document.querySelectorAll('.clusterlab-figure path[stroke-width=\"2.5\"]')]"
    drawn = browser.execute_script(lines + ".map(e => e.getAttribute('d').split('L').length)")
    assert sum(points >= 5 for points in drawn) == 3, drawn

    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    browser.get(server.address)
    _until(lambda: visit.count(".clusterlab-figure circle > title") == 178, 60)
    assert visit.quarter() == "end of 2022", "two sessions share one model"
    browser.close()
    browser.switch_to.window(first)

    reached = visit.quarter()
    assert visit.nudge("talent card") > 0
    assert visit.quarter() == reached
    visit.press("Reset")
    _until(lambda: visit.quarter() == "end of 2022", 60)
    visit.press("Step")
    _until(lambda: visit.quarter() == "2023-Q1")
    assert any("run before" in text for text in visit.texts(".clusterlab-figure text"))

    _only_from(browser, server.address)
    assert "OUTSIDE" not in server.log(), server.log()
    assert "Traceback" not in server.log(), server.log()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(20) == 0


def _only_from(browser, address: str) -> None:
    """Check that the page asked nobody else for anything, got all of it, and made no mistake."""
    own = urlsplit(address).netloc
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        params = message["params"]
        if message["method"] == "Network.requestWillBeSent":
            asked = urlsplit(params["request"]["url"])
            assert asked.scheme in ("data", "blob", "chrome") or asked.netloc == own, asked.geturl()
        elif message["method"] == "Network.webSocketCreated":
            assert urlsplit(params["url"]).netloc == own
        elif message["method"] == "Network.responseReceived":
            assert params["response"]["status"] < 400, params["response"]["url"]
    mistakes = [e["message"] for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not mistakes
