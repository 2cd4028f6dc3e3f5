"""Draft a mapping from an unknown file, for `waakvlam map`.

The draft contains a line only if it is almost certain from name and content. Everything else becomes a question in a comment.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from pipelines.drafting import lines
from pipelines.drafting.matching import Match, choose_extract, match_headers
from pipelines.drafting.preview import Preview, preview
from pipelines.drafting.proposals import of_columns, proposals
from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import DeliveryError
from pipelines.installation.mapping import Mapping
from pipelines.installation.sql import fill
from pipelines.installation.toml_models import check
from pipelines.parsing.batch import Batch, read_batch
from pipelines.reading import inbox
from pipelines.reading.delivery import Dialect
from pipelines.reading.inbox import Delivery
from pipelines.reading.read import read
from pipelines.reading.sniff import Found, sniff

SAMPLE = 2000
"""Maximum number of rows that show the content of a column."""
LEAST_KNOWN = 2
"""Minimum number of columns recognised by their name before any header is shown."""
LEAST_CONTRAST = 2
"""Minimum number of columns with digits in each value and none in the header, if the extract is given but few names are recognised."""


@dataclass(frozen=True)
class Draft:
    """A drafted mapping.

    Parameters
    ----------
    extract : str
        The extract that the file seems to be.
    text : str
        The sections of the mapping, as TOML.
    matches : tuple of Match
        The headers that were matched, sure or not.
    questions : int
        Number of questions in the text.
    preview : tuple of Preview
        The columns that are known; empty where the file cannot be read.
    counted : int
        Rows that would count with this mapping; 0 where a required column is not known yet.
    rows : int
        Rows in the file.
    problem : str
        Why the file cannot be read with this mapping yet; empty if it can.
    """

    extract: str
    text: str
    matches: tuple[Match, ...]
    questions: int
    preview: tuple[Preview, ...] = ()
    counted: int = 0
    rows: int = 0
    problem: str = ""


def draft(
    path: Path, today: date, corporations: tuple[str, ...], scratch: Path, extract: str = "", sheet: str = ""
) -> Draft:
    """Draft the mapping of a file.

    Parameters
    ----------
    path : Path
        The file, with any name.
    today : datetime.date
        The peildatum, unless the file has the name of a delivery.
    corporations : tuple of str
        The corporations whose rows the file may hold.
    scratch : Path
        Private folder for the reader's working copy.
    extract : str
        The extract, if it is known.
    sheet : str
        The sheet of a workbook that holds several extracts.

    Raises
    ------
    DeliveryError
        The file cannot be read, or no row looks like a header.
    """
    sniffed = sniff(path, sheet)
    with duckdb.connect(":memory:") as con:
        con.execute("SET TimeZone = 'Europe/Amsterdam'")
        repeated, samples, rows = _samples(con, path, sniffed, scratch)
        contract = contracts()[extract or _named(path) or choose_extract(samples)]
        matches = match_headers(contract, samples)
        _refuse_headerless(path, samples, matches, named=bool(extract or _named(path)))
        head = [
            *lines.section(contract, "reading", lines.reading(sniffed, repeated=repeated)),
            *lines.columns(contract, matches, samples),
        ]
        delivery = _delivery(path, contract, today)
        read_with = partial(_batch, con, delivery, corporations, scratch)
        unknown = lines.unknown(contract, matches)
        aside = lines.stand_ins(contract, unknown, delivery.peildatum)
        problem = ""
        if unknown:
            problem = f"These required columns are still questions: {', '.join(unknown)}. Answer them in the mapping."
            problem += "" if extract or _named(path) else _doubt(contract, samples)
        try:
            text = [*head, *lines.codes(read_with([*head, *aside]))]
            batch = read_with([*text, *aside])
        except DeliveryError as error:
            return _draft(contract, head, matches, rows=rows, problem=problem or str(error))
        # Rows cannot be compared, and do not count, before each required column is known.
        for proposal in of_columns(con, batch) if unknown else proposals(con, batch):
            text += lines.commented(proposal.sentence, proposal.lines)
        return _draft(
            contract,
            text,
            matches,
            shown=tuple(preview(con, batch)),
            counted=0 if unknown else batch.rows_valid,
            rows=rows if unknown else batch.rows_read,
            problem=problem,
        )


def _doubt(contract: Contract, samples: dict[str, list[str]]) -> str:
    """Say that a file may be another extract, and how to name it."""
    others = [name for name in contracts() if name != contract.extract]
    return (
        f" Or the file is not {contract.extract}: the columns fit {choose_extract(samples, others)} next; "
        "name the right extract with --extract."
    )


def _refuse_headerless(
    path: Path, samples: dict[str, list[str]], matches: Sequence[Match], *, named: bool
) -> None:
    """Raise if the row that looks like the header may be a row of values, with the name of a person.

    It is the header if enough columns are recognised by name. If the extract is given, fewer are enough when headers without digits
    are above values with digits: in a row of values, a number or a day would be above other numbers or days.
    """
    known = sum("name" in match.basis for match in matches)
    contrast = sum(
        not _has_digit(header) and all(map(_has_digit, values))
        for header, values in samples.items()
        if values
    )
    if known >= LEAST_KNOWN or (named and contrast >= LEAST_CONTRAST and known + contrast > LEAST_CONTRAST):
        return
    raise DeliveryError(
        path.name,
        f"fewer than {LEAST_KNOWN} of {len(samples)} columns are recognised by their name.",
        mend=f"{'W' if named else 'Name its extract with --extract, or w'}rite the mapping by hand (docs/mapping.md).",
    )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _batch(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    corporations: tuple[str, ...],
    scratch: Path,
    toml: Sequence[str],
) -> Batch:
    """Read the file with the mapping of these lines."""
    mapping = check(tomllib.loads("\n".join(['name = "draft"', *toml])), Mapping, delivery.path.name)
    return read_batch(con, delivery, mapping, corporations=corporations, pepper="draft", scratch=scratch)


def _draft(
    contract: Contract,
    toml: Sequence[str],
    matches: Sequence[Match],
    *,
    rows: int,
    shown: tuple[Preview, ...] = (),
    counted: int = 0,
    problem: str = "",
) -> Draft:
    """Return the draft with these lines of its mapping."""
    questions = sum(line.startswith(lines.QUESTION) for line in toml)
    text = "\n".join(toml).strip() + "\n"
    return Draft(contract.extract, text, tuple(matches), questions, shown, counted, rows, problem)


def _named(path: Path) -> str:
    """Return the extract in the name of a file; "" if it has none."""
    try:
        return inbox.parse(path).extract
    except DeliveryError:
        return ""


def _delivery(path: Path, contract: Contract, today: date) -> Delivery:
    try:
        return Delivery(path, contract.extract, inbox.parse(path).peildatum)
    except DeliveryError:
        return Delivery(path, contract.extract, today)


def _samples(
    con: duckdb.DuckDBPyConnection, path: Path, sniffed: Found, scratch: Path
) -> tuple[bool, dict[str, list[str]], int]:
    """Return whether the header is repeated, filled values of each column, and the number of rows."""
    for repeated in (False, True):
        dialect = Dialect(
            "auto", sniffed.delimiter or "auto", '"', sniffed.sheet or None, sniffed.skip_lines, repeated
        )
        try:
            result = read(con, path, dialect, sniffed.header, scratch)
        except DeliveryError as error:
            if repeated or "repeated" not in error.problem:
                raise
            continue
        break
    samples = {}
    for header in result.columns:
        query = fill(
            "SELECT {header} FROM delivered WHERE {header} IS NOT NULL LIMIT {most}",
            header=header,
            most=SAMPLE,
        )
        samples[header] = [value for (value,) in con.execute(query).fetchall()]
    return repeated, samples, result.records
