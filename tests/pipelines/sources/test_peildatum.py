"""The peildatum of a fetched file: from its name or from a column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.mapping import ExtractMapping, Mapping, Reading
from pipelines.sources.errors import FetchError
from pipelines.sources.peildatum import in_column, in_name

DAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("huurachterstand_2026-11-16.csv", ""),
        ("Achterstandenlijst 16-11-2026 (3).xlsx", ""),
        ("stand20261116_0600.csv", ""),
        ("HA16112026.csv", ""),
        ("lijst_16.11.2026.csv", ""),
        ("week 2026-W47.csv", "%G-W%V"),
        ("stand 161126.csv", "%d%m%y"),
    ],
)
def test_a_date_in_a_name_is_found(name: str, form: str):
    assert in_name(name, form) == DAY


@pytest.mark.parametrize(
    "name", ["lijst.csv", "lijst (3).csv", "van 2026-11-09 tot 2026-11-16.csv", "debiteur 30451122.csv"]
)
def test_no_date_and_two_dates_are_not_guessed(name: str):
    assert in_name(name) is None


def test_the_latest_day_of_a_column_counts(tmp_path: Path):
    path = tmp_path / "lijst.csv"
    path.write_text("Titel\nContract;Stand\nK1;09-11-2026\nK2;16-11-2026 06:00\n", encoding="utf-8")
    mapping = Mapping(
        name="eigen", extracts={"huurachterstanden": ExtractMapping(reading=Reading(skip_lines=1))}
    )
    assert in_column(path, "stand", "huurachterstanden", mapping, tmp_path) == DAY
    path.write_text("Titel\nContract;Stand\nK1;onbekend\n", encoding="utf-8")
    with pytest.raises(FetchError, match="no day"):
        in_column(path, "Stand", "huurachterstanden", mapping, tmp_path)
