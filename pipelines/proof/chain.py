"""Chain of seals: one line per week or decision, each with the hash of the line before, per corporation.

The file `proof/<corporation>.jsonl` holds no personal data and may be published. The warehouse holds a copy of every
line, so a change of the file shows. Somebody with the keys could write both again. A published hash of a line
(`waakvlam seals publish`) shows that too, because a chain that was written again has other hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import duckdb

from pipelines.installation.errors import WaakvlamError
from pipelines.installation.files import append_line
from pipelines.installation.workspace import Workspace

START = "0" * 64
"""The hash before the first line."""
LIST = "list"
"""The kind of a line that seals the lists of a week, and the name of the list as the coaches would use it."""
REMOVED = "removed"
"""The kind of a line that says how many places can no longer be opened, and why."""


@dataclass(frozen=True)
class Link:
    """One line of a chain.

    Parameters
    ----------
    number : int
        1 for the first line.
    corporation : str
        The corporation whose chain it is.
    previous : str
        SHA-256 of the line before, in hexadecimal.
    kind : str
        ``"list"``, ``"registration"``, ``"verdict"``, ``"ended"``, ``"stop"``, ``"resume"``, ``"advice"``, ``"report"`` or ``"removed"``.
    at : str
        When the line was written, as ISO 8601 with an offset; the clock of the installation says so.
    content : mapping
        Plain values, without personal data.
    """

    number: int
    corporation: str
    previous: str
    kind: str
    at: str
    content: Mapping[str, Any]

    @property
    def line(self) -> str:
        """The line as it is stored: one JSON object with sorted keys and no spaces."""
        return canonical(self.__dict__)

    @property
    def hash(self) -> str:
        """SHA-256 of the line, in hexadecimal."""
        return digest(self.line)


def canonical(value: object) -> str:
    """Write plain values as JSON in the one form whose hash counts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def parse(line: str) -> Link | None:
    """Read one line; None if it is not exactly a line that `Link.line` writes."""
    try:
        entry = Link(**json.loads(line))
        datetime.fromisoformat(entry.at)
        if entry.kind == LIST:
            date.fromisoformat(entry.content["as_of"])
            shapes = (entry.content["period"], entry.content["inputs"].keys(), entry.content["lists"][LIST])
            named = [
                (sealed["made_by"], sealed["card"], sealed["seal"])
                for sealed in entry.content["lists"].values()
            ]
            return entry if entry.line == line and shapes and named else None
        if entry.kind == REMOVED:
            {int(number): int(places) for number, places in entry.content["openings"].items()}
        return entry if entry.line == line else None
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


def path_of(workspace: Workspace, corporation: str) -> Path:
    """Return the file of a corporation's chain."""
    return workspace.proof / f"{quote(corporation, safe='')}.jsonl"


def corporation_of(path: Path) -> str:
    """Return the corporation whose chain a file holds."""
    return unquote(path.stem)


def lines(workspace: Workspace, corporation: str) -> list[str]:
    """Read the complete lines of a chain's file; a line that was cut off by a power cut does not count."""
    path = path_of(workspace, corporation)
    # Not splitlines: that would also break a line at characters which JSON may contain.
    text = path.read_bytes().decode("utf-8", errors="replace") if path.exists() else ""
    return text.split("\n")[:-1]


