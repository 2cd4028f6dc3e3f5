"""Search the files of a workspace for one person, by ids and by name with address.

Loaded deliveries are known from the warehouse. Refused, misnamed and withdrawn files, and rows without an id, are not: only
their content shows that they are about the person.
"""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from pipelines.installation.sql import fill, literal
from pipelines.installation.workspace import Workspace

CODINGS = ("utf-8", "cp1252", "utf-16-le")
LEAST_NAME = 5
"""Minimum length of a name that is searched for: a shorter one is also a part of other words."""


@dataclass(frozen=True)
class Person:
    """What identifies a person in files: ids, and for each agreement the name with places and contact data.

    Parameters
    ----------
    huurder : str
        The tenant's id.
    agreements : tuple of (str, str)
        corporatie_id and overeenkomst_id of each agreement.
    names : tuple of (str, tuple of str)
        A name, and a street, postcode, telephone and e-mail; one of these must be on the same line as the name.
    """

    huurder: str
    agreements: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The tenant's id and those of the agreements."""
        return tuple(dict.fromkeys([self.huurder, *(name for _, name in self.agreements)]))

    def __or__(self, other: Person) -> Person:
        return Person(
            self.huurder,
            tuple(dict.fromkeys([*self.agreements, *other.agreements])),
            tuple(dict.fromkeys([*self.names, *other.names])),
        )

    def to_json(self) -> str:
        """Return the person as JSON, for the mark of an erasure that is under way."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Person:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        return Person(
            read["huurder"],
            tuple((corporation, name) for corporation, name in read["agreements"]),
            tuple((name, tuple(others)) for name, others in read["names"]),
        )

    def is_in(self, text: str, *, together: bool = False) -> bool:
        """Return whether a text is about this person.

        Parameters
        ----------
        text : str
            Any number of lines.
        together : bool
            Whether the whole text counts as one line, as for the strings of a workbook.
        """
        if any(pattern(id_).search(text) for id_ in self.ids):
            return True
        lines = [text.lower()] if together else text.lower().splitlines()
        return any(
            name.lower() in line and any(other.lower() in line for other in others)
            for name, others in self.names
            for line in lines
        )


def pattern(id_: str) -> re.Pattern[str]:
    """Return a pattern for an id as a separate word, plain or as JSON writes it.

    It does not find the id 702 in 702,50 or in 2026-11-702.
    """
    forms = "|".join(sorted({re.escape(id_), re.escape(json.dumps(id_)[1:-1])}))
    edge = r"\w.,-" if id_.isdigit() else r"\w"
    return re.compile(rf"(?<![{edge}])(?:{forms})(?![{edge.replace('.', '')}])")


def files_of(workspace: Workspace, person: Person) -> Iterator[Path]:
    """Yield the files with deliveries and lists that are about a person, whatever their name."""
    for folder in (workspace.inbox, workspace.withdrawn, workspace.output):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and mentions(path, person):
                yield path


def mentions(path: Path, person: Person) -> bool:
    """Return whether a file is about a person. A file that cannot be read does not count, because its content is unknown."""
    together = path.suffix == ".xlsx"
    try:
        return any(person.is_in(text, together=together) for text in _texts(path))
    except (OSError, duckdb.Error, zipfile.BadZipFile, EOFError):
        return False


def _texts(path: Path) -> Iterable[str]:
    """Yield the content of a file in each coding it may have."""
    if path.suffix == ".parquet":
        with duckdb.connect() as con:
            query = fill("SELECT to_json(t)::VARCHAR FROM read_parquet({file}) t", file=literal(str(path)))
            return ["\n".join(row for (row,) in con.execute(query).fetchall())]
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
        return [re.sub(r"<[^>]*>", " ", part.decode("utf-8", errors="replace")) for part in parts]
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [content.decode(coding, errors="replace") for coding in CODINGS]
