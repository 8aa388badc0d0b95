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
    body = body.replace("xlink:href=", "href=")
    body = re.sub(r"font-family: [^;\"]+;? ?", "", body)  # stands once, at the picture
    body = re.sub(r' transform="rotate\(-0 [^)]*\)"', "", body)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]+)"', lambda m: f' id="{key}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{key}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{key}-\1)", body)
    # coordinates to a tenth of a point; what follows ">" or a true minus is text
    body = re.sub(r"(?<![>\d.\u2212])-?\d+\.\d{3,}", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), body)
    body = re.sub(r' d="(M [^"]*)"', lambda m: f' d="{_shorter(m[1])}"', body)
    body = re.sub(r">\s+<", "><", body).strip()
    body = re.sub(r"\s*\n\s*", " ", body)
    view = box[1] if box else "0 0 100 100"
    width, height = (float(v) for v in view.split()[2:])
    return (
        f'<svg viewBox="{view}" width="{width * 4 / 3:.0f}" height="{height * 4 / 3:.0f}" '
        f'font-family="{FONTS}" '
        f'role="img" aria-label="{escape(description)}">{body}</svg>'
    )


def _shorter(path: str) -> str:
    """Return a path of straight lines with steps instead of positions, in tenths of a point.

    >>> _shorter("M 10 20 L 10.5 19 L 12 19 z")
    'M10 20l.5-1 1.5 0z'
    """
    parts = path.split()
    if set(parts[::3]) - {"M", "L", "z"} or len(parts) < 6:
        return path
    out, last, at = [], "", (0, 0)
    for i in range(0, len(parts) - 2, 3):
        here = (round(10 * float(parts[i + 1])), round(10 * float(parts[i + 2])))
        if parts[i] == "M":
            out.append(f"M{_tenths(here[0])} {_tenths(here[1])}")
        else:
            x, y = (_tenths(b - a) for a, b in zip(at, here, strict=True))
            out.append(
                ("l" if last == "M" else "" if x[0] == "-" else " ") + x + ("" if y[0] == "-" else " ") + y
            )
        last, at = parts[i], here
    return "".join(out) + ("z" if parts[-1] == "z" else "")


def _tenths(value: int) -> str:
    """Return tenths as a short decimal: 5 as ``.5``, -10 as ``-1``."""
    return f"{value / 10:g}".replace("0.", ".", 1) if abs(value) < 10 else f"{value / 10:g}"
