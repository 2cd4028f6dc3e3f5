"""Render the pages of this project as single HTML files that include their charts and load nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

MINUS = "−"


def render(template: str, *, finalize: Callable[[Any], Any] | None = None, **values: Any) -> str:
    """Render a template of `pipelines/publishing/templates`.

    Parameters
    ----------
    template : str
        File name of the template.
    finalize : function, optional
        Applied to each value before it is escaped and written.
    **values
        The variables of the template. Every value is escaped except charts (see `drawn`).

    Returns
    -------
    str
        The page, without a newline at its end.

    Raises
    ------
    jinja2.UndefinedError
        The template reads a variable that was not passed.
    """
    return _environment(finalize).get_template(template).render(**values)


@cache
def _environment(finalize: Callable[[Any], Any] | None) -> Environment:
    """Return the environment of all templates."""
    environment = Environment(
        loader=PackageLoader("pipelines.publishing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
    )
    environment.filters.update(percent=percent, percents=percents, times=times, number=number)
    return environment


def drawn(svg: str) -> Markup:
    """Mark the SVG of a chart or an icon as HTML, because `models.words` has escaped its labels."""
    return Markup(svg)  # noqa: S704


def number(value: float | None, digits: int = 2) -> str:
    """Format a number; a missing one is a dash."""
    if value is None:
        return "–"
    return f"{value:,.{digits}f}".replace("-", MINUS)


def percent(value: float | None, digits: int = 1) -> str:
    """Format a share."""
    return "–" if value is None else f"{100 * value:.{digits}f}%".replace("-", MINUS)


def percents(values: Sequence[float | None], digits: int = 1) -> str:
    """Format a share with its interval: ``52.8% (40.3 to 65.7)``."""
    return _with_interval(values, lambda v: f"{100 * v:.{digits}f}", "%")


def times(values: Sequence[float | None]) -> str:
    """Format a ratio with its interval: ``1.58 × (1.18 to 2.53)``."""
    return _with_interval(values, lambda v: f"{v:.2f}" if v < 10 else f"{v:.0f}", " ×")


def _with_interval(values: Sequence[float | None], write: Any, unit: str) -> str:
    estimate, low, high = values
    if estimate is None:
        return "–"
    span = "" if low is None or high is None else f" ({write(low)} to {write(high)})"
    return f"{write(estimate)}{unit}{span}".replace("-", MINUS)
