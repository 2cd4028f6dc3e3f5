"""Test that small charts take the colours of their page, are legible on a phone, and draw hidden counts as bands."""

from __future__ import annotations

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from models.words.charts import Band, Bar
from models.words.small import FONT, WIDTH, bars, over_time, spans

DAYS = [date(2025, 1, 6) + timedelta(weeks=week) for week in range(60)]
CHARTS = {
    "over_time": over_time(
        [(day, Band(1, 9) if 20 <= n < 26 else 1200.0 + n) for n, day in enumerate(DAYS)],
        title="Per week",
        marks=[DAYS[12]],
    ),
    "bars": bars(
        [("1e kw. 2026", 12, "≥ 10"), ("2e kw. 2026", Band(1, 9), "1–9"), ("3e kw. 2026 *", 40, "40")],
        title="Per kwartaal",
        unfinished=["3e kw. 2026 *"],
    ),
    "spans": spans([Bar("1e kw. 2026", 12, 5, 30)], title="Dagen"),
}


@pytest.mark.parametrize("drawn", CHARTS.values(), ids=list(CHARTS))
def test_a_chart_takes_its_colours_from_the_page_and_stays_legible(drawn: str):
    root = ElementTree.fromstring(drawn)
    assert float(root.attrib["width"]) <= WIDTH + 5
    assert set(re.findall(r'font-size="(\d+)px"', drawn)) == {str(FONT)}
    assert not re.search(r"#[0-9a-fA-F]{3,6}\b", drawn)
    assert 'fill="currentColor"' in drawn and "var(--chart)" in drawn
    assert "style=" not in drawn


def test_dates_and_numbers_are_dutch_or_english():
    text = "".join(ElementTree.fromstring(CHARTS["over_time"]).itertext())
    assert "1.000" in text and "okt 25" in text
    english = over_time([(day, 1200.0) for day in DAYS], title="x", language="en")
    assert "1,000" in english and "Oct 25" in english


def test_a_hidden_count_is_a_band_and_an_unfinished_quarter_is_light():
    assert CHARTS["over_time"].count('aria-roledescription="rule mark"') == 6
    assert CHARTS["bars"].count('opacity="0.45"') == 2
    assert "1–9" in CHARTS["bars"]


def test_a_marked_day_is_drawn_below_the_line():
    assert CHARTS["over_time"].count("var(--late)") == 1
