"""Charts as SVG text, drawn on the server: no script in the page, no network, the same bytes every time.

Colours are those of Okabe and Ito, which colour-blind people can tell apart; every series also has its own dash or
shape, so that a black-and-white print says the same. Each chart has a title for who cannot see it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import altair as alt
import vl_convert

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [4, 4], [10, 3], [1, 3])
MUTED = "#767676"
WIDTH = 620


@dataclass(frozen=True)
class Bar:
    """An estimate with its interval; ``strong`` is drawn in colour, the others in grey."""

    label: str
    estimate: float
    low: float | None = None
    high: float | None = None
    strong: bool = False


def svg(chart: alt.TopLevelMixin, title: str) -> str:
    """Draw a chart as SVG text that can stand in an HTML page.

    Parameters
    ----------
    chart : altair chart
        The data must be in it; nothing is fetched.
    title : str
        What the chart shows, in words, for a screen reader.
    """
    drawn = str(vl_convert.vegalite_to_svg(chart.to_json(validate=False), allowed_base_urls=[]))
    # Vega numbers its clip paths by a counter of the process: the same chart must give the same bytes.
    numbers = {name: f"c{n}" for n, name in enumerate(dict.fromkeys(re.findall(r'id="([^"]+)"', drawn)))}
    for old, new in numbers.items():
        drawn = drawn.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    label = escape(title, quote=True)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)


def _look(chart: Any) -> Any:
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
        What to draw.
    axis : str
        What the numbers are.
    title : str
        In words, for who cannot see the chart.
    reference : float, optional
        A value to compare with, as an upright line (1 for a ratio).
    percent : bool
        The numbers are shares.
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
    return svg(_look(alt.layer(*layers).properties(width=WIDTH - 200, height=alt.Step(24))), title)


def lines(
    series: Mapping[str, Sequence[tuple[date, float | None]]],
    *,
    axis: str,
    title: str,
    percent: bool = False,
    reference: float | None = None,
) -> str:
    """Draw values over time, one line per series; a missing value leaves a gap.

    Parameters
    ----------
    series : mapping of str to sequence of (date, float or None)
        At most seven.
    axis : str
        What the numbers are.
    title : str
        In words, for who cannot see the chart.
    percent : bool
        The numbers are shares.
    reference : float, optional
        A limit, as a level line.
    """
    names = list(series)
    if len(names) > len(COLOURS):
        raise ValueError(f"{len(names)} lines cannot be told apart; {len(COLOURS)} can.")
    rows = [
        {"series": name, "day": day.isoformat(), "value": value, "dot": dot}
        for name, values in series.items()
        for (day, value), dot in zip(values, _dots([value for _day, value in values]), strict=True)
    ]
    scale: dict[str, Any] = {"domain": names, "range": list(COLOURS[: len(names)])}
    dash: dict[str, Any] = {"domain": names, "range": list(DASHES[: len(names)])}
    legend = _legend(names, symbolType="stroke", symbolSize=400)
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("day:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=8)),
        y=alt.Y("value:Q", title=axis, axis=alt.Axis(format="%" if percent else "~f"), scale=alt.Scale(zero=True)),
        color=alt.Color("series:N", scale=alt.Scale(**scale), legend=legend),
    )  # fmt: skip
    dashed = base.encode(strokeDash=alt.StrokeDash("series:N", scale=alt.Scale(**dash), legend=legend))
    dots = base.mark_point(filled=True, size=22).transform_filter("datum.dot")
    layers: list[alt.Chart] = [dashed.mark_line(strokeWidth=2), dots]
    if reference is not None:
        line = alt.Chart(alt.Data(values=[{"y": reference}])).mark_rule(strokeDash=[4, 3], color="#000000")
        layers.append(line.encode(y="y:Q"))
    return svg(_look(alt.layer(*layers).properties(width=WIDTH - 60, height=220)), title)


def _legend(names: Sequence[str], **look: Any) -> alt.Legend | None:
    """Name the series above the chart, in rows that are no wider than it."""
    if len(names) < 2:
        return None
    fit = (WIDTH - 60) // (max(map(len, names)) * 7 + 40)
    return alt.Legend(columns=max(1, min(fit, len(names))), **look)


def _dots(values: Sequence[float | None]) -> list[bool]:
    """Say which values get a dot: all of a short line, else those between two gaps, which no line would show."""
    around = [None, *values, None]
    alone = [around[n] is None and around[n + 2] is None for n in range(len(values))]
    return [len(values) <= 30 or single for single in alone]


def calibration(points: Sequence[Bar], *, told: Sequence[float], axes: tuple[str, str], title: str) -> str:
    """Draw found shares with their intervals against told chances, beside the line where both are equal.

    Parameters
    ----------
    points : sequence of Bar
        Found share per group.
    told : sequence of float
        Mean chance of each group.
    axes : tuple of str
        What stands along and upright.
    title : str
        In words, for who cannot see the chart.
    """
    rows = [
        {"told": x, "found": bar.estimate, "low": bar.low, "high": bar.high}
        for x, bar in zip(told, points, strict=True)
    ]
    most = max([*told, *(bar.high or bar.estimate for bar in points), 0.001])
    same = alt.Chart(alt.Data(values=[{"told": 0, "found": 0}, {"told": most, "found": most}]))
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("told:Q", title=axes[0], axis=alt.Axis(format=".1%"))
    )
    chart = alt.layer(
        same.mark_line(strokeDash=[4, 3], color="#000000").encode(x="told:Q", y="found:Q"),
        base.mark_rule(strokeWidth=2, color=COLOURS[0]).encode(y=alt.Y("low:Q", title=axes[1]), y2="high:Q"),
        base.mark_point(filled=True, size=70, color=COLOURS[0]).encode(
            y=alt.Y("found:Q", axis=alt.Axis(format=".1%"))
        ),
    )
    return svg(_look(chart.properties(width=WIDTH - 220, height=280)), title)


def columns(rows: Sequence[tuple[str, Mapping[str, float | None]]], *, axis: str, title: str) -> str:
    """Draw amounts as bars, side by side for several series, in the order given; a missing value draws nothing.

    Parameters
    ----------
    rows : sequence of (str, mapping of str to float or None)
        A label, and the value of each series; the same series in every row, at most seven.
    axis : str
        What the numbers are.
    title : str
        In words, for who cannot see the chart.
    """
    series = list(dict.fromkeys(name for _label, values in rows for name in values))
    if len(series) > len(COLOURS):
        raise ValueError(f"{len(series)} series cannot be told apart; {len(COLOURS)} can.")
    data = [
        {"label": label, "series": name, "value": value, "place": number}
        for label, values in rows
        for number, (name, value) in enumerate(values.items())
    ]
    labels = [label for label, _values in rows]
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=list(COLOURS[: len(series)])),
        legend=_legend(series),
    )
    chart = alt.Chart(alt.Data(values=data)).mark_bar(stroke="white")
    encoded = chart.encode(
        x=alt.X("label:N", sort=labels, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=axis, axis=alt.Axis(format="~f", tickMinStep=1), scale=alt.Scale(zero=True)),
        xOffset=alt.XOffset("place:O"),
        color=colour,
    )
    return svg(_look(encoded.properties(width=WIDTH - 60, height=220)), title)
