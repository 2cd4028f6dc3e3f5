"""Seal the lists of one week: store a salted hash of every place, and add one line to the chain of each corporation.

The hash of a place covers the corporation, the number of the line, the list, the place, the agreement and a secret random
number. Without that number nobody can guess an agreement from a published chain. When a tenant is erased the number is
deleted too, and the hash that remains cannot be traced to anybody.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

import duckdb

from pipelines.installation.workspace import Workspace
from pipelines.proof import chain
from pipelines.proof.chain import LIST

Key = tuple[str, str]
"""corporatie_id and overeenkomst_id."""


@dataclass(frozen=True)
class Sealable:
    """One list to seal.

    Parameters
    ----------
    agreements : sequence of (str, str)
        Corporation and agreement of each place, in the order of the list.
    made_by : str
        Name and version of the card, or the name of the simple ranking.
    card : str
        SHA-256 of the card, empty for a simple ranking.
    """

    agreements: Sequence[Key]
    made_by: str
    card: str = ""


def commit(nonce: str, *parts: object) -> str:
    """Return the hash that binds to `parts` and hides them behind a secret number."""
    return chain.digest(chain.canonical([nonce, *parts]))


def seal_of(length: str, commitments: Sequence[str]) -> str:
    """Return the hash of one list, from the hash of its length and those of its places in order."""
    return chain.digest("\n".join([length, *commitments]))


@dataclass(frozen=True)
class _Week:
    """The part of a week that one corporation seals: agreements, maker and card of each list, and the inputs."""

    corporation: str
    as_of: date
    period: str
    agreements: Mapping[str, Sequence[str]]
    made_by: Mapping[str, tuple[str, str]]
    inputs: Mapping[str, str]


def seal_week(
    con: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    as_of: date,
    lists: Mapping[str, Sealable],
    inputs: Mapping[str, str],
    at: datetime,
    period: str = "",
) -> list[chain.Link]:
    """Seal the lists of one week for every corporation, unless the last seal of that week says the same.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The open warehouse, writable.
    as_of : date
        The as-of date of the lists.
    lists : mapping of str to Sealable
        The lists by name.
    inputs : mapping of str to str
        Digests of the deliveries, settings and limits behind the lists, and the program's version, by name.
    at : datetime
        The current time.
    period : str
        Name of the shadow period in which nobody sees the lists, if there is one.

    Returns
    -------
    list of chain.Link
        The lines that were added.
    """
    corporations = dict.fromkeys(workspace.settings.corporations)
    corporations |= dict.fromkeys(c for sealable in lists.values() for c, _ in sealable.agreements)
    made_by = {name: (sealable.made_by, sealable.card) for name, sealable in lists.items()}
    added = []
    for corporation in corporations:
        own = {
            name: [a for c, a in sealable.agreements if c == corporation] for name, sealable in lists.items()
        }
        week = _Week(corporation, as_of, period, own, made_by, inputs)
        # First completes a file in which a killed run left out the last line, because the last seal is compared next.
        chain.following(workspace, con, corporation)
        if not _already_sealed(con, week):
            content = partial(_store_week, con, week)
            added.append(chain.append(workspace, con, corporation, LIST, content, at))
    return added


def _store_week(con: duckdb.DuckDBPyConnection, week: _Week, number: int) -> dict[str, object]:
    """Store the places, openings and inputs behind the line with this number, and return its content."""
    lists = {
        name: {"made_by": maker, "card": card, "seal": _store(con, week, number, name)}
        for name, (maker, card) in week.made_by.items()
    }
    hashes = {
        name: _store_input(con, week.corporation, number, name, value) for name, value in week.inputs.items()
    }
    return {"as_of": week.as_of.isoformat(), "period": week.period, "lists": lists, "inputs": hashes}


def _store(con: duckdb.DuckDBPyConnection, week: _Week, number: int, name: str) -> str:
    """Store places and openings of one list and return its seal."""
    corporation, agreements = week.corporation, week.agreements[name]
    places = list(range(1, len(agreements) + 1))
    nonces = [secrets.token_hex(32) for _ in places]
    opened = zip(places, agreements, nonces, strict=True)
    commitments = [
        commit(nonce, corporation, number, name, place, agreement) for place, agreement, nonce in opened
    ]
    con.execute(
        "INSERT INTO run.seal_openings SELECT $c, $as_of, $n, $list, unnest($p::INTEGER[]), unnest($a::VARCHAR[]), "
        "unnest($x::VARCHAR[])",
        {
            "c": corporation,
            "as_of": week.as_of,
            "n": number,
            "list": name,
            "p": places,
            "a": agreements,
            "x": nonces,
        },
    )
    con.execute(
        "INSERT INTO run.seal_places SELECT $c, $n, $list, unnest($p::INTEGER[]), unnest($x::VARCHAR[])",
        {"c": corporation, "n": number, "list": name, "p": places, "x": commitments},
    )
    length = _store_input(con, corporation, number, f"length of {name}", str(len(agreements)))
    return seal_of(length, commitments)


def _store_input(con: duckdb.DuckDBPyConnection, corporation: str, number: int, name: str, value: str) -> str:
    """Store a value that is not personal data but need not be public, and return its hash."""
    nonce = secrets.token_hex(32)
    con.execute(
        "INSERT INTO run.seal_inputs VALUES (?, ?, ?, ?, ?)", [corporation, number, name, value, nonce]
    )
    return commit(nonce, corporation, number, name, value)


def _already_sealed(con: duckdb.DuckDBPyConnection, week: _Week) -> bool:
    """Return whether the last seal of this week has the same period, lists, cards and inputs."""
    last = _last_seal(con, week)
    if last is None or last.content["period"] != week.period:
        return False
    made_by = {name: (sealed["made_by"], sealed["card"]) for name, sealed in last.content["lists"].items()}
    lengths = {f"length of {name}": str(len(agreements)) for name, agreements in week.agreements.items()}
    places = {
        name: list(enumerate(agreements, 1)) for name, agreements in week.agreements.items() if agreements
    }
    return (
        made_by == week.made_by
        and _opened(con, week.corporation, last.number) == places
        and _values(con, week.corporation, last.number).items() >= (lengths | dict(week.inputs)).items()
    )


def _last_seal(con: duckdb.DuckDBPyConnection, week: _Week) -> chain.Link | None:
    entries = filter(None, map(chain.parse, chain.kept(con, week.corporation)))
    of_week = [e for e in entries if e.kind == LIST and e.content["as_of"] == week.as_of.isoformat()]
    return of_week[-1] if of_week else None


def _opened(
    con: duckdb.DuckDBPyConnection, corporation: str, number: int
) -> dict[str, list[tuple[int, str]]]:
    """Read the places of a line that can be opened: place and agreement, by list."""
    query = (
        "SELECT list, place, overeenkomst_id FROM run.seal_openings WHERE corporatie_id = ? AND number = ? "
        "ORDER BY ALL"
    )
    opened: dict[str, list[tuple[int, str]]] = {}
    for name, place, agreement in con.execute(query, [corporation, number]).fetchall():
        opened.setdefault(name, []).append((place, agreement))
    return opened


def _values(con: duckdb.DuckDBPyConnection, corporation: str, number: int) -> dict[str, str]:
    """Read the inputs and the lengths of lists behind a line, by name."""
    query = "SELECT name, value FROM run.seal_inputs WHERE corporatie_id = ? AND number = ?"
    return dict(con.execute(query, [corporation, number]).fetchall())
