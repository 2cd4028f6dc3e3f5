"""Propose mapping lines about single columns: whole cents, words for "no date", and a column that splits a file over extracts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import combinations

import duckdb

from pipelines.drafting import stems
from pipelines.drafting.proposal import Proposal
from pipelines.installation.sql import fill, join, literal
from pipelines.parsing.batch import Batch
from pipelines.parsing.hidden import IDENTIFYING

CENT = re.compile(r"(?<![a-z])cents?(?![a-z])", re.I)
NO_DATE_WORD = re.compile(
    r"(?i)[^a-z0-9]{1,10}|n\.?[avbt/. ]{0,6}|leeg|geen|onbekend|null|none|nan|unknown|nooit"
)
"""Texts that may be shown as a word for no date; any other text in a column of dates may be a name."""
_WHOLE = "[-+]?[0-9]+"
_MOST_OUT = 0.5
"""Whole amounts may be cents if more than this share of them is out of range."""
_LEAST_ROWS = 2
_LEAST_SHARE = 0.02
"""Minimum number and share of filled rows with the same text to propose it as a word for no date."""
_MOST_KINDS = 4
_LONGEST = 60


def proposals(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Yield what the columns of a delivery suggest, from its temporary tables."""
    yield from _cents(con, batch)
    yield from _no_date_words(con, batch)
    yield from _splits(con, batch)


def _cents(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Propose whole cents where the header says so, or where most whole amounts are out of range."""
    suspects = []
    for name, column in batch.contract.columns.items():
        if column.type != "euro" or name not in batch.source.headers or name in batch.source.mapping.cents:
            continue
        query = fill(
            "SELECT count({n}), count(*) FILTER (regexp_full_match(trim({n}), {whole})) FROM texts",
            n=name,
            whole=literal(_WHOLE),
        )
        filled, whole = con.execute(query).fetchall()[0]
        out = batch.reasons.get(f"amount out of range {name}", 0)
        if (
            filled
            and filled == whole
            and (CENT.search(batch.source.headers[name].replace("_", " ")) or out > _MOST_OUT * filled)
        ):
            suspects.append(name)
    if suspects:
        yield Proposal(
            f"All amounts of {', '.join(suspects)} are whole numbers, and the header or their size says cents. Are they? Then:",
            (f"[extracts.{batch.contract.extract}]", f"cents = {json.dumps(suspects)}"),
        )


def _no_date_words(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Propose a text that many rows have instead of a date: it may be a word for no date."""
    words: dict[str, list[str]] = {}
    for name, column in batch.contract.columns.items():
        if column.type not in ("date", "timestamp", "dates") or name not in batch.source.headers:
            continue
        query = fill(
            "SELECT trim(texts.{n}), count(*) FROM texts JOIN typed USING (line) WHERE list_contains(typed.reasons, {reason}) "
            "AND texts.{n} IS NOT NULL GROUP BY 1 HAVING count(*) >= greatest({least}, {share} * (SELECT count({n}) FROM texts)) "
            "ORDER BY 2 DESC, 1 LIMIT 3",
            n=name,
            reason=literal(f"bad date {name}"),
            least=_LEAST_ROWS,
            share=_LEAST_SHARE,
        )
        for word, rows in con.execute(query).fetchall():
            if NO_DATE_WORD.fullmatch(word):
                words.setdefault(word, []).append(f"{name} ({rows} rows)")
    if words:
        shown = "; ".join(
            f"{json.dumps(word, ensure_ascii=False)} in {', '.join(where)}" for word, where in words.items()
        )
        known = dict.fromkeys([*batch.source.reading.null_values, *words])
        yield Proposal(
            f"These are not dates: {shown}. If they mean that there is no date:",
            ("[reading]", f"null_values = {json.dumps(list(known), ensure_ascii=False)}"),
        )


def _splits(con: duckdb.DuckDBPyConnection, batch: Batch) -> Iterator[Proposal]:
    """Ask about a column of kinds that splits the file: each of two kinds fills columns that the other leaves empty."""
    part = batch.source.mapping
    conditions = {when.column for when in (*part.only, *part.skip)}
    for header in batch.ignored:
        if header in conditions or not any(
            "kind" in reading for reading in stems.readings(header) | _outer_words(header)
        ):
            continue
        query = fill(
            "SELECT trim({h}), count(*) FROM delivered GROUP BY 1 HAVING count(*) > 0 ORDER BY 2 DESC, 1 LIMIT {most}",
            h=header,
            most=_MOST_KINDS + 1,
        )
        kinds = dict(con.execute(query).fetchall())
        if not 2 <= len(kinds) <= _MOST_KINDS or not all(_is_kind(value) for value in kinds):
            continue
        filled = _filled(con, batch, header, list(kinds))
        if not any(
            filled[one] - filled[other] and filled[other] - filled[one]
            for one, other in combinations(kinds, 2)
        ):
            continue
        used = set(batch.source.headers.values())
        own = max(kinds, key=lambda kind: len(filled[kind] & used))
        others = " or ".join(json.dumps(kind, ensure_ascii=False) for kind in kinds if kind != own)
        yield Proposal(
            f"Column {header} has {len(kinds)} kinds of rows, with other columns filled: the file may hold several extracts. "
            f"If this extract takes one kind, such as this one (not {others}):",
            (
                f"[extracts.{batch.contract.extract}]",
                f"only = [{{ column = {json.dumps(header, ensure_ascii=False)}, values = [{json.dumps(own, ensure_ascii=False)}] }}]",
            ),
        )


def _outer_words(header: str) -> frozenset[stems.Reading]:
    """Return the readings of the first and the last word of a header, such as of "Soort bijzonderheid"."""
    words = re.split(r"[\s_]+", header.strip())
    return stems.readings(words[0]) | stems.readings(words[-1])


def _is_kind(value: str | None) -> bool:
    return bool(value) and len(str(value)) <= _LONGEST and not IDENTIFYING.search(str(value))


def _filled(
    con: duckdb.DuckDBPyConnection, batch: Batch, header: str, kinds: list[str]
) -> dict[str, set[str]]:
    """Return the headers that each kind of rows ever fills."""
    others = [name for name in batch.source.columns if name != header]
    counts = join([fill("count({h}) FILTER (trim({h}) <> '')", h=name) for name in others])
    filled: dict[str, set[str]] = {}
    for kind in kinds:
        query = fill("SELECT {counts} FROM delivered WHERE trim({h}) = ?", counts=counts, h=header)
        row = con.execute(query, [kind]).fetchall()[0]
        filled[kind] = {name for name, number in zip(others, row, strict=True) if number}
    return filled
