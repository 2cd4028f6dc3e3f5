"""Public messy CSV files: each loads equal to its clean form, sets only broken records apart, or is refused.

Sources: Pollock's polluted files with their clean forms (Vitagliano et al., VLDB 2023) and csv-spectrum.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import DeliveryError
from pipelines.reading.read import Dialect, read

pytestmark = pytest.mark.realdata


def outcome(file: Path, dialect: Dialect, clean: list[list[str]], expected: list[str], scratch: Path) -> str:
    """Read a file and say how it compares with its clean form (first the header)."""
    with duckdb.connect() as con:
        try:
            result = read(con, file, dialect, expected, scratch)
        except DeliveryError as refusal:
            assert refusal.problem
            return "refused"
        rows = con.execute("SELECT * EXCLUDE (line) FROM delivered ORDER BY line").fetchall()
    loaded = [[value or "" for value in row] for row in rows]
    assert [list(result.columns), *loaded] == clean[:1] + [
        row for line, row in enumerate(clean[1:], 2) if line not in {record.line for record in result.broken}
    ], f"{file.name} loads as something else without a word"
    return "broken set apart" if result.broken else "equal"


@pytest.mark.parametrize("declared", [False, True])
def test_polluted_files(realdata: Path, tmp_path: Path, declared: bool) -> None:
    folder = realdata / "messy_csv" / "pollock_polluted"
    counts: Counter[str] = Counter()
    for file in sorted((folder / "csv").glob("*.csv")):
        said = json.loads((folder / "parameters" / f"{file.name}_parameters.json").read_text("utf-8"))
        with (folder / "clean" / file.name).open(encoding="utf-8", newline="") as stream:
            clean = list(csv.reader(stream))
        dialect = Dialect()
        if declared and len(said["delimiter"]) == 1:
            dialect = Dialect(delimiter=said["delimiter"], quote=said["quotechar"])
        counts[outcome(file, dialect, clean, said["column_names"], tmp_path)] += 1
    # Refused: header damaged, absent, doubled or not on top (8); a blank as delimiter or beside it (2);
    # other quotes; a quote never closed (3); a second table of the same width; empty.
    assert counts == {"equal": 9, "broken set apart": 37, "refused": 16}


def test_csv_spectrum(realdata: Path, tmp_path: Path) -> None:
    folder = realdata / "messy_csv" / "csv_spectrum"
    counts: Counter[str] = Counter()
    for file in sorted((folder / "csvs").glob("*.csv")):
        clean = json.loads((folder / "json" / f"{file.stem}.json").read_text("utf-8"))
        if file.stem == "location_coordinates":
            clean = [clean]  # its JSON is of another record: it counts only as long as the file is refused
        table = [list(clean[0]), *(list(row.values()) for row in clean)]
        counts[outcome(file, Dialect(), table, table[0], tmp_path)] += 1
    assert counts == {"equal": 11, "refused": 1}


@pytest.mark.slow
def test_other_public_files_load_whole_or_say_why(realdata: Path, tmp_path: Path) -> None:
    """The W3C files have no clean form: Python's own csv module says what is in the well-formed ones."""
    folder = realdata / "messy_csv" / "w3c_csvw" / "files"
    counts: Counter[str] = Counter()
    for file in sorted(folder.glob("*.csv")):
        try:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                plain = [row for row in csv.reader(stream, strict=True) if any(row)]
        except (UnicodeDecodeError, csv.Error):
            continue
        if not plain or len({len(row) for row in plain}) > 1:
            continue
        plain[0] = [name.strip() for name in plain[0]]
        counts[outcome(file, Dialect(), plain, plain[0], tmp_path)] += 1
    assert counts == {"equal": 200, "refused": 7}
