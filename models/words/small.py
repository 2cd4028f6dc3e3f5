"""Draw small charts of one series in the colours of the page around them, with text that stays legible on a phone.

A chart is at most `WIDTH` wide, so a page shows several side by side and never shrinks its text below 12 px. Colours are
CSS variables of the page (`--line`, `--chart`, `--late`) and the text takes the page's own colour, so dark mode and forced
colours need nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import altair as alt

from models.words.charts import Band, Bar, Locale, Value, svg

WIDTH = 300
"""Width in CSS pixels. At 260 px, the narrowest place for a chart, a font of 14 is 12 px."""
FONT = 14
STEP = 26
LONG = 300
"""Minimum number of days on an axis that names months with their year instead of days."""
INK, LINE, MAIN, MARK = "#010101", "#020202", "#030303", "#040404"
"""Placeholders, which `_themed` replaces by the colours of the page."""
THEME = {INK: "currentColor", LINE: "var(--line)", MAIN: "var(--chart)", MARK: "var(--late)"}
LOCALES: dict[str, Locale] = {"nl": "nl-NL", "en": "en-GB"}


def _themed(chart: Any, title: str, language: str) -> str:
    looked = chart.configure(
        font="DejaVu Sans, Arial, sans-serif",
        background="transparent",
        axis=alt.AxisConfig(
            labelFontSize=FONT,
            labelColor=INK,
            labelLimit=190,
            gridColor=LINE,
            domainColor=LINE,
            tickColor=LINE,
        ),
        view=alt.ViewConfig(stroke=None),
    )
    drawn = svg(looked, title, locale=LOCALES.get(language, LOCALES["nl"]))
    for placeholder, colour in THEME.items():
        drawn = drawn.replace(placeholder, colour)
    return drawn


def over_time(
    values: Sequence[tuple[date, Value]],
    *,
    title: str,
    marks: Collection[date] = (),
    language: str = "nl",
) -> str:
    """Draw one series over time on its own axis; a band spans its two limits, and a missing value leaves a gap.

    Parameters
    ----------
    values : sequence of (date, float, Band or None)
        The values in order of time.
    title : str
        A description of the chart, for a screen reader.
    marks : collection of date
        Days to mark below the line, such as those of a late delivery.
    language : str
        ``nl`` or ``en``, for dates and numbers.
    """
    exact = [
        {"day": day.isoformat(), "value": None if isinstance(value, Band) else value} for day, value in values
    ]
    bands = [
        {"day": day.isoformat(), "low": value.low, "high": value.high}
        for day, value in values
        if isinstance(value, Band)
    ]
    span = (values[-1][0] - values[0][0]).days if values else 0
    dates = alt.Axis(format="%b %y" if span > LONG else "%-d %b", tickCount=3, labelFlush=True, grid=False)
    x = alt.X("day:T", title=None, axis=dates)
    amounts = alt.Axis(format=",~f", tickCount=4, tickMinStep=1)
    y = alt.Y("value:Q", title=None, axis=amounts, scale=alt.Scale(zero=True))
    base = alt.Chart(alt.Data(values=exact)).encode(x=x, y=y)
    few = 0 < sum(row["value"] is not None for row in exact) <= 12  # an empty group of points has no name
    layers: list[Any] = [
        base.mark_line(strokeWidth=2.5, color=MAIN, point={"color": MAIN, "size": 40} if few else False)
    ]
    if bands:
        band = alt.Chart(alt.Data(values=bands)).mark_rule(strokeWidth=6, opacity=0.45, color=MAIN)
        layers.append(band.encode(x=x, y="low:Q", y2="high:Q"))
    if marks:
        points = [{"day": day.isoformat(), "value": 0} for day in sorted(marks)]
        mark = alt.Chart(alt.Data(values=points)).mark_point(
            shape="triangle-up", filled=True, size=110, color=MARK
        )
        layers.append(mark.encode(x=x, y="value:Q"))
    return _themed(alt.layer(*layers).properties(width=WIDTH - 60, height=130), title, language)


def bars(
    rows: Sequence[tuple[str, Value, str]],
    *,
    title: str,
    unfinished: Collection[str] = (),
    language: str = "nl",
) -> str:
    """Draw amounts as horizontal bars with their figures beside them; a band is a light bar with a dashed edge.

    Parameters
    ----------
    rows : sequence of (str, float, Band or None, str)
        Label, value and the text of the value, in the order of the chart.
    title : str
        A description of the chart, for a screen reader.
    unfinished : collection of str
        Labels of periods that are still running; their bars are light too.
    language : str
        ``nl`` or ``en``.
    """
    data = [
        {
            "label": label,
            "low": value.low if isinstance(value, Band) else 0,
            "high": value.high if isinstance(value, Band) else value or 0,
            "text": text,
            "light": 0.45 if isinstance(value, Band) or label in unfinished else 1,
            "dash": [3, 2] if isinstance(value, Band) else [1, 0],
        }
        for label, value, text in rows
    ]
    most = max((row["high"] for row in data), default=0) or 1
    longest = max((len(label) for label, _value, _text in rows), default=0)
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False)),
    )
    scale = alt.Scale(domain=[0, most])
    bar = base.mark_bar(color=MAIN, stroke=MAIN, height=16).encode(
        x=alt.X("low:Q", title=None, axis=None, scale=scale),
        x2="high:Q",
        opacity=alt.Opacity("light:Q", scale=None, legend=None),
    )
    text = base.mark_text(align="left", dx=5, fontSize=FONT, color=INK).encode(x="high:Q", text="text:N")
    width = max(70, WIDTH - 55 - min(190, 8 * longest))
    return _themed(alt.layer(bar, text).properties(width=width, height=alt.Step(STEP)), title, language)


def spans(rows: Sequence[Bar], *, title: str, language: str = "nl") -> str:
    """Draw estimates with their intervals on one axis, in the order given.

    Parameters
    ----------
    rows : sequence of Bar
        Label, estimate and interval.
    title : str
        A description of the chart, for a screen reader.
    language : str
        ``nl`` or ``en``.
    """
    data = [{"label": row.label, "middle": row.estimate, "low": row.low, "high": row.high} for row in rows]
    longest = max((len(row.label) for row in rows), default=0)
    base = alt.Chart(alt.Data(values=data)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(ticks=False, domain=False))
    )
    x = alt.X("low:Q", title=None, axis=alt.Axis(format=",~f", tickCount=4))
    span = base.mark_rule(strokeWidth=3, color=MAIN).encode(x=x, x2="high:Q")
    point = base.mark_point(filled=True, size=90, color=MAIN).encode(x="middle:Q")
    width = max(70, WIDTH - 20 - min(190, 8 * longest))
    return _themed(alt.layer(span, point).properties(width=width, height=alt.Step(STEP)), title, language)
