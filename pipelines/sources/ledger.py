"""Record every fetched delivery in `fetched.json`, so that nothing is fetched twice. The file holds no row and no secret."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import write_text
from pipelines.installation.workspace import Workspace

FILE = "fetched.json"


@dataclass(frozen=True)
class Kept:
    """One delivery that was fetched, as it was kept in the inbox.

    Parameters
    ----------
    source, extract, corporation : str
        The source, the extract, and the folder of the inbox ("" for the inbox itself).
    peildatum : str
        As ISO 8601.
    version : int
        The version in its name.
    file : str
        Its name in the inbox.
    sha256 : str
        Hash of the file.
    origin : tuple of str
        The names of the files at the source, each with size and moment of change; or the address; or the query.
    query_sha256 : str
        Hash of the query's text, which `queries/kept` holds; "" for files.
    at : str
        Moment in UTC at which it was fetched.
    """

    source: str
    extract: str
    corporation: str
    peildatum: str
    version: int
    file: str
    sha256: str
    origin: tuple[str, ...]
    query_sha256: str
    at: str


@dataclass(frozen=True)
class LastTime:
    """The moment at which a source was last asked, and the problems of that attempt."""

    source: str
    at: str
    problems: tuple[str, ...]


class Ledger:
    """The content of `fetched.json`; `save` writes it."""

    def __init__(self, path: Path, kept: list[Kept], last: dict[str, LastTime]) -> None:
        self._path, self._kept, self._last = path, kept, last

    def knows(self, source: str, extract: str, origin: tuple[str, ...]) -> bool:
        """Return whether exactly these files were fetched before."""
        return any((k.source, k.extract, k.origin) == (source, extract, origin) for k in self._kept)

    def day_of(self, source: str, extract: str, file: str) -> str:
        """Return the peildatum of the last recorded delivery that contains a file of a source; "" if no delivery does."""
        days = [
            k.peildatum for k in self._kept if (k.source, k.extract) == (source, extract) and file in k.origin
        ]
        return days[-1] if days else ""

    def of_day(self, extract: str, corporation: str, peildatum: str) -> list[Kept]:
        """Return the versions of the delivery of one extract and day, oldest first."""
        return [
            k
            for k in self._kept
            if (k.extract, k.corporation, k.peildatum) == (extract, corporation, peildatum)
        ]

    def add(self, kept: Kept) -> None:
        """Add a delivery."""
        self._kept.append(kept)

    def asked(self, last: LastTime) -> None:
        """Record the outcome of the last attempt at a source."""
        self._last[last.source] = last

    def last(self) -> Iterator[LastTime]:
        """Yield the outcome of the last attempt at each source."""
        yield from self._last.values()

    def save(self) -> None:
        """Write the ledger, whole or not at all."""
        content = {
            "deliveries": [asdict(kept) for kept in self._kept],
            "sources": [asdict(last) for last in self._last.values()],
        }
        write_text(self._path, json.dumps(content, indent=1, ensure_ascii=False) + "\n", private=True)


def read_ledger(workspace: Workspace) -> Ledger:
    """Read the ledger; it is empty if nothing was fetched before.

    Raises
    ------
    WaakvlamError
        The file is damaged. Without it everything would be fetched once more.
    """
    path = workspace.home / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kept = [Kept(**_tuples(entry)) for entry in content["deliveries"]]
        last = [LastTime(**_tuples(entry)) for entry in content["sources"]]
    except FileNotFoundError:
        return Ledger(path, [], {})
    except (ValueError, TypeError, KeyError):
        raise WaakvlamError(
            "The list of what was fetched is damaged.",
            where=str(path),
            mend="Move it away: the next run fetches every file again, and recognises those that were loaded.",
        ) from None
    return Ledger(path, kept, {entry.source: entry for entry in last})


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
