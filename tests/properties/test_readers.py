"""Test that CSV written by a program is read back unchanged, and that a lost quote never changes or drops a row."""

from __future__ import annotations

import csv
import io
import os
import re
import tempfile
from pathlib import Path

import duckdb
from hypothesis import assume, given
from hypothesis import strategies as st

from pipelines.installation.errors import DeliveryError
from pipelines.reading.read import Dialect, Read, read

NAMES = ("id", "naam", "saldo", "fase", "datum")
Row = tuple[int, tuple[str, ...]]

characters = st.one_of(
    st.sampled_from(';,\t|"\r\n a€\u2028\ufeff'),
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
)
tables = st.integers(2, len(NAMES)).flatmap(
    lambda width: st.lists(
        st.lists(st.text(characters, max_size=8), min_size=width, max_size=width).filter(any)
    )
)
# Programs quote a lone CR or LF only if it is part of their line end.
styles = st.sampled_from(
    [(csv.QUOTE_MINIMAL, "\r\n"), (csv.QUOTE_ALL, "\r\n"), (csv.QUOTE_ALL, "\n"), (csv.QUOTE_ALL, "\r")]
)


def load(content: bytes) -> tuple[Read, list[Row]]:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        file = Path(folder) / "levering.csv"
        file.write_bytes(content)
        os.utime(file, (1e9, 1e9))
        result = read(con, file, Dialect(), NAMES, Path(folder))
        rows = con.execute("FROM delivered ORDER BY line").fetchall()
    return result, [(line, tuple(value or "" for value in values)) for line, *values in rows]


def written(rows: list[list[str]], delimiter: str, style: tuple[int, str]) -> list[str]:
    """Return the text of each record as Python's csv module writes it."""
    texts = []
    for row in rows:
        stream = io.StringIO(newline="")
        quoting, end = style
        csv.writer(stream, delimiter=delimiter, quoting=quoting, lineterminator=end).writerow(row)  # type: ignore[arg-type]
        texts.append(stream.getvalue())
    return texts


@given(tables, st.sampled_from(";,\t"), styles, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_written_table_reads_back_the_same(
    table: list[list[str]], delimiter: str, style: tuple[int, str], codec: str
) -> None:
    width = len(table[0]) if table else 2
    texts = written([list(NAMES[:width]), *table], delimiter, style)
    for text in texts:  # looks like rows swallowed by a quote: refused on purpose
        lines = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))
        assume(width < 4 or len(lines) == 1 or any(line.count(delimiter) != width - 1 for line in lines))
    expected, line = [], 1
    for text, row in zip(texts, [None, *table], strict=True):
        if row is not None:
            expected.append((line, tuple(row)))
        line += len(re.findall(r"\r\n|\r|\n", text))
    result, rows = load("".join(texts).encode(codec))
    assert rows == expected
    assert (result.records, result.broken, result.delimiter) == (len(table), (), delimiter)


@given(st.data(), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_a_lost_or_added_quote_never_changes_or_swallows_a_row(data: st.DataObject, quoting: int) -> None:
    value = st.text(st.sampled_from('ab;"é'), max_size=4)
    width = data.draw(st.integers(2, 5))
    row = st.lists(value, min_size=width, max_size=width).filter(any)
    table = data.draw(st.lists(row, min_size=3, max_size=8))
    texts = written([list(NAMES[:width]), *table], ";", (quoting, "\n"))
    target = data.draw(st.integers(1, len(table)))
    if '"' in texts[target] and data.draw(st.booleans()):
        places = [match.start() for match in re.finditer('"', texts[target])]
        at = data.draw(st.sampled_from(places))
        texts[target] = texts[target][:at] + texts[target][at + 1 :]
    else:
        at = data.draw(st.integers(0, len(texts[target]) - 1))
        texts[target] = texts[target][:at] + '"' + texts[target][at:]
    others = [(line, tuple(row)) for line, row in enumerate(table, 2) if line != target + 1]
    try:
        result, rows = load("".join(texts).encode())
    except DeliveryError:
        return
    assert [row for row in rows if row[0] != target + 1] == others
    assert result.records == len(table)
