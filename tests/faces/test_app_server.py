"""The app's server: who may speak to it, where it listens, and that sessions leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from sim.core.errors import InputError

pytest.importorskip("solara", reason="the extra [app] is not installed")

import sim.app
from sim.app import address, offers, seats
from sim.app.guard import Guard

QUICK = "name: quick\nworld: china-31\nuntil: 2024-Q4\npolicy: {talent_card: 0.35}\n"
LEAVING = {**os.environ, "SOLARA_KERNEL_CULL_TIMEOUT": "1s", "MALLOC_ARENA_MAX": "2"}
"""A browser that vanished is not long waited for; few heaps, for how full they are is luck of the threads."""


async def _inner(scope, receive, send) -> None:
    """Stand for Solara: let everything in."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"the page"})


class Visitor:
    """Asks a guard for things under given names."""

    def __init__(self, host: str | None = "localhost:8765", origin: str | None = None, **guarded) -> None:
        self.guard = Guard(_inner, **guarded)
        told = (("host", host), ("origin", origin))
        self.headers = [(key.encode(), value.encode()) for key, value in told if value is not None]

    def _ask(self, kind: str, path: str, server: str = "127.0.0.1", **rest) -> list[dict]:
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": b""}

        async def send(message: dict) -> None:
            sent.append(message)

        scope = {"type": kind, "path": path, "headers": self.headers, "server": (server, 8765)} | rest
        asyncio.run(self.guard(scope, receive, send))  # pyright: ignore
        return sent

    def gets(self, path: str = "/", server: str = "127.0.0.1") -> tuple[int, str]:
        """Status and text of the answer to a request."""
        start, body = self._ask("http", path, server, method="GET")
        return start["status"], body["body"].decode()

    def connects(self, session: str = "k") -> bool:
        """Whether a websocket to a session is opened."""
        sent = self._ask("websocket", f"/jupyter/api/kernels/{session}/channels")
        assert sent in ([{"type": "websocket.accept"}], [{"type": "websocket.close", "code": 1008}])
        return sent[0]["type"] == "websocket.accept"


@pytest.mark.parametrize(
    ("host", "origin", "passes"),
    [
        ("localhost:8765", None, True),
        ("LOCALHOST:8765", "http://localhost:8765", True),
        ("127.0.0.1:8765", "http://127.0.0.1:8765", True),
        ("[::1]:8765", "http://[::1]:8765", True),
        ("localhost", "http://localhost", True),
        ("evil.example:8765", None, False),
        ("evil.example:8765", "http://evil.example:8765", False),
        ("localhost.evil.example:8765", None, False),
        ("192.168.1.7:8765", None, False),
        ("127.0.0.1:8765", "http://evil.example", False),
        ("127.0.0.1:8765", "http://127.0.0.1:3000", False),
        ("127.0.0.1:8765", "http://localhost:8765", False),
        ("127.0.0.1:8765", "null", False),
        ("[:8765", None, False),
        ("", None, False),
        (None, None, False),
    ],
)
def test_only_this_computer_may_be_host_and_origin(
    host: str | None, origin: str | None, passes: bool
) -> None:
    visitor = Visitor(host, origin)
    for path in ("/", "/_solara/api/close/k", "/static/main.js"):
        status, text = visitor.gets(path)
        assert status == (200 if passes else 403)
        assert passes or "--allow-host" in text
    assert visitor.connects() == passes


def test_a_proxy_is_let_in_by_name() -> None:
    def proxied(host: str, origin: str | None = None) -> Visitor:
        return Visitor(host, origin, origins=["Hub.example.org"])

    assert proxied("hub.example.org").gets() == (200, "the page")
    assert proxied("hub.example.org", "https://hub.example.org").connects()
    assert proxied("127.0.0.1:8765", "https://hub.example.org").connects(), "a proxy that renames the host"
    assert not proxied("127.0.0.1:8765", "https://other.example.org").connects()
    assert not proxied("other.example.org").connects()


def test_the_address_that_was_reached_is_a_name_of_the_server() -> None:
    visitor = Visitor("10.0.0.5:8765", "http://10.0.0.5:8765")
    assert visitor.gets(server="10.0.0.5")[0] == 200
    assert visitor.gets(server="10.0.0.6")[0] == 403


