"""The visual model: ``clusterlab app`` serves a page on this computer, without any network.

Every file the browser asks for comes from installed packages (``solara-assets`` and the
Jupyter extensions of ipyvuetify); whatever is not there is refused instead of being fetched.
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sim.app.defaults import DEFAULT_HOST, DEFAULT_PAIRS, DEFAULT_PORT, DEFAULT_SEATS, GRACE
from sim.core.defaults import DEFAULT_SCALE
from sim.core.errors import InputError, Problem

PAGE = "sim.app.pages"
_BUNDLE = re.compile(r"(?<=/)(@widgetti/[\w-]+@[\w.-]+|requirejs@[\d.]+)(?=/)")


def serve(
    port: int = DEFAULT_PORT,
    host: str = DEFAULT_HOST,
    scenarios: Sequence[str] = (),
    *,
    sessions: int = DEFAULT_SEATS,
    scale: float = DEFAULT_SCALE,
    runs: int = DEFAULT_PAIRS,
    ahead: bool = True,
    allow_hosts: Sequence[str] = (),
    root_path: str = "",
) -> None:
    """Serve the visual model until interrupted.

    Args:
        port: TCP port, 0 for any free one; the address is written to standard error.
        host: address of this computer to listen at; what that opens is written to standard error.
        scenarios: files, or shipped ones' names, to offer first; the page begins with the first.
        sessions: how many browsers may have a model at once.
        scale: of the exact answers: share of host firms and R&D workers that are simulated.
        runs: pairs of runs behind an exact answer.
        ahead: whether what each main lever does is computed beforehand, for answers at once.
        allow_hosts: further names the server goes by, such as that of a proxy before it.
        root_path: path under which a proxy shows the server, such as ``/user/ann/proxy/8765``.

    Raises:
        InputError: the extra ``[app]`` is not installed whole, a scenario is bad, or the server cannot
            listen there.
    """
    missing = [name for name in ("altair", "solara", "solara_assets", "uvicorn") if find_spec(name) is None]
    if missing:
        raise _incomplete(missing)
    from sim.app import address, offers
    from sim.core.memory import hand_back
    from sim.lab import options

    hand_back("a server of many sessions")

    if wrong := options.problems(scale=scale, runs=runs):
        raise InputError(wrong)
    offers.ask(scenarios)
    listening = address.listen(host, port)
    import uvicorn

    prepare(root_path)
    from solara.server.starlette import app

    from sim.app.guard import Guard
    from sim.app.planner.office import OFFICE
    from sim.app.seats import SEATS

    SEATS.limit = sessions
    OFFICE.open(scale=scale, pairs=runs, ahead=ahead)
    guarded = Guard(app, address.names(listening), allow_hosts)
    server = uvicorn.Server(uvicorn.Config(guarded, log_level="warning", timeout_graceful_shutdown=1))
    told = [f"open {address.url(listening, root_path)} in a browser; Ctrl-C stops it"]
    if address.opens(listening):
        known = ", ".join([*guarded.names, "the address itself"])
        told.append(
            f"whoever reaches {host} over the network can run models on this computer, {sessions} at a time, "
            f"without a password; it answers to {known}"
        )
    sys.stderr.write("".join(f"clusterlab app: {line}\n" for line in told))
    sys.stderr.flush()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def prepare(root_path: str = "") -> None:
    """Set Solara up to stay offline, and load the page so that its mistakes show before it is served.

    Args:
        root_path: path under which a proxy shows the server.

    Raises:
        InputError: browser files that the installed Solara asks for are not installed.
    """
    import solara.settings
    from solara.server import cdn_helper, settings

    os.environ["SOLARA_APP"] = PAGE
    if "SOLARA_KERNEL_CULL_TIMEOUT" not in os.environ:
        settings.kernel.cull_timeout = GRACE
    if root_path:
        settings.main.root_path = root_path.rstrip("/")
    settings.telemetry.mixpanel_enable = False
    settings.theme.title = "clusterlab"
    settings.theme.loader = "plain"
    settings.theme.show_banner = False
    settings.assets.fontawesome_enabled = False
    solara.settings.main.check_hooks = "off"  # Mesa 3.3 breaks Solara's rule on early returns, harmlessly
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")
    warnings.filterwarnings("ignore", message="base url")  # only the proxy knows it
    cdn_helper.fetch_from_cdn = _refuse
    absent = [name for name in _bundles() if not (settings.assets.proxy_cache_dir / name).is_dir()]
    if absent:
        raise _incomplete(absent)
    import_module(PAGE)


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
