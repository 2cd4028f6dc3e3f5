"""Test that columns tell series apart, and draw a hidden count as a band."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from models.words.charts import Band
from models.words.columns import columns


def test_series_of_columns_look_different_and_a_missing_value_is_not_drawn():
    rows = [("kw 1", {"lijst": 120.0, "bereikt": 50.0}), ("kw 2", {"lijst": 90.0, "bereikt": None})]
    result = columns(rows, axis="Adressen", title="Trechter")
    assert result == columns(rows, axis="Adressen", title="Trechter")
    text = "".join(ElementTree.fromstring(result).itertext())
    assert all(word in text for word in ("kw 1", "kw 2", "lijst", "bereikt", "Adressen", "120"))
    assert "e+" not in text  # a hundred is written as 100
    assert (result.count("series: lijst"), result.count("series: bereikt")) == (2, 1)
    with pytest.raises(ValueError, match="8 series cannot be told apart"):
        columns([("x", {str(n): 1.0 for n in range(8)})], axis="x", title="x")


def test_a_hidden_count_is_a_band_with_its_numbers():
    rows = [("kw 1", {"ja": 40.0, "nee": Band(1, 9)}), ("kw 2", {"ja": Band(1, 9), "nee": None})]
    drawn = columns(rows, axis="Adressen", title="x")
    assert "".join(ElementTree.fromstring(drawn).itertext()).count("1–9") == 2
    assert drawn.count("series: nee") == 1  # its band, beside the missing value that draws nothing
