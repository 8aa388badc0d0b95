"""The data-flow picture: mechanisms in the order of the quarter against what they read and write."""

from __future__ import annotations

from collections import Counter
from html import escape

from sim.odd.entities import DRAWERS, SHARED, TABLES, columns
from sim.schedule import SCHEDULE, name_of

LEFT, TOP, WIDE, HIGH, HALF, GAP = 150, 104, 84, 32, 36, 16
"""Margins, size of a field, width of its half, gap between tables and drawers, in pixels."""
MEMORY = "memory"
READ, WRITE = "#0072b2", "#d55e00"
"""Okabe & Ito (2008): told apart by everybody."""
FONT = "'DejaVu Sans',Verdana,'Segoe UI',Arial,sans-serif"


def picture() -> str:
    """Return an SVG: a row a mechanism, a column a table or drawer; how much of it is read and written."""
    heads = [(name, len(held.columns), "columns") for name, held in TABLES.items()]
    heads += [(name, len(DRAWERS[name]), "parts") for name in SHARED]
    heads.append((MEMORY, sum(len(held) for name, held in DRAWERS.items() if _head(name) == MEMORY), "parts"))
    left = [LEFT + WIDE * j + GAP * (j >= len(TABLES)) for j in range(len(heads))]
    width, height = left[-1] + WIDE + 20, TOP + HIGH * len(SCHEDULE) + 70
    title = "Which tables and drawers each mechanism reads and writes, in the order of the quarter"
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="{title}" font-family="{FONT}" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        _text(20, 28, title, size=16, weight="bold"),
        _legend(20, 50),
    ]
    for x, (name, size, what) in zip(left, heads, strict=True):
        middle = x + WIDE / 2 - 4
        out.append(_text(middle, TOP - 22, name, anchor="middle", weight="bold"))
        out.append(_text(middle, TOP - 7, f"{size} {what}", anchor="middle", size=11, fill="#666666"))
    for i, mechanism in enumerate(SCHEDULE):
        y = TOP + HIGH * i
        if i % 2 == 0:
            out.append(f'<rect x="12" y="{y}" width="{width - 24}" height="{HIGH}" fill="#f5f5f5"/>')
        out.append(_text(38, y + 21, str(i + 1), anchor="end", fill="#666666"))
        out.append(_text(48, y + 21, name_of(mechanism), weight="bold"))
        reads, writes = counted(mechanism.READS), counted(mechanism.WRITES)
        for x, (name, size, _) in zip(left, heads, strict=True):
            out.append(_half(x + 2, y, reads[name], size, READ))
            out.append(_half(x + 2 + HALF, y, writes[name], size, WRITE))
    below = TOP + HIGH * len(SCHEDULE)
    notes = (
        "Within a quarter data flow downwards: what a row writes, the rows below it read in the same "
        "quarter, the rows above it in the next.",
        "What a mechanism writes it may also read; each remembers what is its own. Parameters, the country "
        "and the ledger stand in neither.",
    )
    out += [_text(20, below + 26 + 18 * n, note, size=12, fill="#444444") for n, note in enumerate(notes)]
    return "\n".join([*out, "</svg>", ""])


def counted(declared: tuple[str, ...]) -> Counter[str]:
    """Return how many columns or parts of each table or drawer are declared, memories together."""
    counts = Counter[str]()
    for name, found in columns(declared).items():
        counts[_head(name)] += len(found)
    return counts


def _head(name: str) -> str:
    return name.partition(".")[0]


def _half(x: float, y: float, count: int, whole: int, colour: str) -> str:
    """Return one half of a field: shaded by the share of the table's columns, with their number."""
    if count == 0:
        return f'<circle cx="{x + HALF / 2 - 1:g}" cy="{y + HIGH / 2:g}" r="1.5" fill="#bbbbbb"/>'
    share = count / whole
    fill = f'fill="{colour}" fill-opacity="{0.18 + 0.82 * share:.2f}"'
    box = f'<rect x="{x}" y="{y + 4}" width="{HALF - 2}" height="{HIGH - 8}" rx="3" {fill}/>'
    ink = "#ffffff" if share > 0.6 else "#111111"
    return box + _text(x + HALF / 2 - 1, y + 21, str(count), anchor="middle", fill=ink)


def _legend(x: int, y: int) -> str:
    parts = []
    for at, colour, words in ((x, READ, "read"), (x + 150, WRITE, "written")):
        parts.append(f'<rect x="{at}" y="{y - 12}" width="22" height="16" rx="3" fill="{colour}"/>')
        parts.append(_text(at + 30, y + 1, words))
    parts.append(
        _text(x + 320, y + 1, "number: how many columns or parts; darker: a larger share", fill="#444444")
    )
    return "\n".join(parts)


def _text(
    x: float,
    y: float,
    words: str,
    *,
    size: int = 13,
    fill: str = "#111111",
    weight: str = "",
    anchor: str = "",
) -> str:
    more = f' font-weight="{weight}"' if weight else ""
    more += f' text-anchor="{anchor}"' if anchor else ""
    more += f' font-size="{size}"' if size != 13 else ""
    return f'<text x="{x:g}" y="{y:g}" fill="{fill}"{more}>{escape(words, quote=False)}</text>'
