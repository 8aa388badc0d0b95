"""What the page says in each language: its phrases, and names of levers, outcomes and choices.

All words stand in the one table of the faces (:mod:`sim.report.phrases`).  The script says a phrase by its
English, and a thing by its name (``lever.talent_card``, ``jobs``).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from sim.app.runs import SERIES
from sim.lab.catalogue import levers
from sim.report.basemap import NOTE
from sim.report.names import key_label, label, lever_label, scenario_label
from sim.report.phrases import LANGUAGES, say, speaking, table
from sim.scenario.find import names as scenarios
from sim.schedule import LEVERS

SCRIPT = Path(__file__).parent / "planner" / "vue"
_SENSE = re.compile(r" \[[\w ]+\]$")
THINGS = {
    "card.coordination": "Coordination",
    "card.science": "Science and technology",
    "card.demand": "Demand and scenarios",
    "card.enterprises": "Enterprises",
    "card.talent": "Talent",
    "card.capital": "Capital",
    "number.overcapacity": "Overcapacity",
    "number.clusters": "Clusters",
    "number.growth": "Value added",
    "number.jobs": "Jobs",
    "number.money": "Public money",
    "layer.output": "output",
    "layer.idle": "idle capacity",
    "layer.public_money": "public money so far",
    "layer.jobs": "jobs",
    "place.output": "output",
    "place.jobs": "jobs",
    "place.public_money": "public money so far",
    "place.talent": "R&D workers",
    "place.tax": "tax a quarter",
    "place.public_cost": "public cost a quarter",
    "tab.gains": "Gains",
    "tab.bill": "Bill",
    "tab.markets": "Industries",
    "tab.compare": "All",
    "tab.overrides": "Changes",
    "evidence.measured": "measured",
    "evidence.literature": "literature",
    "evidence.assumption": "assumption",
    "payer.zone": "the zones",
    "payer.province": "the provinces",
    "payer.centre": "the centre",
    "world.china-178": "178 national high-tech zones",
    "world.china-31": "31 provinces",
}
"""What the script's own choices are called."""


def asked(search: str | None) -> str:
    """Return the language that an address asks for, by what stands behind its question mark.

    >>> asked("lang=zh&t=4"), asked(None)
    ('zh', 'en')
    """
    wanted = parse_qs(search or "").get("lang", [""])[0]
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def said() -> list[str]:
    """Return the phrases of the table that stand in the page's script, in quotes."""
    script = "".join(file.read_text(encoding="utf-8") for file in sorted(SCRIPT.glob("*.vue")))
    return [phrase for phrase in table() if f"'{phrase}'" in script or f'"{phrase}"' in script]


def called(key: str) -> list[str]:
    """Return what a key of ``--set`` is called, one text a language.

    >>> called("policy.talent_card")
    ['talent card', '人才卡']
    """
    found = []
    for language in LANGUAGES:
        with speaking(language):
            found.append(key_label(key))
    return found


def _units() -> list[str]:
    """Return the units of levers and of their prices."""
    return sorted({row[key] for row in levers() for key in ("unit", "price_unit")} - {""})


@cache
def words() -> dict[str, list[str]]:
    """Return what the page says by phrase or name, one text a language."""
    found: list[dict[str, str]] = []
    for language in LANGUAGES:
        with speaking(language):
            mine = {phrase: say(phrase) for phrase in said()}
            mine |= {name: say(text) for name, text in THINGS.items()}
            mine |= {name: label(name).text for name in SERIES}
            mine |= {f"lever.{name}": lever_label(name) for name in LEVERS}
            mine |= {f"unit.{unit}": say(unit, sense="unit") for unit in _units()}
            mine |= {"note.publication": say(NOTE)}
            mine |= {f"doc.{name}": say(lever.doc) for name, lever in LEVERS.items()}
            mine |= {f"scenario.{name}": scenario_label(name) for name in scenarios()}
            found.append({name: _SENSE.sub("", text) for name, text in mine.items()})
    return {name: [one[name] for one in found] for name in found[0]}
