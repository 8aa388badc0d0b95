"""What a kind of study adds to the report, and how templates are filled."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

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


@cache
def environment() -> jinja2.Environment:
    """Return what fills the templates of the report."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def filled(template: str, context: dict[str, Any]) -> Markup:
    """Return a template of ``sim/report/templates`` with everything filled in."""
    return Markup(environment().get_template(template).render(context))
