"""The page for researchers: how far the studies in ``results/`` are, what failed, and their reports."""

# Solara re-exports its names without saying so to type checkers.
# pyright: reportPrivateImportUsage=false

from __future__ import annotations

import time
from typing import Any

import solara
import solara.lab
from solara.server.kernel_context import contexts

from sim.app import studies
from sim.app.words import asked
from sim.core.errors import InputError
from sim.report.phrases import foreign, say, speaking

_BEAT = 2.0
"""Seconds between two looks at a study that is still running."""
_FRAME = {"sandbox": "allow-scripts", "style": "width: 100%; height: 75vh; border: 1px solid #ccc"}


@solara.component
def Researchers() -> None:
    """Show one results folder, and look again while it grows."""
    language = asked(solara.use_router().search)
    with speaking(language):
        solara.Title(say("clusterlab: studies"))
    names = solara.use_memo(studies.found, [])
    chosen = solara.use_reactive(names[0] if names else "")
    now: Any = solara.use_reactive(None)
    session = solara.get_kernel_id()

    def watch() -> None:
        name = chosen.value
        while name and name == chosen.value and session in contexts:
            try:
                now.value = studies.look(name)
            except InputError:
                now.value = None
                return
            if now.value.state not in studies.RUNNING:
                return
            time.sleep(_BEAT)

    solara.lab.use_task(watch, dependencies=[chosen.value], prefer_threaded=True, raise_error=False)
    with solara.Column(style="padding: 16px"), speaking(language):
        if not names:
            solara.Info(say("There are no results folders in results/ where the server was started."))
            return
        solara.Select(say("Results folder"), names, chosen)
        if now.value is not None and now.value.name == chosen.value:
            Told(now.value, language)


@solara.component
def Told(study: studies.Study, language: str) -> None:
    """Say how far a study is."""
    counts = study.counts
    with speaking(language):
        state, report = say(study.state, sense="study"), say("Report")
        kind = say(study.kind, sense="kind")
        question = study.name if foreign(study.question) else say(study.question)
        words = ", ".join(f"{say(name, sense='study')} {count}" for name, count in counts.items())
    solara.Text(f"{question} ({kind}, {state})")
    solara.Text(words, classes=["clusterlab-counts"])
    solara.ProgressLinear(100 * (counts["done"] + counts["failed"]) / max(1, counts["total"]))
    if study.command:
        solara.Preformatted(study.command, style_="white-space: pre-wrap; overflow-wrap: anywhere")
    for scenario, seed, error in study.failures[:20]:
        solara.Error(f"{scenario}, seed {seed}: {error}", dense=True)
    if study.report:
        solara.HTML(tag="iframe", attributes=_FRAME | {"srcdoc": study.report, "title": report})
