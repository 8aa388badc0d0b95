"""What a kind of study adds to the report, and how templates are filled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from sim.report.phrases import language, say, translated

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Section:
    """The part of a report that depends on the kind of study."""

    html: Markup
    question: str
    """What was asked, in one sentence; stands below the title, or as title where the study has none."""
    answers: tuple[str, ...]
    """What was found, a sentence each, also for the command line."""
    table: Markup
    """Where every number stands, such as ``metric table in <code>comparison.csv</code>``."""
    reading: Markup
    """How to read its intervals, a paragraph."""


class _Chinese(jinja2.FileSystemLoader):
    """Templates with their text in Chinese."""

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Any]:
        """Return the source of a template, translated if it is a page."""
        source, name, fresh = super().get_source(environment, template)
        return translated(source) if template.endswith(".html.j2") else source, name, fresh


@cache
def environment(spoken: str = "en") -> jinja2.Environment:
    """Return what fills the templates of the report in a language."""
    loader = _Chinese if spoken == "zh" else jinja2.FileSystemLoader
    made = jinja2.Environment(
        loader=loader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    made.globals["say"] = say
    return made


def made_by(where: str) -> Any:
    """Return the function that stands at ``module:function``."""
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)


def filled(template: str, context: dict[str, Any]) -> Markup:
    """Return a template of ``sim/report/templates`` in the language spoken now, with everything filled in."""
    return Markup(environment(language()).get_template(template).render(context))
