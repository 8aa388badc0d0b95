"""Who may speak to the server: a plain ASGI layer in front of Solara.

A page of somebody else's can make a browser send requests to this computer, and by pointing its own
name at 127.0.0.1 (DNS rebinding) even read the answers; a websocket is not held back by the browser
at all.  Both are told from honest visits by the headers ``Host`` and ``Origin``, which a page cannot
forge.  So the host must be one of the names that this server goes by, and the origin, where a
browser sends one, the page of this very server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sim.app.address import LOCAL
from sim.app.seats import SEATS

_SESSION = re.compile(r"/jupyter/api/kernels/([^/]+)/[^/]+")
PAGES = ("/", "/inspector", "/studies")
_BUSY = """<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="10">
<title>clusterlab: busy</title><body style="font: 18px sans-serif; margin: 4em auto; max-width: 36em">
<h1>Too many visitors just now</h1><p>{seats} sessions run a model here and as many wait for their turn.
This page tries again by itself every ten seconds. A session ends when its tab is closed.</p></body></html>"""


class Guard:
    """Lets pass what the names allow and the seats hold; answers everything else itself.

    Args:
        app: the application behind it.
        names: hosts that may be asked for by name besides the address a request came in by.
        origins: hosts whose pages may ask although the server knows itself by another name, which is so
            behind a proxy.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] = LOCAL, origins: Iterable[str] = ()) -> None:
        self.app = app
        self.origins = frozenset(name.casefold() for name in origins)
        self.names = frozenset(name.casefold() for name in names) | self.origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to what must not pass."""
        hosts = _headers(scope, b"host")
        for host in hosts or [""]:
            name = _hostname(host)
            if not name or name not in self.names | {scope["server"][0]}:
                return _no(f"This server does not go by the name {name!r}; --allow-host gives it one.")
        for origin in _headers(scope, b"origin"):
            if _place(origin) not in hosts and _hostname(_place(origin)) not in self.origins:
                return _no(f"Pages of {origin!r} may not speak to this server; --allow-host lets them.")
        return None if _may_enter(scope) else _busy()


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1").casefold() for key, value in scope["headers"] if key == name]


def _place(origin: str) -> str:
    """Return an origin without its scheme: ``host`` or ``host:port``; empty for the origin ``null``."""
    return origin.partition("://")[2]


def _hostname(place: str) -> str:
    """Return the name in ``name:port`` or ``[address]:port``, empty if that is no such thing."""
    try:
        return urlsplit(f"//{place}").hostname or ""
    except ValueError:
        return ""


def _may_enter(scope: Scope) -> bool:
    """Return whether a request begins no session, or there is room for one more."""
    if scope["type"] == "http":
        return scope["path"] not in PAGES or SEATS.admits()
    session = _SESSION.fullmatch(scope["path"])
    return session is None or SEATS.admits(session[1])


def _no(words: str) -> Response:
    return PlainTextResponse(words + "\n", status_code=403)


def _busy() -> Response:
    return HTMLResponse(_BUSY.format(seats=SEATS.limit), status_code=503, headers={"Retry-After": "10"})
