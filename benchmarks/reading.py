"""Measure what reading a delivery costs: ``python -m benchmarks.reading [--rows 1000000] [--repeats 5]``.

Prints the processor seconds of reading an arrears list as CSV as a multiple of DuckDB's `read_csv` with all columns as
text, and as XLSX as a multiple of calamine alone. Both sides take turns, so that other work on the machine slows them
alike. The workbook has a tenth of the rows.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import xlsxwriter
from python_calamine import CalamineWorkbook

from benchmarks import generate
from pipelines.reading.read import Dialect, read

EXPECTED = ("corporatie_id", "overeenkomst_id", "peildatum", "saldo")
GOALS = {"csv": 2.0, "xlsx": 1.5}
"""Highest ratio to reach for each kind of file."""


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """Write the arrears list as CSV with a decimal comma, and its first tenth as XLSX with dates and numbers."""
    extent = generate.Extent(max(rows // 4, 1000))
    text, book = folder / "list.csv", folder / "list.xlsx"
    with duckdb.connect() as con:
        con.execute(generate.MACROS)
        con.execute(
            generate.REGISTER.format(
                **generate.sizes(extent), history=generate.LAST, per=generate.PER_CORPORATION
            )
        )
        begin = generate.AS_OF - 2 * 52 * generate.WEEK
        query = f"{generate.fill(generate.ARREARS, extent, 2, begin, generate.LAST)} LIMIT {rows}"
        con.execute(f"COPY ({generate.as_text(con, query)}) TO '{text}' (HEADER, DELIMITER ';')")
        part = con.sql(f"FROM ({query}) LIMIT {rows // 10}")
        with xlsxwriter.Workbook(book, {"default_date_format": "yyyy-mm-dd"}) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, part.columns)
            for number, row in enumerate(part.fetchall(), start=1):
                sheet.write_row(number, 0, row)
    return {"csv": text, "xlsx": book}


def ours(path: Path) -> None:
    """Read a delivery as every run does."""
    with tempfile.TemporaryDirectory() as scratch, duckdb.connect() as con:
        read(con, path, Dialect(), EXPECTED, Path(scratch))


def with_read_csv(path: Path) -> None:
    """Read a delivery as text without any proof."""
    with duckdb.connect() as con:
        con.execute("CREATE TEMP TABLE delivered AS FROM read_csv(?, all_varchar = true)", [str(path)])


def with_calamine(path: Path) -> None:
    """Read the cells of a workbook without any proof, and store them nowhere."""
    with CalamineWorkbook.from_path(path) as workbook:
        for _ in workbook.get_sheet_by_index(0).iter_rows():
            pass


RIVALS: dict[str, Callable[[Path], None]] = {"csv": with_read_csv, "xlsx": with_calamine}


def processor_seconds(function: Callable[[Path], None], path: Path) -> float:
    """Return the processor seconds of all threads together."""
    before = time.process_time()
    function(path)
    return time.process_time() - before


def main() -> None:
    """Measure both kinds of file and print one line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    print(f"{options.rows:,} rows as CSV, {options.rows // 10:,} as XLSX")
    with tempfile.TemporaryDirectory() as folder:
        for kind, path in write_files(Path(folder), options.rows).items():
            ours(path)  # the first run imports
            rounds = [
                (processor_seconds(ours, path), processor_seconds(RIVALS[kind], path))
                for _ in range(options.repeats)
            ]
            own, rival = (statistics.median(seconds) for seconds in zip(*rounds, strict=True))
            ratios = [one / other for one, other in rounds]
            print(
                f"{kind:<5} {own:6.2f} s of processor, alone {rival:5.2f} s, ratio {statistics.median(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f}), at most {GOALS[kind]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
