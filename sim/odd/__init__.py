"""The ODD+D protocol of the model (docs/ODD.md), made from its code.

What can be read off the code is: the schedule, docstrings, tables, levers, metrics, parameters,
streams, data.  What cannot (purpose, concepts, how the start is built) is written by hand in
``parts/``, where a line ``<!-- name -->`` stands for the generated part of that name.  The same
sources give the same bytes.
"""

from __future__ import annotations

import re
from pathlib import Path

PICTURE = "dataflow.svg"
"""The data-flow picture, beside the document."""


def document() -> str:
    """Return the protocol as Markdown."""
    from sim.odd import catalogue, entities, numbers, origins, process, submodels

    made = {
        "units": entities.units,
        "tables": entities.state_variables,
        "drawers": entities.drawers,
        "codes": entities.codes,
        "schedule": process.schedule,
        "data flow": process.data_flow,
        "streams": origins.streams,
        "start": lambda: origins.text_of("sim/world/populate/__init__.py"),
        "zones": lambda: origins.text_of("sim/world/downscale.py"),
        "synthetic": lambda: origins.text_of("sim/world/synthetic.py"),
        "start parameters": lambda: numbers.of(numbers.START, "Parameters of the start"),
        "data": origins.data,
        "submodels": submodels.submodels,
        "shared": submodels.shared,
        "levers": catalogue.levers,
        "metrics": catalogue.metrics,
        "evidence": numbers.summary,
        "outcome parameters": lambda: numbers.of(numbers.OUTCOMES, "Parameters of outcomes and comparisons"),
    }
    pages = sorted((Path(__file__).parent / "parts").glob("*.md"))
    text = "\n\n".join(page.read_text(encoding="utf-8").strip() for page in pages)
    text = text.replace("](../../../docs/", "](").replace("](../../../", "](../")  # seen from docs/
    return re.sub(r"^<!-- (.+) -->$", lambda found: made[found[1]](), text, flags=re.M) + "\n"


def renew(out: Path) -> list[Path]:
    """Write the protocol to ``out`` and the picture beside it; return both.

    Raises:
        OSError: the folder cannot be made or written.
    """
    from sim.odd.dataflow import picture

    files = {out: document(), out.parent / PICTURE: picture()}
    out.parent.mkdir(parents=True, exist_ok=True)
    for file, text in files.items():
        file.write_text(text, encoding="utf-8", newline="\n")
    return list(files)
