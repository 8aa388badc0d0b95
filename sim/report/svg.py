"""Matplotlib figures as inline SVG: same bytes for the same data, ids that never clash, no addresses."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

BASE_COLOUR, ALTERNATIVE_COLOUR = "#6b6b6b", "#0072b2"
BETTER, WORSE = "#0072b2", "#b84a00"
SERIES = ("#6b6b6b", "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b38600", "#56b4e9")
"""Okabe & Ito (2008), the base in grey and the yellow darkened for white paper."""
FONTS = "'DejaVu Sans',Verdana,'Segoe UI','Helvetica Neue',Arial,"
FONTS += "'PingFang SC','Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9.0,
    "axes.titlesize": 10.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # where it is put anyway: nothing stands above the axes, and looking takes a while
    "axes.labelsize": 9.0,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
}


@contextmanager
def style(key: str) -> Iterator[None]:
    """Draw in the report's style; ``key`` seeds the ids of the figure's parts."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    with mpl.rc_context({**_STYLE, "svg.hashsalt": key}):
        yield


def inline(figure: Figure, key: str, description: str) -> Markup:
    """Return the figure as an ``<svg>`` element labelled with ``description``.

    Call it inside :func:`style` with the same ``key``, which must be unique in the page.
    """
    FigureCanvasSVG(figure)
    buffer = StringIO()
    with warnings.catch_warnings():  # Chinese is text in the page; the browser has the glyphs
        warnings.filterwarnings("ignore", r"Glyph \d+")
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return Markup(_clean(buffer.getvalue(), key, description))


def _clean(text: str, key: str, description: str) -> str:
    box = re.search(r'viewBox="([^"]+)"', text)
    body = text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
    body = body.replace("xlink:href=", "href=").replace("'DejaVu Sans'", FONTS)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", body)
    # coordinates to a tenth of a point; what follows ">" or a true minus is text
    body = re.sub(r"(?<![>\d.\u2212])-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), body)
    body = re.sub(r">\s+<", "><", body).strip()
    body = re.sub(r"\s*\n\s*", " ", body)
    view = box[1] if box else "0 0 100 100"
    width, height = (float(v) for v in view.split()[2:])
    return (
        f'<svg viewBox="{view}" width="{width * 4 / 3:.0f}" height="{height * 4 / 3:.0f}" role="img" '
        f'aria-label="{escape(description)}">{body}</svg>'
    )
