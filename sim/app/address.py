"""Where the server listens, what that opens to whom, and the names it then goes by."""

from __future__ import annotations

import errno
import ipaddress
import socket

from sim.core.errors import InputError, Problem

LOCAL = ("localhost", "127.0.0.1", "::1")
LAST_PORT = 65535


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at an address of this computer.

    Args:
        host: an address, or a name that means one here.
        port: TCP port, 0 for any free one.

    Raises:
        InputError: no such address or port, or the port is taken.
    """
    if not 0 <= port <= LAST_PORT:
        allowed = f"1 to {LAST_PORT}, or 0 for any free one"
        raise InputError(Problem("--port", 0, 0, f"{port} is not a port", allowed))
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise InputError(_no_address(host)) from None
    listening = socket.socket(family, kind, protocol)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(place)
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise InputError(_no_address(host)) from None
        what = f"cannot serve on port {port}: {error.strerror}"
        remedy = "name another port, or 0 for any free one"
        raise InputError(Problem("--port", 0, 0, what, remedy=remedy)) from None
    return listening


def _no_address(host: str) -> Problem:
    allowed = "such as 127.0.0.1 (nobody else) or 0.0.0.0 (everybody)"
    return Problem("--host", 0, 0, f"{host!r} is not an address of this computer", allowed)


def opens(listening: socket.socket) -> bool:
    """Return whether a socket can be reached from other computers."""
    return not ipaddress.ip_address(listening.getsockname()[0]).is_loopback


def names(listening: socket.socket) -> list[str]:
    """Return what a server may be called by: this computer's own name too, once others reach it."""
    own = [socket.gethostname().casefold(), socket.getfqdn().casefold()] if opens(listening) else []
    return list(dict.fromkeys([*LOCAL, *own]))


def url(listening: socket.socket, root_path: str = "") -> str:
    """Return the address to open in a browser on this computer."""
    host, port = listening.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = LOCAL[1]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{root_path}"
