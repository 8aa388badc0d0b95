"""The sign table: sign_table.csv and the made part of docs/sign_table.md.

Lists where docs/sign_reasons.csv says what the table does not bear, or leaves out what it shows, so that its
sentences can be mended.
"""

import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from sim.lab.sensitivity import FALSE
from sim.report.signs import percent, share_of
from sim.schedule import LEVERS

ROOT = Path(__file__).resolve().parents[2]
REASONS = ROOT / "docs/sign_reasons.csv"
TABLE = ROOT / "results/reference/sign_table.csv"
FIRST = ("output", "value_added", "cluster_count", "built_overcapacity")
NOTED = 0.5  # per cent of output: what a lever at full dose has to move to be called one that matters
LARGE = 5.0  # per cent: signs of this size that no reason talks about are listed
MAIN = {"output": 1.0, "value_added": 1.0, "cluster_count": LARGE, "built_overcapacity": LARGE}
"""Per cent from which a reason has to talk about a sure effect on a main outcome."""
SAID = {
    "output": r"\boutput\b",
    "value_added": r"\bvalue added\b",
    "cluster_count": r"\bclusters\b",
    "built_overcapacity": r"\bidle\b",
    "stranded_public_money": r"\bstrand(s|ed)?\b",
    "gluts": r"\bgluts\b",
    "failed_plants": r"\bplants? fails?\b|\bfailed plants\b",
    "public_cost": r"\bbill\b",
}
"""By which words a reason talks about an outcome."""
HEADS = {
    "duplicated_layouts": "dupli&shy;cates",
    "structure_similarity": "simi&shy;larity",
    "capacity_utilisation": "utili&shy;sation",
    "stranded_public_money": "stranded money",
    "cluster_count": "clusters",
    "largest_cluster_output": "largest cluster",
    "gini_output_provinces": "Gini of provinces",
    "value_added": "value added",
    "survival_5y": "survival",
    "trl_steps": "steps",
    "equity_raised": "equity",
    "rd_workers_future": "R&D workers",
    "import_dependence": "imports",
    "public_cost": "public cost",
}
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def expected(reason: Row) -> dict[str, str]:
    """Return the signs that a reason talks about, by outcome."""
    return dict(item.rsplit(":", 1) for item in reason["expected"].split())


def disagreements(table: list[Row], reasons: list[Row]) -> Iterator[tuple[str, str, str, Row | None]]:
    """Yield lever, outcome, expected sign and row where the table does not bear it.

    A direction needs a sure effect of that sign, and no direction (0) none that is sure.  There is no row
    where the table does not know the lever or the outcome: nothing can be said of it then.
    """
    found = {(row["lever"], row["outcome"]): row for row in table}
    for reason in reasons:
        for outcome, sign in expected(reason).items():
            row = found.get((reason["lever"], outcome))
            if row is None or row["sign"] != sign:
                yield reason["lever"], outcome, sign, row


