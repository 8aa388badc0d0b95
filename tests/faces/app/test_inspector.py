"""Visits of the page in a real browser that reaches nothing but this computer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app.inspector.session import CHARTED
from sim.report.names import label

from .visit import Visit, asked_by_pages, only_from


@pytest.mark.browser
@pytest.mark.slow
def test_a_visit_offline(tabs, tmp_path: Path, browser) -> None:
    with tabs.serving(tmp_path) as server:
        visit = Visit(browser)
        visit.open(server.address)
        assert visit.count(".clusterlab-figure circle > title") == 178
        assert visit.texts(".v-app-bar [role=tab]") == ["Map and levers", "Agents", "Studies"]
        assert visit.content(".v-app-bar [role=tab]") == ["none"] * 3, "the bar's names are their own"
        assert visit.content(".solara-content-main .v-tabs [role=tab]") == [
            '"Map and charts"', '"What the levers do"',
        ]  # fmt: skip
        assert visit.quarter() == "end of 2022"
        assert "Shown: baseline; china-178, seed 1, scale 0.005" in visit.told()

        visit.press("step")
        visit.wait_for_quarter("2023-Q1")
        visit.press("▶")
        visit.until(lambda: visit.quarter() >= "2024-Q2", "2024-Q2")
        visit.pause("2042-Q4")
        headings = visit.texts(".clusterlab-figure .heading")
        for metric in CHARTED:
            assert any(label(metric).title in heading for heading in headings)
        lines = "return [...document.querySelectorAll('.clusterlab-figure path[stroke-width=\"2.5\"]')]"
        drawn = browser.execute_script(lines + ".map(e => e.getAttribute('d').split('L').length)")
        assert sum(points >= 5 for points in drawn) == len(CHARTED), drawn

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
        visit.until(
            lambda: sum(legend in s for s in visit.texts(".clusterlab-figure text")) == len(CHARTED), legend
        )
        visit.wait_told("Dashed: baseline; china-178, seed 1, scale 0.005")

        only_from(browser, server.address)
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
    assert asked_by_pages(log) == ([page, *outside, "ws://127.0.0.1:1/x"], [page])
