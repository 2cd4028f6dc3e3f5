"""`waakvlam sql`: questions to the warehouse in SQL, without changing it."""

from __future__ import annotations

import csv as csv_files
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli import output
from pipelines.installation.errors import WaakvlamError

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 200


def command(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="One query; without it a shell that reads queries.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="Print all rows as CSV.")] = False,
) -> None:
    """Ask the warehouse in SQL: read-only, without names or addresses, without access to files."""
    import duckdb

    from pipelines.warehouse.stores import open_warehouse

    with open_warehouse(context.obj, read_only=True) as con:
        # Nothing that is typed can reach the vault, write a file or load an extension.
        con.execute("SET enable_external_access = false; SET lock_configuration = true")
        if query:
            try:
                _answer(con, query, csv=csv)
            except duckdb.Error as error:
                raise WaakvlamError(str(error)) from None
            return
        if sys.stdin.isatty():
            output.say("Queries end with ; and Ctrl+D ends the shell. Begin with: SHOW ALL TABLES;")
        for typed in _queries():
            try:
                _answer(con, typed, csv=csv)
            except duckdb.Error as error:
                output.error(str(error))


def _queries() -> Iterator[str]:
    """Read queries from the terminal or from a pipe, each up to its semicolon."""
    lines: list[str] = []
    while True:
        try:
            lines.append(input(("   ...> " if lines else "waakvlam> ") if sys.stdin.isatty() else ""))
        except EOFError:
            break
        if lines[-1].rstrip().endswith(";"):
            yield "\n".join(lines)
            lines = []
    if "".join(lines).strip():
        yield "\n".join(lines)


def _answer(con: duckdb.DuckDBPyConnection, typed: str, *, csv: bool) -> None:
    """Run each query that was typed, and print each result."""
    for query in con.extract_statements(typed):
        _print(con.execute(query), csv=csv)


def _print(result: duckdb.DuckDBPyConnection, *, csv: bool) -> None:
    if result.description is None:
        return
    names = [column[0] for column in result.description]
    if csv:
        writer = csv_files.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        while rows := result.fetchmany(10_000):
            writer.writerows(rows)
        return
    rows = result.fetchmany(MOST_ROWS + 1)
    output.table("", names, [[_plain(value) for value in row] for row in rows[:MOST_ROWS]])
    if len(rows) > MOST_ROWS:
        output.say(f"The first {MOST_ROWS} rows; --csv prints all.")


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else str(value)