def unsaid(table: list[Row], reasons: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield lever and main outcome where a large sure effect is not talked about."""
    told = {(reason["lever"], outcome) for reason in reasons for outcome in expected(reason)}
    for row in table:
        large = size(row) >= MAIN.get(row["outcome"], float("inf"))
        if large and row["sign"] in ("+", "-") and (row["lever"], row["outcome"]) not in told:
            yield row["lever"], row["outcome"]


def loose(reasons: list[Row]) -> Iterator[tuple[str, str]]:
    """Yield lever and outcome where a sentence and its signs do not talk about the same.

    Whatever outcome of ``SAID`` a sentence names has a sign beside it, and whatever direction of one of these
    stands beside it is in the sentence.
    """
    for reason in reasons:
        signs_of = expected(reason)
        for outcome, words in SAID.items():
            named = re.search(words, reason["reason"], re.IGNORECASE) is not None
            if named != (outcome in signs_of) and (named or signs_of[outcome] != "0"):
                yield reason["lever"], outcome


def untold(table: list[Row], reasons: list[Row]) -> Iterator[Row]:
    """Yield the large effects that no reason talks about."""
    told = {(reason["lever"], outcome) for reason in reasons for outcome in expected(reason)}
    for row in table:
        if row["sign"] in ("+", "-") and (row["lever"], row["outcome"]) not in told and size(row) >= LARGE:
            yield row


def size(row: Row) -> float:
    """Return the size of an effect in per cent of the partner."""
    return abs(share_of(float(row["partner"]), float(row["difference"])))


def cell(row: Row) -> str:
    """Return an effect as the page shows it: a signed percentage, 0 without a sign, blank if undefined."""
    if row["sign"] in ("0", ""):
        return row["sign"]
    change = float(row["difference"])
    return percent(share_of(float(row["partner"]), change), change)


def made(table: list[Row], reasons: list[Row]) -> str:
    """Return the made part of the page: how many signs there are, the tables, the reasons."""
    outcomes = list(dict.fromkeys(row["outcome"] for row in table))
    levers: dict[str, dict[str, Row]] = {}
    for row in table:
        levers.setdefault(row["lever"], {})[row["outcome"]] = row
    signs = sum(row["sign"] in ("+", "-") for row in table)
    said = f"Of {len(table):,} effects {signs:,} have a sign. If no lever did anything, about "
    said += (
        f"{FALSE * len(table):.0f} intervals would exclude zero by chance; with adjusted p-values at most "
    )
    said += f"about {FALSE * signs:.0f} of the signs are expected to be false."
    lines = [said, "", _counted(table)]
    why = {reason["lever"]: reason for reason in reasons}
    later = [name for name in LEVERS if name not in levers]
    if later:
        lines += ["", "Levers that are newer than the table, with what is known of them from fewer runs:", ""]
        lines += [f"- **`{name}`**. {why[name]['reason']}" for name in later if name in why]
    for group in dict.fromkeys(LEVERS[name].group for name in levers):
        mine = {name: rows for name, rows in levers.items() if LEVERS[name].group == group}
        heads = [HEADS.get(name, name.replace("_", " ")) for name in outcomes]
        lines += [f"\n### {group.capitalize()}\n", f"| lever | from neutral to | {' | '.join(heads)} |"]
        lines.append("|---|---|" + "--:|" * len(outcomes))
        for name, rows in mine.items():
            first = next(iter(rows.values()))
            cells = [cell(rows[outcome]) for outcome in outcomes]
            lines.append(f"| `{name}` | {first['neutral']} → {first['value']} | {' | '.join(cells)} |")
        lines.append("")
        for name, rows in mine.items():
            requires = next(iter(rows.values()))["requires"]
            beside = f" (beside {requires})" if requires else ""
            surprise = "*Surprise.* " if why[name]["surprise"] == "yes" else ""
            lines.append(f"- **`{name}`**{beside}. {surprise}{why[name]['reason']}")
    return "\n".join(lines)


def _counted(table: list[Row]) -> str:
    """Return in a sentence how many of the table's levers of policy move the first outcomes."""
    policy = {row["lever"] for row in table if LEVERS[row["lever"]].group != "world"}
    signed = [row for row in table if row["sign"] in ("+", "-") and row["lever"] in policy]
    output = {row["lever"] for row in signed if row["outcome"] == "output" and size(row) > NOTED}
    first = {row["lever"] for row in signed if row["outcome"] in FIRST}
    moves = "output, value added, clusters or capacity beyond demand"
    return (
        f"Of {len(policy)} levers of policy {len(output)} surely move output by over {NOTED:g} per cent, "
        f"and {len(first)} move {moves} at all."
    )


def write(table: list[Row], path: Path) -> None:
    """Write the reference table, six digits a number."""
    numbers = ("partner", "mean", "difference", "ci_low", "ci_high", "p_value")
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, table[0], lineterminator="\n")
        out.writeheader()
        out.writerows(row | {n: row[n] and f"{float(row[n]):.6g}" for n in numbers} for row in table)


def main(folder: Path, target: Path) -> None:
    """Write the table; say what the reasons expected otherwise and what they do not talk about."""
    table = read(folder / "sensitivity.csv")
    write(table, target / TABLE.name)
    reasons, said = read(REASONS), []
    for lever, outcome, sign, row in disagreements(table, reasons):
        if row is None:
            said.append(f"no row: {lever} {outcome} expected {sign}")
            continue
        kind = "OPPOSITE" if {sign, row["sign"]} == {"+", "-"} else "other"
        low, high = (float(row[c]) for c in ("ci_low", "ci_high"))
        numbers = f"{float(row['difference']):.3g} [{low:.3g}, {high:.3g}] {row['unit']}"
        said.append(f"{kind}: {lever} {outcome} expected {sign}, found {row['sign']}: {numbers}")
    said += [f"to be told: {lever} {outcome}" for lever, outcome in unsaid(table, reasons)]
    for row in untold(table, reasons):
        said.append(f"not told: {row['lever']} {row['outcome']} {cell(row)} %")
    sys.stdout.write("\n".join([*said, ""]))
