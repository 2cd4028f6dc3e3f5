"""Render reports to read and print: a title and sections of sentences and tables, as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipelines.publishing.pages import drawn, render

OPEN = "[INVULLEN]"
"""Mark of something that a person must decide; it is highlighted on the page."""


@dataclass(frozen=True)
class Section:
    """A heading, sentences, an optional table and chart (SVG of `models.words.charts`), and `lang` if it differs."""

    title: str
    texts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[object, ...], ...] = ()
    lang: str = ""
    chart: str = ""


def page(title: str, sections: Sequence[Section], lang: str = "nl") -> str:
    """Render the page, with everything escaped."""
    return render("paper.html", title=title, sections=sections, lang=lang, marked=_marked, drawn=drawn)


def _marked(value: object) -> Markup:
    text = str(escape("–" if value is None else value))
    return Markup(text.replace(OPEN, f'<span class="open">{OPEN}</span>'))  # noqa: S704 - escaped above
