"""The app in a process of its own that can be asked what it holds, and browser tabs without a browser.

A :class:`Tab` speaks the widgets' protocol over a websocket as the page's script does: it sees the
texts and presses the buttons, and can leave politely or vanish.
"""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

LIMIT = 120.0
"""Seconds after which what was waited for will not come, on however busy a machine."""

# The child reports every address it looks up or connects to, and answers each line on its standard
# input with what it holds: sessions, models alive, and memory.
CHILD = """
import gc, json, sys, threading, weakref

def watch(event, args):
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(args[1], tuple)):
        host = str(args[0] if event == "socket.getaddrinfo" else args[1][0])
        if host not in ("127.0.0.1", "::1", "localhost", "None"):
            sys.stderr.write(f"OUTSIDE {host}\\n")

sys.addaudithook(watch)
from sim.model import ClusterModel

models = weakref.WeakSet()
begin = ClusterModel.__init__

def counted(self, *args, **kwargs):
    models.add(self)
    begin(self, *args, **kwargs)

ClusterModel.__init__ = counted

def mib(process):
    return int(open(f"/proc/{process}/statm").read().split()[1]) * 4096 / 2**20

def answer():
    for _ in sys.stdin:
        from sim.app.planner.office import OFFICE
        from solara.server.kernel_context import contexts

        gc.collect()  # models are cycles: they go at a collection, of which an idle server has none
        held = {"sessions": len(contexts), "models": len(models), "mib": mib("self")}
        held["worker"] = max((mib(one.process.pid) for one in OFFICE.crew._workers), default=0.0)
        print(json.dumps(held), flush=True)

threading.Thread(target=answer, daemon=True).start()
sys.argv = ["clusterlab", "app", "--no-ahead", *sys.argv[1:]]
from sim.cli import main

main()
"""


def until(met: Callable[[], Any], what: str = "what was waited for", limit: float = LIMIT) -> Any:
    """Return the first true answer of ``met``."""
    end = time.monotonic() + limit
    while True:
        answer = met()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit:g} s")
        time.sleep(0.05)


class Server:
    """The app in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def address(self) -> str:
        """Where it can be opened."""
        return self.log().partition("open ")[2].partition(" ")[0]

    def log(self) -> str:
        """What it wrote to standard error so far."""
        return self._log.read_text()

    def holds(self) -> dict[str, float]:
        """Sessions, models alive, memory and that of the largest worker (MiB) now."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def interrupted(self) -> int:
        """Return the exit code after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(LIMIT)


@contextmanager
def serving(folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Serve the app at a free port from ``folder`` until the block ends."""
    log = folder / "server.log"
    command = [sys.executable, "-c", CHILD, *arguments, "--port", "0"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=environment,
        )
    try:
        until(lambda: "open http" in log.read_text() or process.poll() is not None, "the server's start")
        assert process.poll() is None, log.read_text()
        yield Server(process, log)
    finally:
        process.kill()
        process.communicate()


class Tab:
    """A tab of a browser: a session of its own, with what its widgets say."""

    def __init__(self, address: str, origin: str | None = None, path: str = "/inspector") -> None:
        from websockets import Origin
        from websockets.sync.client import connect

        with urllib.request.urlopen(address + path, timeout=LIMIT) as answer:
            answer.read()
            cookie = answer.headers["Set-Cookie"].partition(";")[0]
        self.address = address
        self.kernel, self.page, self._control = (str(uuid4()) for _ in range(3))
        self.widgets: dict[str, dict[str, Any]] = {}
        self._open = ExitStack()
        place = f"{address.replace('http', 'ws', 1)}/jupyter/api/kernels/{self.kernel}/channels"
        self._socket = self._open.enter_context(
            connect(
                f"{place}?session_id={self.page}",
                origin=Origin(origin or address),
                additional_headers={"Cookie": cookie},
                max_size=None,
            )
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._send("comm_open", comm_id=self._control, target_name="solara.control", data={})
        start = {"method": "run", "args": {"path": path, "dark": False, "themes": {}}}
        self._send("comm_msg", comm_id=self._control, data=start)

    def _send(self, kind: str, **content: Any) -> None:
        header = {"msg_id": str(uuid4()), "msg_type": kind, "session": self.page, "username": "", "date": ""}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        self._socket.send(json.dumps(message | {"channel": "shell", "buffers": []}))

    def _read(self) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            for text in self._socket:
                message = json.loads(text)
                kind, content = message["header"]["msg_type"], message["content"]
                name = content.get("comm_id", "")
                if kind == "comm_open":
                    self.widgets[name] = dict(content["data"].get("state", {}))
                elif kind == "comm_close":
                    self.widgets.pop(name, None)
                elif kind == "comm_msg" and content["data"].get("method") == "update":
                    self.widgets.setdefault(name, {}).update(content["data"]["state"])
        except (ConnectionClosed, OSError):
            pass

    def texts(self) -> list[str]:
        """All words that its widgets show."""
        found = []
        for state in list(self.widgets.values()):
            children = state.get("children") or []
            texts = [child for child in children if isinstance(child, str) and "IPY_MODEL_" not in child]
            found.append("".join(texts))
            found += [str(state[key]) for key in ("innerHTML", "label") if state.get(key)]
        return [text for text in found if text]

    def sees(self, words: str) -> bool:
        """Whether some widget shows these words."""
        return any(words in text for text in self.texts())

    def wait_for(self, words: str) -> None:
        """Wait until some widget shows these words."""
        until(lambda: self.sees(words), words)

    def press(self, label: str) -> None:
        """Press the button with this label, once it can be pressed."""

        def ready() -> str:
            for name, state in list(self.widgets.items()):
                if state.get("_model_name") == "BtnModel" and label in (state.get("children") or ()):
                    return "" if state.get("disabled") else name
            return ""

        click = {"method": "custom", "content": {"event": "click", "data": {}}}
        self._send("comm_msg", comm_id=until(ready, f"the button {label}"), data=click)

    def move(self, label: str, value: Any) -> None:
        """Let the input with this label say a value, whatever a browser would allow."""

        def there() -> str:
            named = (
                n for n, state in list(self.widgets.items()) if str(state.get("label", "")).startswith(label)
            )
            return next(named, "")

        said = {"method": "update", "state": {"v_model": value}, "buffer_paths": []}
        self._send("comm_msg", comm_id=until(there, f"the input {label}"), data=said)

    def close(self) -> None:
        """Leave as a browser does whose tab is closed: with a word."""
        word = f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.page}"
        with urllib.request.urlopen(urllib.request.Request(word, method="POST"), timeout=LIMIT):
            pass
        self.vanish()

    def vanish(self) -> None:
        """Leave without a word, as a browser does that is killed."""
        with self._open:
            with suppress(OSError):  # closed already after a word
                self._socket.socket.shutdown(socket.SHUT_RDWR)
            self._reader.join(LIMIT)  # what was on its way is read before the connection is given up
