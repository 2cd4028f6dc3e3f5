"""Draw charts as SVG text on the server, without scripts or network, and with the same bytes every time.

The colours are those of Okabe and Ito, which colour-blind people can distinguish. Every series also has its own dash or
shape, so that a black-and-white print is readable too. Each chart has a title for screen readers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Literal

import altair as alt
import vl_convert

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [10, 3], [1, 3])
MUTED = "#767676"
WIDTH = 620
Locale = Literal["nl-NL", "en-GB"]


@dataclass(frozen=True)
class Bar:
    """An estimate with its interval. It is drawn in colour if ``strong``, otherwise in grey."""

    label: str
    estimate: float
    low: float | None = None
    high: float | None = None
    strong: bool = False


@dataclass(frozen=True)
class Band:
    """A value that is only known to lie between two numbers, such as a hidden count. It is drawn as a light band."""

    low: float
    high: float

    @property
    def label(self) -> str:
        """The band in figures, such as 1–9."""
        return f"{self.low:g}–{self.high:g}"


Value = float | Band | None
"""A value of a chart; None is missing."""


def exact(value: Value) -> float | None:
    """Return a value that is known exactly, else None."""
    return None if isinstance(value, Band) else value


def svg(chart: alt.TopLevelMixin, title: str, locale: Locale | None = None) -> str:
    """Draw a chart as SVG text for use inside an HTML page.

    Parameters
    ----------
    chart : altair chart
        The chart with its data; nothing is fetched.
    title : str
        A description of the chart, for a screen reader.
    locale : str, optional
        Locale of numbers and dates, such as ``nl-NL``; default: English as in the United States.
    """
    drawn = str(
        vl_convert.vegalite_to_svg(
            chart.to_json(validate=False),
            allowed_base_urls=[],
            format_locale=locale,
            time_format_locale=locale,
        )
    )
    # Vega numbers its clip paths with a counter of the process, but the same chart must give the same bytes.
    numbers = {name: f"c{n}" for n, name in enumerate(dict.fromkeys(re.findall(r'id="([^"]+)"', drawn)))}
    for old, new in numbers.items():
        drawn = drawn.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    label = escape(title, quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def look(chart: Any) -> Any:
    """Give a chart the look of all charts."""
    return chart.configure(
        font="DejaVu Sans, Arial, sans-serif",
        background="white",
        axis=alt.AxisConfig(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", labelLimit=330, gridColor="#dddddd"),
        legend=alt.LegendConfig(labelFontSize=12, title=None, orient="top", labelLimit=280, symbolStrokeWidth=2),
        view=alt.ViewConfig(stroke=None),
    )  # fmt: skip


def intervals(
    bars: Sequence[Bar], *, axis: str, title: str, reference: float | None = None, percent: bool = False
) -> str:
    """Draw estimates with their intervals, one line each, in the order given.

    Parameters
    ----------
    bars : sequence of Bar
        The estimates to draw.
    axis : str
        Title of the axis of the numbers.
    title : str
        A description of the chart, for a screen reader.
    reference : float, optional
        A value to compare with, drawn as a vertical line (1 for a ratio).
    percent : bool
        Whether the numbers are shares.
    """
    rows = [
        {
            "label": bar.label,
            "estimate": bar.estimate,
            "low": bar.estimate if bar.low is None else bar.low,
            "high": bar.estimate if bar.high is None else bar.high,
            "colour": COLOURS[0] if bar.strong else MUTED,
        }
        for bar in bars
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("label:N", sort=None, title=None),
        color=alt.Color("colour:N", scale=None),
    )
    shown = alt.Axis(format="%" if percent else "~g")
    span = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=axis, axis=shown), x2="high:Q")
    point = base.mark_point(filled=True, size=70).encode(x="estimate:Q")
    layers: list[alt.Chart] = [span, point]
    if reference is not None:
        line = alt.Chart(alt.Data(values=[{"x": reference}])).mark_rule(strokeDash=[4, 3], color="#000000")
        layers.insert(0, line.encode(x="x:Q"))
    return svg(look(alt.layer(*layers).properties(width=WIDTH - 200, height=alt.Step(24))), title)


def lines(
    series: Mapping[str, Sequence[tuple[date, Value]]],
    *,
    axis: str,
    title: str,
    percent: bool = False,
    reference: float | None = None,
) -> str:
    """Draw values over time, one line per series; a missing value leaves a gap, and a band spans its two limits.

    Parameters
    ----------
    series : mapping of str to sequence of (date, float, Band or None)
        The values of each series; at most seven series.
    axis : str
        Title of the axis of the numbers.
    title : str
        A description of the chart, for a screen reader.
    percent : bool
        Whether the numbers are shares.
    reference : float, optional
        A limit, drawn as a horizontal line.

    Raises
    ------
    ValueError
        There are more series than colours.
    """
    names = list(series)
    if len(names) > len(COLOURS):
        raise ValueError(f"{len(names)} lines cannot be told apart; {len(COLOURS)} can.")
    rows = [
        {"series": name, "day": day.isoformat(), "value": exact(value), "dot": dot}
        for name, values in series.items()
        for (day, value), dot in zip(values, _dots([exact(value) for _day, value in values]), strict=True)
    ]
    bands = [
        {"series": name, "day": day.isoformat(), "value": value.low, "high": value.high}
        for name, values in series.items()
        for day, value in values
        if isinstance(value, Band)
    ]
    scale: dict[str, Any] = {"domain": names, "range": list(COLOURS[: len(names)])}
    dash: dict[str, Any] = {"domain": names, "range": list(DASHES[: len(names)])}
    legend = legend_of(names, symbolType="stroke", symbolSize=400)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=8)),
        y=alt.Y("value:Q", title=axis, axis=alt.Axis(format="%" if percent else "~f"), scale=alt.Scale(zero=True)),
        color=alt.Color("series:N", scale=alt.Scale(**scale), legend=legend),
    )  # fmt: skip
    dashed = base.encode(strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(**dash), legend=legend))
    dots = base.mark_point(filled=True, size=22).transform_filter("datum.dot")
    layers: list[alt.Chart] = [dashed.mark_line(strokeWidth=2), dots]
    if bands:
        band = base.properties(data=alt.Data(values=bands)).mark_rule(strokeWidth=5, opacity=0.45)
        layers.append(band.encode(y2="high:Q"))
    if reference is not None:
        line = alt.Chart(alt.Data(values=[{"y": reference}])).mark_rule(strokeDash=[4, 3], color="#000000")
        layers.append(line.encode(y="y:Q"))
    return svg(look(alt.layer(*layers).properties(width=WIDTH - 60, height=220)), title)


def legend_of(names: Sequence[str], **look: Any) -> alt.Legend | None:
    """Return a legend above the chart, in rows that fit its width; None for a single series."""
    if len(names) < 2:
        return None
    fit = (WIDTH - 60) // (max(map(len, names)) * 7 + 40)
    return alt.Legend(columns=max(1, min(fit, len(names))), **look)


def _dots(values: Sequence[float | None]) -> list[bool]:
    """Return which values get a dot: all values of a short line, otherwise only those between two gaps."""
    around = [None, *values, None]
    alone = [around[n] is None and around[n + 2] is None for n in range(len(values))]
    return [len(values) <= 30 or single for single in alone]


def calibration(
    points: Sequence[Bar], *, predicted: Sequence[float], axes: tuple[str, str], title: str
) -> str:
    """Draw observed shares with their intervals against predicted chances, and the line where both are equal.

    Parameters
    ----------
    points : sequence of Bar
        Observed share of each group.
    predicted : sequence of float
        Mean predicted chance of each group.
    axes : tuple of str
        Titles of the horizontal and the vertical axis.
    title : str
        A description of the chart, for a screen reader.
    """
    rows = [
        {"predicted": x, "observed": bar.estimate, "low": bar.low, "high": bar.high}
        for x, bar in zip(predicted, points, strict=True)
    ]
    most = max([*predicted, *(bar.high or bar.estimate for bar in points), 0.001])
    same = alt.Chart(
        alt.Data(values=[{"predicted": 0, "observed": 0}, {"predicted": most, "observed": most}])
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("predicted:Q", title=axes[0], axis=alt.Axis(format=".1%"))
    )
    chart = alt.layer(
        same.mark_line(strokeDash=[4, 3], color="#000000").encode(x="predicted:Q", y="observed:Q"),
        base.mark_rule(strokeWidth=2, color=COLOURS[0]).encode(y=alt.Y("low:Q", title=axes[1]), y2="high:Q"),
        base.mark_point(filled=True, size=70, color=COLOURS[0]).encode(
            y=alt.Y("observed:Q", axis=alt.Axis(format=".1%"))
        ),
    )
    return svg(look(chart.properties(width=WIDTH - 220, height=280)), title)
