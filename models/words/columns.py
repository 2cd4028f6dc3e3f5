"""Draw amounts as bars, side by side for several series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt

from models.words.charts import COLOURS, WIDTH, Band, Value, exact, legend_of, look, svg


def columns(rows: Sequence[tuple[str, Mapping[str, Value]]], *, axis: str, title: str) -> str:
    """Draw amounts as bars in the order given, side by side for several series; a missing value has no bar.

    A band is drawn as a light bar between its two numbers, with the numbers above it.

    Parameters
    ----------
    rows : sequence of (str, mapping of str to float, Band or None)
        A label and the value of each series. Every row has the same series, at most seven.
    axis : str
        Title of the axis of the numbers.
    title : str
        A description of the chart, for a screen reader.

    Raises
    ------
    ValueError
        There are more series than colours.
    """
    series = list(dict.fromkeys(name for _label, values in rows for name in values))
    if len(series) > len(COLOURS):
        raise ValueError(f"{len(series)} series cannot be told apart; {len(COLOURS)} can.")
    data = [
        {"label": label, "series": name, "value": exact(value), "place": number}
        for label, values in rows
        for number, (name, value) in enumerate(values.items())
    ]
    bands = [
        {
            "label": label,
            "series": name,
            "value": value.low,
            "high": value.high,
            "text": value.label,
            "place": number,
        }
        for label, values in rows
        for number, (name, value) in enumerate(values.items())
        if isinstance(value, Band)
    ]
    labels = [label for label, _values in rows]
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=list(COLOURS[: len(series)])),
        legend=legend_of(series),
    )
    chart = alt.Chart(alt.Data(values=data)).mark_bar(stroke="white")
    encoded = chart.encode(
        x=alt.X("label:N", sort=labels, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=axis, axis=alt.Axis(format="~f", tickMinStep=1), scale=alt.Scale(zero=True)),
        xOffset=alt.XOffset("place:O"),
        color=colour,
    )
    if not bands:
        return svg(look(encoded.properties(width=WIDTH - 60, height=220)), title)
    hidden = encoded.properties(data=alt.Data(values=bands))
    band = hidden.mark_bar(opacity=0.45, stroke="black", strokeDash=[2, 2]).encode(y2="high:Q")
    label = hidden.mark_text(dy=-8, fontSize=12).encode(y="high:Q", text="text:N", color=alt.value("black"))
    return svg(look(alt.layer(encoded, band, label).properties(width=WIDTH - 60, height=220)), title)
