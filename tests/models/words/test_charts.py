"""Test that charts are well-formed, self-contained, reproducible and legible without colour."""

from __future__ import annotations

import re
from datetime import date
from xml.etree import ElementTree

import pytest

from models.words.charts import COLOURS, DASHES, Band, Bar, calibration, intervals, lines

pytestmark = pytest.mark.dear


def drawn() -> dict[str, str]:
    bars = [
        Bar("het bedrag", 0.3, 0.2, 0.45),
        Bar("de kaart & <b>", 0.5, 0.4, 0.6, strong=True),
        Bar("lot", 0.01),
    ]
    weeks = [(date(2025, 1, 6), 0.4), (date(2025, 2, 3), None), (date(2025, 3, 3), 0.5)]
    return {
        "intervals": intervals(bars, axis="precision", title='First 8 & "rest"', reference=0.3, percent=True),
        "lines": lines({"een": weeks, "twee": weeks}, axis="share", title="Share per week", reference=0.2),
        "calibration": calibration(
            bars, predicted=[0.1, 0.5, 0.02], axes=("predicted", "observed"), title="Chances"
        ),
    }


@pytest.mark.parametrize("kind", ["intervals", "lines", "calibration"])
def test_a_chart_is_svg_that_needs_nothing_and_says_what_it_shows(kind: str):
    result = drawn()[kind]
    root = ElementTree.fromstring(result)
    assert root.tag.endswith("svg") and root.attrib["role"] == "img" and root.attrib["aria-label"]
    assert "<script" not in result and "<image" not in result
    outside = [u for u in re.findall(r'https?://[^"\s]+', result) if not u.startswith("http://www.w3.org/")]
    assert not outside
    assert result == drawn()[kind]


def test_labels_are_text_and_escaped():
    text = "".join(ElementTree.fromstring(drawn()["intervals"]).itertext())
    assert "de kaart & <b>" in text and "precision" in text
    assert ElementTree.fromstring(drawn()["intervals"]).attrib["aria-label"] == 'First 8 & "rest"'


def test_two_lines_differ_in_dash_as_well_as_colour():
    result = drawn()["lines"]
    assert COLOURS[0] in result and COLOURS[1] in result
    assert f'stroke-dasharray="{",".join(map(str, DASHES[1]))}"' in result


def test_more_lines_than_the_eye_can_distinguish_are_refused():
    with pytest.raises(ValueError, match="8 lines cannot be told apart"):
        lines({str(n): [(date(2025, 1, 6), 1.0)] for n in range(8)}, axis="x", title="x")


def test_dots_on_a_long_line_only_where_no_line_would_show():
    days = [date.fromordinal(738000 + 7 * n) for n in range(40)]
    whole = lines({"a": [(day, 300.0) for day in days]}, axis="x", title="x")
    gaps = lines(
        {"a": [(day, None if n in (9, 11) else 300.0) for n, day in enumerate(days)]}, axis="x", title="x"
    )
    assert "300" in "".join(ElementTree.fromstring(whole).itertext())
    dots = re.compile(r'aria-roledescription="point"')
    assert (len(dots.findall(whole)), len(dots.findall(gaps))) == (0, 1)


def test_a_hidden_count_is_drawn_as_a_band():
    days = [date.fromordinal(738000 + 7 * number) for number in range(6)]
    values = [40.0, 35.0, Band(1, 9), Band(1, 9), 30.0, None]
    line = lines({"a": list(zip(days, values, strict=True))}, axis="x", title="x")
    assert line.count('aria-roledescription="rule mark"') == 2  # a mark in every hidden week
