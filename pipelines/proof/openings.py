"""Open sealed lists: check that every place, length and input has the hash that the chain names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from pipelines.installation.sql import Sql, fill
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain
from pipelines.proof.chain import LIST, REMOVED
from pipelines.proof.seal import commit, seal_of


@dataclass(frozen=True)
class Opening:
    """The agreement and the secret number that open one place."""

    place: int
    agreement: str
    nonce: str


@dataclass(frozen=True)
class Stored:
    """Everything that the warehouse holds about the seals of one corporation.

    Parameters
    ----------
    inputs : mapping of int to mapping of str to str
        Hash of each input and length, by line and name.
    places : mapping of int to mapping of str to dict of int to str
        Hash of each place, by line and list.
    openings : mapping of int to mapping of str to list of Opening
        The openings that remain, by line and list, in the order of the list.
    """

    inputs: Mapping[int, Mapping[str, str]]
    places: Mapping[int, Mapping[str, Mapping[int, str]]]
    openings: Mapping[int, Mapping[str, Sequence[Opening]]]

    def missing(self, number: int, name: str = "") -> int:
        """Count the sealed places of a line, or of one of its lists, that can no longer be opened."""
        places, opened = self.places.get(number, {}), self.openings.get(number, {})
        names = [name] if name else {*places, *opened}
        return sum(len(places.get(list_, ())) - len(opened.get(list_, ())) for list_ in names)

    def agreements(self, number: int, name: str) -> list[str]:
        """Return the agreements of a list that can be opened, in order."""
        return [opening.agreement for opening in self.openings.get(number, {}).get(name, [])]


def stored(con: duckdb.DuckDBPyConnection, corporation: str) -> Stored:
    """Read the seals of one corporation."""
    inputs: dict[int, dict[str, str]] = {}
    places: dict[int, dict[str, dict[int, str]]] = {}
    openings: dict[int, dict[str, list[Opening]]] = {}

    for number, name, value, nonce in _rows(con, corporation, "seal_inputs", "number, name, value, nonce"):
        inputs.setdefault(number, {})[name] = commit(nonce, corporation, number, name, value)
    for number, name, place, hashed in _rows(
        con, corporation, "seal_places", "number, list, place, commitment"
    ):
        places.setdefault(number, {}).setdefault(name, {})[place] = hashed
    columns = "number, list, place, overeenkomst_id, nonce"
    for number, name, *opening in _rows(con, corporation, "seal_openings", columns):
        openings.setdefault(number, {}).setdefault(name, []).append(Opening(*opening))
    return Stored(inputs, places, openings)


def _rows(con: duckdb.DuckDBPyConnection, corporation: str, table: str, columns: str) -> list[Any]:
    query = "SELECT {columns} FROM run.{table} WHERE corporatie_id = ? ORDER BY ALL"
    return con.execute(fill(query, columns=Sql(columns), table=table), [corporation]).fetchall()


def account_for(
    workspace: Workspace, con: duckdb.DuckDBPyConnection, why: str, now: datetime
) -> list[chain.Link]:
    """Add to each chain a line that says how many openings were removed since the previous such line.

    A missing opening that no line accounts for is reported by `wrong`, so nobody can remove one unseen.

    Parameters
    ----------
    why : str
        ``"erasure"`` or ``"retention"``.
    """
    added = []
    names = con.execute("SELECT DISTINCT corporatie_id FROM run.seals ORDER BY 1").fetchall()
    for (corporation,) in names:
        chain.following(workspace, con, corporation)
        entries = [e for e in map(chain.parse, chain.kept(con, corporation)) if e]
        accounted, held = _accounted(entries), stored(con, corporation)
        places = {e.number: held.missing(e.number) for e in entries if e.kind == LIST}
        new = {str(n): m - accounted.get(n, 0) for n, m in places.items() if m > accounted.get(n, 0)}
        if new:
            content = {"openings": new, "why": why}
            added.append(chain.append_plain(workspace, con, corporation, REMOVED, content, now))
    return added


def _accounted(entries: Sequence[chain.Link]) -> dict[int, int]:
    """Add up per line the openings whose removal the chain records."""
    total: dict[int, int] = {}
    for entry in entries:
        if entry.kind == REMOVED:
            for number, places in entry.content["openings"].items():
                total[int(number)] = total.get(int(number), 0) + int(places)
    return total


def wrong(stored: Stored, corporation: str, entries: Sequence[chain.Link]) -> Iterator[str]:
    """Yield one sentence per fault: a hash that differs from the chain, or an opening that is missing without a line."""
    accounted = _accounted(entries)
    sealed = [entry for entry in entries if entry.kind == LIST]
    for entry in sealed:
        where = f"line {entry.number} (week of {entry.content['as_of']})"
        hashes, places = stored.inputs.get(entry.number, {}), stored.places.get(entry.number, {})
        for name, hash_ in entry.content["inputs"].items():
            if hashes.get(name) != hash_:
                yield f"{where}: the sealed {name} was altered."
        for name, list_ in entry.content["lists"].items():
            own = [hash_ for _, hash_ in sorted(places.get(name, {}).items())]
            if seal_of(hashes.get(f"length of {name}", ""), own) != list_["seal"]:
                yield f"{where}: the sealed {name} was altered."
        if more := sorted(places.keys() - entry.content["lists"].keys()):
            yield f"{where}: {', '.join(more)} was added to the sealed lists."
        if unmatched := _unmatched(stored, corporation, entry.number):
            yield f"{where}: {unmatched} places do not open with the agreement that is stored."
        gone, known = stored.missing(entry.number), accounted.get(entry.number, 0)
        if gone != known:
            yield f"{where}: {gone} places cannot be opened, and the chain accounts for {known}."
    numbers = {entry.number for entry in sealed}
    for number in sorted({*stored.places, *stored.openings, *stored.inputs} - numbers):
        yield f"the warehouse holds a list for line {number}, which the chain does not have."


def _unmatched(held: Stored, corporation: str, number: int) -> int:
    """Count the openings whose hash differs from that of their place."""
    places = held.places.get(number, {})
    return sum(
        commit(opening.nonce, corporation, number, name, opening.place, opening.agreement)
        != places.get(name, {}).get(opening.place)
        for name, own in held.openings.get(number, {}).items()
        for opening in own
    )