def keeps_seals(con: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the warehouse has the tables of seals; one of an older version, opened to read, lacks them."""
    query = "SELECT count(*) > 0 FROM duckdb_tables() WHERE table_name = 'seals'"
    return bool(con.execute(query).fetchall()[0][0])


def kept(con: duckdb.DuckDBPyConnection, corporation: str) -> list[str]:
    """Read the copy of a chain's lines in the warehouse."""
    query = "SELECT line FROM run.seals WHERE corporatie_id = ? ORDER BY number"
    return [line for (line,) in con.execute(query, [corporation]).fetchall()]


def entries(workspace: Workspace, corporation: str) -> Iterator[Link]:
    """Yield the lines of a chain's file that can be read, oldest first."""
    yield from filter(None, map(parse, lines(workspace, corporation)))


def following(workspace: Workspace, con: duckdb.DuckDBPyConnection, corporation: str) -> tuple[int, str]:
    """Return the number and the previous hash of the next line, after the file and the warehouse have the same lines.

    A run that was killed, or a backup that was restored, leaves one of them behind. The longer one completes the other.
    `waakvlam seals verify` still reports weeks whose openings are gone.
    """
    on_disk, stored = lines(workspace, corporation), kept(con, corporation)
    for number, line in enumerate(on_disk[len(stored) :], len(stored) + 1):
        con.execute("INSERT INTO run.seals VALUES (?, ?, ?)", [corporation, number, line])
    for line in stored[len(on_disk) :]:
        append_line(path_of(workspace, corporation), line)
    longest = on_disk if len(on_disk) >= len(stored) else stored
    return len(longest) + 1, digest(longest[-1]) if longest else START


def require_whole(workspace: Workspace, con: duckdb.DuckDBPyConnection, corporation: str) -> None:
    """Complete the file of a chain, and refuse to decide anything by it if it differs from its copy in the warehouse.

    Without this, somebody could take back a stop or an advice by altering one line.

    Raises
    ------
    WaakvlamError
        A line differs from its copy.
    """
    following(workspace, con, corporation)
    for problem in against_copy(lines(workspace, corporation), kept(con, corporation)):
        raise WaakvlamError(
            f"The chain of decisions was altered: {problem}",
            where=str(path_of(workspace, corporation)),
            mend="Find out who did that (`waakvlam seals verify`), and move this file away: "
            "the next run writes it again from the warehouse.",
        )


def against_copy(chain: Sequence[str], copy: Sequence[str]) -> Iterator[str]:
    """Yield one sentence per difference between the lines of a file and their copy in the warehouse."""
    for number, (line, stored) in enumerate(zip(chain, copy, strict=False), 1):
        if line != stored:
            yield f"line {number} of the file differs from its copy in the warehouse."
    if len(chain) < len(copy):
        yield f"the file has {len(chain)} lines and the warehouse {len(copy)}: lines were left out."
    if len(chain) > len(copy):
        yield (
            f"the file has {len(chain)} lines and the warehouse {len(copy)}: lines were added, or an older backup was restored."
        )


def append(
    workspace: Workspace,
    con: duckdb.DuckDBPyConnection,
    corporation: str,
    kind: str,
    content: Callable[[int], Mapping[str, Any]],
    at: datetime,
) -> Link:
    """Add a line to a chain: to the warehouse in one transaction, then to the file, flushed to the disk.

    Parameters
    ----------
    content : callable
        Called inside the transaction with the number of the line; it stores what belongs to the line and returns its
        content.
    """
    number, previous = following(workspace, con, corporation)
    con.execute("BEGIN")
    written = content(number)
    entry = Link(number, corporation, previous, kind, at.isoformat(timespec="seconds"), written)
    con.execute("INSERT INTO run.seals VALUES (?, ?, ?)", [corporation, number, entry.line])
    con.execute("COMMIT")
    append_line(path_of(workspace, corporation), entry.line)
    return entry


def append_plain(
    workspace: Workspace,
    con: duckdb.DuckDBPyConnection,
    corporation: str,
    kind: str,
    content: Mapping[str, Any],
    at: datetime,
) -> Link:
    """Add a line to which nothing else belongs; see `append`."""
    return append(workspace, con, corporation, kind, lambda _: content, at)


def broken(chain: list[str], corporation: str) -> list[str]:
    """List what is wrong with the lines of a chain, without other records: form, numbers, links and corporation."""
    problems = []
    previous = START
    for number, line in enumerate(chain, 1):
        entry = parse(line)
        if entry is None:
            problems.append(f"line {number} was altered: it cannot be read.")
        elif entry.corporation != corporation:
            problems.append(f"line {number} is of another corporation.")
        elif entry.number != number or entry.previous != previous:
            problems.append(f"line {number} does not follow the line before it.")
        previous = digest(line)
    return problems
