"""Copy what the README shows from a results folder into results/reference/ (see `make reference`)."""

import shutil
import sys
from pathlib import Path

from sim.report import figures, sentences
from sim.report.results import Results, read

SHOWN = ("duplicated_layouts", "cluster_count", "public_cost")
WIDTH, HEIGHT, LEGEND = 346, 336, 34


def picture(results: Results, alternative: str) -> str:
    """Return the fan charts of a few outcomes side by side, with a legend, as one SVG file."""
    charts = figures.fans(results, SHOWN, alternative, "reference")
    wide, high = WIDTH * len(charts), HEIGHT + LEGEND
    size = f'width="{wide}" height="{high}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" {size}>']
    parts.append(f'<rect {size} fill="#ffffff"/>')
    for place, name in enumerate(figures.legend([results.base, alternative])):
        x = 16 + 200 * place
        line = f'stroke="{name["colour"]}" stroke-width="3" stroke-dasharray="{name["dash"]}"'
        parts.append(f'<line x1="{x}" x2="{x + 28}" y1="18" y2="18" {line}/>')
        parts.append(
            f'<text x="{x + 36}" y="23" font-family="sans-serif" font-size="14">{name["label"]}</text>'
        )
    for place, chart in enumerate(charts):
        parts.append(f'<g transform="translate({WIDTH * place} {LEGEND})">{chart}</g>')
    return "\n".join([*parts, "</svg>", ""])


def main(source: Path, target: Path) -> None:
    """Write picture, table and a note of where they come from."""
    results = read(source)
    alternative = results.alternatives[0]
    target.mkdir(parents=True, exist_ok=True)
    (target / "answer.svg").write_text(picture(results, alternative), encoding="utf-8")
    shutil.copyfile(source / "comparison.csv", target / "comparison.csv")
    rows = results.comparison[alternative]
    answer = sentences.answer(rows, alternative, *results.span)
    run = results.manifest
    note = [
        "# What the README shows\n",
        f"Made by `make reference` with clusterlab {run['clusterlab']}, sources {run['source_hash']}:",
        f"{run['runs']} paired runs from seed {run['seed']}, scale {run['scale']:g}, world {run['world']}.",
        f"\n> {answer}",
    ]
    (target / "README.md").write_text("\n".join(note) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