def test_when_seats_and_waiting_room_are_full_the_next_is_told_kindly(monkeypatch) -> None:
    contexts = {"a": 1, "b": 2}
    monkeypatch.setattr(seats, "contexts", contexts)
    monkeypatch.setattr(seats.SEATS, "limit", 1)
    visitor = Visitor()
    status, text = visitor.gets()
    assert status == 503
    assert "tries again by itself" in text
    assert visitor.gets("/static/main.js") == (200, "the page"), "who is in keeps being served"
    assert visitor.connects("b"), "a known session comes back"
    assert not visitor.connects("c")
    assert [seats.SEATS.has(session) for session in "abc"] == [True, False, False]
    del contexts["a"]
    assert seats.SEATS.has("b")
    assert visitor.gets() == (200, "the page")


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70000, "--port: 70000 is not a port; allowed: 1 to 65535, or 0"),
        ("127.0.0.1", -1, "--port: -1 is not a port"),
        ("203.0.113.7", 0, "--host: '203.0.113.7' is not an address of this computer"),
        ("1.2.3.4.5", 0, "--host: '1.2.3.4.5' is not an address"),
        ("a" * 70, 0, "is not an address"),
        ("", 0, "--host: '' is not an address"),
    ],
)
def test_a_bad_address_is_an_input_error(host: str, port: int, words: str) -> None:
    with pytest.raises(InputError) as error:
        address.listen(host, port)
    assert words in str(error.value)


def test_a_taken_port_is_an_input_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match=r"cannot serve on port \d+: .*0 for any free one"):
            sim.app.serve(taken.getsockname()[1])


def test_what_an_address_opens() -> None:
    with address.listen("127.0.0.1", 0) as here, address.listen("0.0.0.0", 0) as everywhere:
        assert not address.opens(here)
        assert address.opens(everywhere)
        assert address.names(here) == ["localhost", "127.0.0.1", "::1"]
        assert socket.gethostname().casefold() in address.names(everywhere)
        port = everywhere.getsockname()[1]
        assert address.url(everywhere, "/hub") == f"http://127.0.0.1:{port}/hub"


def test_scenarios_are_checked_before_anything_is_served(tmp_path: Path) -> None:
    bad, worse = tmp_path / "bad.yaml", tmp_path / "worse.yaml"
    bad.write_text("policy: {talent_crad: 1}\n")
    worse.write_text("policy: {housing: 7}\n")
    with pytest.raises(InputError) as error:
        sim.app.serve(0, scenarios=[str(bad), "baselin", str(worse)])
    told = [str(problem) for problem in error.value.problems]
    assert len(told) == 3
    assert "bad.yaml:1:10" in told[0]
    assert "talent_card" in told[0]
    assert "did you mean 'baseline'?" in told[1]
    assert "worse.yaml:1:" in told[2]


def test_what_was_asked_for_is_offered_first(tmp_path: Path, monkeypatch) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("world: synthetic\n")
    monkeypatch.setattr(offers, "_asked", [])
    monkeypatch.setattr(offers, "_worlds", [])
    assert offers.offered()[0] == "baseline"
    offers.ask([str(own), "talent_card", str(own)])
    assert offers.offered()[:3] == [str(own), "talent_card", "baseline"]
    assert offers.offered().count("talent_card") == 1
    assert offers.worlds() == ["china-178", "china-31", "synthetic"]
    other = tmp_path / "other.yaml"
    other.write_text("secret: 1\n")
    for name, world in ((str(other), None), (str(own), str(tmp_path))):
        with pytest.raises(InputError, match="no such scenario or world on this page"):
            offers.read(name, world)


def test_every_browser_file_is_installed_and_nothing_else_is_fetched() -> None:
    from solara.server import cdn_helper, settings

    sim.app.prepare()
    names = sim.app._bundles()
    assert any("solara-vuetify-app" in name for name in names)
    assert any("vue-grid-layout" in name for name in names)
    assert not settings.telemetry.mixpanel_enable
    with pytest.raises(FileNotFoundError):
        cdn_helper.get_path(settings.assets.proxy_cache_dir, "nobody@1.0.0/nothing.js")


# ------------------------------------------------------------------ sessions of a server of its own


