"""The visual model: ``clusterlab app`` serves a page on this computer, without any network.

Every file the browser asks for comes from installed packages (``solara-assets`` and the
Jupyter extensions of ipyvuetify); whatever is not there is refused instead of being fetched.
"""

from __future__ import annotations

import os
import re
import socket
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sim.core.errors import InputError, Problem

HOST = "127.0.0.1"
PAGE = "sim.app.page"
_BUNDLE = re.compile(r"(?<=/)(@widgetti/[\w-]+@[\w.-]+|requirejs@[\d.]+)(?=/)")


def serve(port: int = 8765) -> None:
    """Serve the visual model on this computer until interrupted.

    Args:
        port: TCP port, 0 for any free one; the address is written to standard error.

    Raises:
        InputError: the extra ``[app]`` is not installed whole, or the port is taken.
    """
    missing = [name for name in ("altair", "solara", "solara_assets", "uvicorn") if find_spec(name) is None]
    if missing:
        raise _incomplete(missing)
    listening = _listen(port)
    import uvicorn

    prepare()
    server = uvicorn.Server(
        uvicorn.Config("solara.server.starlette:app", log_level="warning", timeout_graceful_shutdown=1)
    )
    address = f"http://{HOST}:{listening.getsockname()[1]}"
    sys.stderr.write(f"clusterlab app: open {address} in a browser; Ctrl-C stops it\n")
    sys.stderr.flush()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def prepare() -> None:
    """Set Solara up to stay offline, and load the page so that its mistakes show before it is served.

    Raises:
        InputError: browser files that the installed Solara asks for are not installed.
    """
    import solara.settings
    from solara.server import cdn_helper, settings

    os.environ["SOLARA_APP"] = PAGE
    settings.telemetry.mixpanel_enable = False
    settings.theme.title = "clusterlab"
    settings.theme.loader = "plain"
    settings.theme.show_banner = False
    settings.assets.fontawesome_enabled = False
    solara.settings.main.check_hooks = "off"  # Mesa 3.3 breaks Solara's rule on early returns, harmlessly
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    cdn_helper.fetch_from_cdn = _refuse
    absent = [name for name in _bundles() if not (settings.assets.proxy_cache_dir / name).is_dir()]
    if absent:
        raise _incomplete(absent)
    import_module(PAGE)


def _listen(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()
    except (OSError, OverflowError) as error:
        listening.close()
        raise InputError(
            Problem("--port", 0, 0, f"cannot serve on port {port}: {error}", remedy="name another port")
        ) from None
    return listening


def _incomplete(missing: list[str]) -> InputError:
    return InputError(
        Problem(
            "app",
            0,
            0,
            f"the visual model needs {', '.join(missing)}",
            remedy="install the extra: pip install 'clusterlab[app]'",
        )
    )


def _bundles() -> list[str]:
    """Return the browser bundles (folder names) that the installed Solara's pages ask for."""
    import solara

    home = Path(solara.__file__).parent
    asking = (home / "server/templates/solara.html.j2", home / "widgets/vue/gridlayout.vue")
    found = {name for file in asking for name in _BUNDLE.findall(file.read_text(encoding="utf-8"))}
    return sorted(name for name in found if "vuetify3" not in name)


def _refuse(url: str) -> bytes:
    raise FileNotFoundError(f"{url} is not among the installed files, and nothing is fetched")
