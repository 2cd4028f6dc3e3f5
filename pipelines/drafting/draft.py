"""Draft a mapping from an unknown file, for `waakvlam map`.

The draft contains a line only if it is almost certain from name and content. Everything else becomes a question in a comment.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from pipelines.drafting.matching import SURE, Match, choose_extract, match_headers
from pipelines.drafting.preview import Preview, preview
from pipelines.drafting.proposals import proposals
from pipelines.installation.contracts import Contract, contracts, forbidden
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
"""Number of rows from which to judge the content of a column."""
LEAST_KNOWN = 2
"""Minimum number of columns recognised by their name before any header is shown."""
QUESTION = "# QUESTION: "


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
        Empty where a required column is not known yet.
    counted : int
        Rows that would count with this mapping.
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
        _refuse_headerless(path, samples, matches, named=bool(extract))
        head = [
            *_section(contract, "reading", _reading(sniffed, repeated)),
            *_columns(contract, matches, samples),
        ]
        read_with = partial(_batch, con, _delivery(path, contract, today), corporations, scratch)
        if unknown := _unknown(contract, matches):
            problem = f"These required columns are still questions: {', '.join(unknown)}. Answer them in the mapping."
            return _draft(contract, head, matches, rows=rows, problem=problem)
        try:
            text = [*head, *_codes(read_with(head))]
            batch = read_with(text)
        except DeliveryError as error:
            return _draft(contract, head, matches, rows=rows, problem=str(error))
        for proposal in proposals(con, batch):
            text += _commented(proposal.sentence, proposal.lines)
        return _draft(
            contract,
            text,
            matches,
            shown=tuple(preview(con, batch)),
            counted=batch.rows_valid,
            rows=batch.rows_read,
        )


def _refuse_headerless(
    path: Path, samples: dict[str, list[str]], matches: Sequence[Match], *, named: bool
) -> None:
    """Raise if few columns are recognised: what looks like the header may be a row with a person's name."""
    if sum("name" in match.basis for match in matches) < LEAST_KNOWN:
        raise DeliveryError(
            path.name,
            f"fewer than {LEAST_KNOWN} of {len(samples)} columns are recognised by their name.",
            mend=f"{'W' if named else 'Name its extract with --extract, or w'}rite the mapping by hand (docs/mapping.md).",
        )


def _unknown(contract: Contract, matches: Sequence[Match]) -> list[str]:
    """Return the required columns that no header certainly holds."""
    sure = {match.column for match in matches if match.confidence >= SURE}
    given = {"corporatie_id", contract.snapshot}
    return [name for name, c in contract.columns.items() if c.required and name not in sure | given]


def _batch(
    con: duckdb.DuckDBPyConnection,
    delivery: Delivery,
    corporations: tuple[str, ...],
    scratch: Path,
    lines: Sequence[str],
) -> Batch:
    """Read the file with the mapping of these lines."""
    mapping = check(tomllib.loads("\n".join(['name = "draft"', *lines])), Mapping, delivery.path.name)
    return read_batch(con, delivery, mapping, corporations=corporations, pepper="draft", scratch=scratch)


def _draft(
    contract: Contract,
    lines: Sequence[str],
    matches: Sequence[Match],
    *,
    rows: int,
    shown: tuple[Preview, ...] = (),
    counted: int = 0,
    problem: str = "",
) -> Draft:
    """Return the draft with these lines of its mapping."""
    questions = sum(line.startswith(QUESTION) for line in lines)
    text = "\n".join(lines).strip() + "\n"
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


def _reading(sniffed: Found, repeated: bool) -> list[str]:
    lines = []
    if sniffed.skip_lines:
        lines.append(f"skip_lines = {sniffed.skip_lines}  # above the header")
    if sniffed.sheets:
        lines.append(f"sheets = {json.dumps(sniffed.sheets, ensure_ascii=False)}  # all have this header")
    elif sniffed.sheet:
        lines.append(f"sheet = {_quoted(sniffed.sheet)}")
    if repeated:
        lines.append("repeated_header = true")
    return lines


def _columns(contract: Contract, matches: Sequence[Match], samples: dict[str, list[str]]) -> list[str]:
    match_of = {match.column: match for match in matches}
    unknown = _unknown(contract, matches)
    lines, questions = [], []
    for name, column in contract.columns.items():
        match = match_of.get(name)
        if match and match.confidence >= SURE:
            if match.header != name:
                lines.append(f"{name} = {_quoted(match.header)}  # {match.confidence:.2f}, by {match.basis}")
        elif match or name in unknown:
            kind = "required" if column.required else "optional"
            questions.append(f"{QUESTION}which column holds {name}? ({kind}) {column.description}")
            likely = f"  # {match.confidence:.2f}, by {match.basis}" if match else ""
            questions.append(f"# {name} = {_quoted(match.header if match else '...')}{likely}")
    used = {match.header for match in matches}
    free = [header for header in samples if header not in used]
    never = [f"{header} ({why})" for header in free if (why := forbidden(header))]
    other = [header for header in free if not forbidden(header)]
    notes = [f"# Not used: {', '.join(other)}"] if other else []
    notes += [f"# Never accepted; leave it out of the export: {', '.join(never)}"] if never else []
    if not (lines or questions):
        return notes
    return ["", f"[extracts.{contract.extract}.columns]", *lines, *questions, *notes]


def _codes(batch: Batch) -> list[str]:
    """Return lines for codes that are recognised by their name, and questions about the others."""
    lines: list[str] = []
    for name, column in batch.contract.columns.items():
        unmapped = [item for item in batch.unmapped if item.column == name]
        if not unmapped:
            continue
        known = [
            f"{_quoted(item.value)} = {_quoted(item.nearest)}  # by its name"
            for item in unmapped
            if item.nearest
        ]
        asked = [
            f'# {_quoted(item.value)} = "..."  # {item.rows} rows'
            for item in unmapped
            if not item.nearest and not item.hidden
        ]
        hidden = [f"# {item.value}" for item in unmapped if item.hidden]
        heading = f"[extracts.{batch.contract.extract}.codes.{name}]"
        lines += ["", heading, *known] if known else [""]
        if asked or hidden:
            lines.append(f"{QUESTION}what do these mean? One of {', '.join(column.accepted_codes)}")
            lines += [*([] if known else [f"# {heading}"]), *asked, *hidden]
    return lines


def _section(contract: Contract, name: str, lines: Sequence[str]) -> list[str]:
    return ["", f"[extracts.{contract.extract}.{name}]", *lines] if lines else []


def _commented(sentence: str, lines: Sequence[str]) -> list[str]:
    return ["", f"{QUESTION}{sentence}", *(f"# {line}" for line in lines)]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