@pytest.mark.slow
def test_twenty_sessions_leave_nothing_behind(tabs, tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text(QUICK)
    with tabs.serving(tmp_path, "quick.yaml", environment=LEAVING) as server:
        for number in range(36):
            tab = tabs.Tab(server.address)
            tab.wait_for("Shown: quick; china-31, seed 1, scale 0.005")
            tab.press("Step")
            tab.wait_for("2023-Q1 of 2024-Q4")
            if number % 4 == 0:
                tab.press("Reset")
                tab.wait_for("end of 2022 of 2024-Q4")
            if number % 3 == 0:
                tab.press("▶")
            if number % 2:
                tab.close()
            else:
                tab.vanish()
            if number == 11:  # the heaps of its threads are there
                warm = tabs.until(lambda: _left(server), "the first sessions end")["mib"]
        left = tabs.until(lambda: _left(server), "all sessions end and their models go")
        assert left["mib"] - warm < 200, "two dozen models of some 20 MiB would be 480"
        assert "Traceback" not in server.log(), server.log()


def _left(server) -> dict[str, float] | None:
    """Return what a server holds once its sessions are over and their models gone."""
    held = server.holds()
    return held if held["sessions"] == 0 and held["models"] <= 2 else None


@pytest.mark.slow
def test_only_so_many_run_a_model_and_who_waits_takes_the_place_of_who_leaves(tabs, tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text(QUICK)
    with tabs.serving(tmp_path, "quick.yaml", "--sessions", "1", environment=LEAVING) as server:
        first = tabs.Tab(server.address)
        first.wait_for("Shown: quick")
        second = tabs.Tab(server.address, path="/inspector?lang=zh")
        second.wait_for("此处已有1个会话在运行模型，已达上限")
        assert server.holds()["models"] == 1
        with pytest.raises(urllib.error.HTTPError) as refused:
            tabs.Tab(server.address)
        assert refused.value.code == 503
        refused.value.close()
        first.press("▶")
        first.vanish()
        second.wait_for("Shown: quick")
        second.press("▶")
        second.wait_for("2024-Q4 of 2024-Q4")
        assert "Traceback" not in server.log(), server.log()
        assert server.interrupted() == 0


@pytest.mark.slow
def test_a_client_that_says_what_no_browser_would_is_answered_on_the_page(tabs, tmp_path: Path) -> None:
    (tmp_path / "quick.yaml").write_text("world: synthetic:Z=6,K=20\nuntil: 2023-Q4\n")
    with tabs.serving(tmp_path, "quick.yaml") as server:
        tab = tabs.Tab(server.address)
        tab.wait_for("Shown: quick")
        refusals = (
            ("talent card", 7, "talent_card is 7, above its bounds; allowed: 0 to 1"),
            ("seed", 1e400, "seed is not a finite number"),
            ("talent card", "all", "talent_card is the text 'all', not a number"),
        )
        for label, value, words in refusals:
            tab.move(label, value)
            tab.wait_for(words)
        tab.move("talent card", 0.5)
        tab.wait_for("Not yet in force, press Reset: talent card 0.5 instead of 0.")
        assert not tab.sees("Not taken")
        tab.press("Reset")
        tab.wait_for("Shown: quick with talent_card 0.5")
        tab.move("scenario", ["baseline"])
        tab.wait_for("This cannot be run: app: there is no such scenario or world on this page")
        tab.move("scenario", "quick.yaml")
        tab.wait_for("Shown: quick;")
        assert "Traceback" not in server.log(), server.log()


@pytest.mark.slow
def test_what_is_opened_is_said_and_a_proxy_finds_its_path(tabs, tmp_path: Path) -> None:
    proxied = ("--host", "0.0.0.0", "--allow-host", "hub.example.org", "--root-path", "/user/ann/proxy")
    with tabs.serving(tmp_path, *proxied) as server:
        assert "whoever reaches 0.0.0.0 over the network can run models" in server.log()
        assert "hub.example.org" in server.log()
        assert server.address.endswith("/user/ann/proxy")
        place = server.address.removesuffix("/user/ann/proxy")
        asked = urllib.request.Request(f"{place}/", headers={"Host": "hub.example.org"})
        with urllib.request.urlopen(asked, timeout=tabs.LIMIT) as answer:
            page = answer.read().decode()
        assert "/user/ann/proxy/static/" in page
        assert 'src="/static/' not in page
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(f"{place}/", headers={"Host": "evil.example"}))
        assert refused.value.code == 403
        refused.value.close()
