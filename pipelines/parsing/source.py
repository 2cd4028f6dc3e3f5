"""Describe where each canonical column of one delivery comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.installation.mapping import ExtractMapping, Reading
from pipelines.installation.sql import Sql, fill, literal, literals
from pipelines.reading.delivery import KINDS


@dataclass(frozen=True)
class Source:
    """The match of the delivered headers with the canonical columns.

    Parameters
    ----------
    headers : mapping
        Canonical column -> header as delivered.
    constants : mapping
        Canonical column -> value for every row.
    reading, mapping
        What the mapping says about the files and about this extract.
    when_headers : mapping
        Canonical column -> the header on which it depends.
    places : mapping
        Header -> its place among the columns, from 1; empty where the file holds text only.
    columns : tuple of str
        All headers as delivered.
    joined : mapping
        Canonical column -> the headers that are joined for it; `headers` then holds them with a plus sign between.
    lists : frozenset of str
        Joined columns that hold a list of dates.
    """

    headers: Mapping[str, str]
    constants: Mapping[str, str]
    reading: Reading
    mapping: ExtractMapping
    when_headers: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lists: frozenset[str] = frozenset()

    def has(self, name: str) -> bool:
        """Return whether a canonical column is in the file or has a constant."""
        return name in self.headers or name in self.constants

    def text(self, name: str) -> Sql:
        """Return the delivered text of a canonical column; blanks and the source's null words are NULL.

        They are an empty text where the mapping says what an empty cell means.
        """
        if name in self.headers:
            filled = fill(
                "lower({value}) NOT IN ({nulls})",
                value=(value := self._trimmed(name)),
                nulls=literals(v.lower() for v in ("", *self.reading.null_values)),
            )
            if "" in self.mapping.codes.get(name, {}):
                value, filled = (
                    fill("CASE WHEN {filled} THEN {value} ELSE '' END", filled=filled, value=value),
                    Sql("true"),
                )
            return fill(
                "CASE WHEN {filled}{condition} THEN {value} END",
                filled=filled,
                value=value,
                condition=self._condition(name),
            )
        return literal(self.constants[name]) if name in self.constants else Sql("NULL::VARCHAR")

    def kind(self, name: str) -> Sql | None:
        """Return the kind of the cells of a canonical column in the delivered table; None if they are all text."""
        if not self.places or name not in self.headers or name in self.joined:
            return None
        return fill("substr({kinds}, {place}, 1)", kinds=KINDS, place=self.places[self.headers[name]])

    def kind_in_texts(self, name: str) -> Sql | None:
        """Return the kind of the cells of a canonical column in the table `texts` t; None if they are all text."""
        return fill("t.{kind}", kind=f"kind_{name}") if self.kind(name) else None

    def _trimmed(self, name: str) -> Sql:
        """Return the text of a column without outer blanks.

        Joined columns have a blank between them, codes a plus sign, and dates the sign that separates dates in one cell.
        """
        cells = [
            fill("trim({header}, chr(32) || chr(9) || chr(160))", header=header)
            for header in self.joined.get(name, (self.headers[name],))
        ]
        if name not in self.joined:
            return cells[0]
        if name not in self.mapping.codes:
            return fill(
                "concat_ws({sign}, {cells})",
                sign=literal("|" if name in self.lists else " "),
                cells=[fill("nullif({cell}, '')", cell=cell) for cell in cells],
            )
        filled = [fill("coalesce({cell}, '')", cell=cell) for cell in cells]
        return fill(
            "CASE WHEN concat({cells}) <> '' THEN trim(concat_ws(' + ', {cells})) END",
            cells=filled,
        )

    def _condition(self, name: str) -> Sql:
        when = self.mapping.when.get(name)
        if when is None:
            return Sql("")
        return fill(
            " AND lower(trim({header})) IN ({values})",
            header=self.when_headers[name],
            values=literals(v.strip().lower() for v in when.values),
        )
