"""Verify that no sealed list was altered, left out, added afterwards or swapped between corporations.

The chain of each corporation is checked line by line, against its copy in the warehouse, against the openings, against
the list in use, and against hashes that were published before.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from pipelines.installation.calendar import WEEK
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, openings, records
from pipelines.proof.chain import LIST
from pipelines.warehouse.stores import open_warehouse

IN_TIME = timedelta(days=6)
"""Report a list as sealed afterwards if more than this passed between its as-of date and its seal."""


@dataclass(frozen=True)
class SealedWeek:
    """One line of a chain that seals the lists of a week.

    Parameters
    ----------
    corporation : str
        The corporation that the chain belongs to.
    as_of : datetime.date
        The as-of date.
    number : int
        The number of the line.
    made_by : str
        Name and version of the card that made the list.
    card : str
        SHA-256 of that card.
    lists : int
        Number of lists that were sealed.
    removed : int
        Number of places that cannot be opened since a tenant was erased or the retention period ended.
    """

    corporation: str
    as_of: date
    number: int
    made_by: str
    card: str
    lists: int
    removed: int


@dataclass(frozen=True)
class Verified:
    """The result of a verification.

    Parameters
    ----------
    weeks : tuple of SealedWeek
        Every sealed week.
    problems : tuple of str
        One sentence per fault; empty if the chains are intact.
    afterwards : tuple of str
        One sentence per week that was sealed long after its date. Such a seal does not prove what was known on that date.
    without_seal : tuple of str
        Those of the problems that are a Monday without a seal between two that have one.
    """

    weeks: tuple[SealedWeek, ...]
    problems: tuple[str, ...]
    afterwards: tuple[str, ...]
    without_seal: tuple[str, ...] = ()

    @property
    def altered(self) -> tuple[str, ...]:
        """The problems of what was sealed, without the Mondays that have no seal."""
        return tuple(text for text in self.problems if text not in self.without_seal)


@dataclass(frozen=True)
class Published:
    """A line of a chain as it was published: corporation, number and hash."""

    corporation: str
    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.corporation} {self.number} {self.hash}"


def heads(workspace: Workspace) -> list[Published]:
    """Return the newest line of every chain, for publication."""
    newest = [(name, chain.lines(workspace, name)) for name in corporations(workspace)]
    return [Published(name, len(lines), chain.digest(lines[-1])) for name, lines in newest if lines]


def read_published(text: str) -> list[Published]:
    """Read published lines from a text, one per line; ignore other lines.

    A corporation's id may contain spaces, so the number and the hash are taken from the end.
    """
    published = []
    for line in text.splitlines():
        name, _, digest = line.strip().rpartition(" ")
        name, _, number = name.rpartition(" ")
        if name and number.isdigit() and len(digest) == 64:
            published.append(Published(name, int(number), digest))
    return published


def published_in(path: Path) -> list[Published]:
    """Read the published lines of a file.

    Raises
    ------
    ConfigurationError
        The file has none: whoever gives the wrong file must not read that every seal holds.
    """
    published = read_published(path.read_text(encoding="utf-8", errors="replace"))
    if not published:
        raise ConfigurationError(
            "The file has no published line.",
            where=str(path),
            mend="Give lines as `waakvlam seals publish` printed them: corporation, number and a hash of 64 characters.",
        )
    return published


def corporations(workspace: Workspace) -> list[str]:
    """Return the corporations of the installation that have a chain, or should have one."""
    named = dict.fromkeys(workspace.settings.corporations)
    for path in sorted(workspace.proof.glob("*.jsonl")):
        named |= {name: None for name in [chain.corporation_of(path)] if name not in named}
    return list(named)


def verify(workspace: Workspace, published: Iterable[Published] = ()) -> Verified:
    """Verify every chain of an installation.

    Parameters
    ----------
    workspace : Workspace
        The installation; it is only read.
    published : iterable of Published
        Lines that were published earlier.
    """
    with open_warehouse(workspace, read_only=True) as con:
        return examine(con, workspace, published)


def examine(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, published: Iterable[Published] = ()
) -> Verified:
    """Verify every chain against an open warehouse; see `verify`."""
    problems: list[str] = []
    weeks: list[SealedWeek] = []
    late: list[str] = []
    missing: list[str] = []
    if not chain.keeps_seals(con):
        return Verified((), ("the warehouse has no seals yet: run `waakvlam weekly`.",), ())
    for name in corporations(workspace):
        lines = chain.lines(workspace, name)
        faults = [*chain.broken(lines, name), *chain.against_copy(lines, chain.kept(con, name))]
        entries = [entry for entry in map(chain.parse, lines) if entry]
        faults += filter(None, (records.damaged(workspace, entry) for entry in entries))
        held = openings.stored(con, name)
        faults += openings.wrong(held, name, entries)
        sealed = [entry for entry in entries if entry.kind == LIST]
        mondays = [f"{name}: the week of {monday} has no seal." for monday in _left_out(sealed)]
        faults += _without_seal(con, sealed)
        faults += _not_in_use(con, workspace, held, sealed)
        late += [f"{name}: {text}" for text in afterwards(sealed)]
        weeks += [_week(held, entry) for entry in sealed]
        problems += [*mondays, *(f"{name}: {text}" for text in faults)]
        missing += mondays
    problems += _not_published(workspace, published)
    return Verified(tuple(weeks), tuple(problems), tuple(late), tuple(missing))


def _left_out(sealed: Sequence[chain.Link]) -> Iterator[date]:
    """Yield the Mondays without a seal between the first and the last seal."""
    dates = {date.fromisoformat(entry.content["as_of"]) for entry in sealed}
    monday = min(dates, default=date.max)
    while monday < max(dates, default=date.min):
        if monday not in dates:
            yield monday
        monday += WEEK


def _without_seal(con: duckdb.DuckDBPyConnection, sealed: Sequence[chain.Link]) -> Iterator[str]:
    """Report lists without a seal that are later than the last seal."""
    dates = {date.fromisoformat(entry.content["as_of"]) for entry in sealed}
    if not dates:
        return
    first = min(datetime.fromisoformat(entry.at).date() for entry in sealed)
    listed = con.execute(
        "SELECT DISTINCT as_of FROM run.lists WHERE as_of >= ? ORDER BY 1", [first]
    ).fetchall()
    for (as_of,) in listed:
        if as_of not in dates and as_of > max(dates):
            yield f"the list of {as_of} was made without a seal."


def afterwards(sealed: Sequence[chain.Link]) -> list[str]:
    """Describe the seals that were written long after the date of their list."""
    late = []
    for entry in sealed:
        as_of, at = date.fromisoformat(entry.content["as_of"]), datetime.fromisoformat(entry.at).date()
        if at > as_of + IN_TIME:
            late.append(f"line {entry.number} seals the week of {as_of}, and was written on {at}.")
    return late


def _not_in_use(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    held: openings.Stored,
    sealed: Sequence[chain.Link],
) -> Iterator[str]:
    """Compare the last seal of each week with the log of decisions and with the file of the list."""
    query = (
        "SELECT as_of, corporatie_id, list(overeenkomst_id) FROM run.decided WHERE outcome IN ('top', 'exploration') "
        "GROUP BY ALL"
    )
    logged = {
        (as_of.isoformat(), name): agreements for as_of, name, agreements in con.execute(query).fetchall()
    }
    last = {entry.content["as_of"]: entry for entry in sealed}
    for as_of, entry in last.items():
        if entry.content["period"]:
            continue
        own, lost = held.agreements(entry.number, LIST), held.missing(entry.number, LIST)
        decided = logged.get((as_of, entry.corporation))
        if decided and _differ(sorted(decided), sorted(own), lost):
            yield f"the log of decisions of {as_of} differs from the sealed list."
        written = _written(workspace.output / as_of / "shortlist.csv", entry.corporation)
        if written and _differ(written, own, lost):
            yield f"the file of the list of {as_of} differs from the sealed list."


def _differ(shown: Sequence[str], own: Sequence[str], lost: int) -> bool:
    """Return whether a list differs from the places that open, beside as many others as can no longer be opened."""
    known = set(own)
    still = [agreement for agreement in shown if agreement in known]
    return still != list(own) or len(shown) - len(still) > lost


def _written(path: Path, corporation: str) -> list[str]:
    """Read the agreements of one corporation from a list's file, in order."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    # The list puts a quote mark before a value that a spreadsheet would run as a formula.
    values = [(r["corporatie_id"] or "", r["overeenkomst_id"] or "") for r in rows]
    return [a.removeprefix("'") for c, a in values if c.removeprefix("'") == corporation]


def _week(held: openings.Stored, entry: chain.Link) -> SealedWeek:
    """Summarise one sealed line."""
    own = entry.content["lists"][LIST]
    return SealedWeek(
        entry.corporation,
        date.fromisoformat(entry.content["as_of"]),
        entry.number,
        own["made_by"],
        own["card"],
        len(entry.content["lists"]),
        held.missing(entry.number),
    )


def _not_published(workspace: Workspace, published: Iterable[Published]) -> Iterator[str]:
    """Compare the chains with the published lines."""
    for line in published:
        lines = chain.lines(workspace, line.corporation)
        if line.number > len(lines):
            yield f"{line.corporation}: line {line.number} was published and is gone."
        elif chain.digest(lines[line.number - 1]) != line.hash:
            yield f"{line.corporation}: line {line.number} is not the one that was published."
