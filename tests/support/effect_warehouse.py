"""Build a warehouse in memory with the real tables and an invented log of decisions and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

from pipelines.warehouse import schema, staged

START = date(2025, 1, 6)
UNTIL = date(2026, 11, 16)


@dataclass(frozen=True)
class Story:
    """What is different from a trial that goes well.

    Parameters
    ----------
    households, weeks : int
        Spread evenly over the weeks in which they enter.
    risk, spared : float
        Share that escalates without a visit; the part of it that a visit prevents.
    met_now, met_wait : float
        Share that is contacted.
    reached : float
        Share of the contacted that is reached.
    trial : str or None
        None: no lots, places 1 to 40 around a cut at `ranked`.
    capacity_from, model_from : int
        Week from which there are 12 places, another model; 0: never.
    ranked : int
        Ranked places.
    """

    households: int = 900
    weeks: int = 40
    risk: float = 0.4
    spared: float = 0.7
    met_now: float = 0.9
    met_wait: float = 0.1
    reached: float = 0.7
    trial: str | None = "proef"
    capacity_from: int = 0
    model_from: int = 0
    ranked: int = 7
    corporations: int = 2


@contextmanager
def warehouse(story: Story, seed: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse that holds the story."""
    with duckdb.connect(":memory:") as con:
        con.execute("ATTACH ':memory:' AS warehouse")
        con.execute("USE warehouse.main")
        for statement in (*schema.tables(), *staged.tables()):
            con.execute(statement)
        _lists(con, story)
        _people(con, story, np.random.default_rng(seed))
        yield con


def _lists(con: duckdb.DuckDBPyConnection, story: Story) -> None:
    share = 0.5 if story.trial else None
    for week in range(story.weeks):
        day = START + timedelta(weeks=week)
        model = "m2" if story.model_from and week >= story.model_from else "m1"
        capacity = 12 if story.capacity_from and week >= story.capacity_from else story.ranked + 1
        con.execute(
            "INSERT INTO run.lists VALUES (?, 1, ?, ?, 'd', 's', 1, 1, 5, ?, ?)",
            [day, model, model, story.trial, share],
        )
        con.execute(
            "INSERT INTO run.list_coaches VALUES (?, 1, 'Noor', ?, ?, 60, ?)",
            [day, capacity, story.ranked, capacity],
        )
    newest = UNTIL + timedelta(days=1)
    for number, extract in enumerate(
        ("huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "contacten")
    ):
        con.execute(
            "INSERT INTO run.deliveries VALUES (?, '', ?, ?, 1, '', ?, 0, '', '', '', 0, 0, 0, 0, 0)",
            [number, extract, newest, extract],
        )


def _people(con: duckdb.DuckDBPyConnection, story: Story, rng: np.random.Generator) -> None:
    n = story.households
    week = np.arange(n) % story.weeks
    place = rng.integers(1, 41, n)
    now = rng.random(n) < 0.5 if story.trial else place <= story.ranked
    met = rng.random(n) < np.where(now, story.met_now, story.met_wait)
    reached = met & (rng.random(n) < story.reached)
    bad = rng.random(n) < story.risk * np.where(reached, 1 - story.spared, 1)
    people = pd.DataFrame(
        {
            "corporatie_id": [f"C{k % story.corporations}" for k in range(n)],
            "overeenkomst_id": [f"O{k}" for k in range(n)],
            "entered": [START + timedelta(weeks=int(w)) for w in week],
            "arm": np.where(now, "now", "wait") if story.trial else None,
            "outcome": np.where(now, "top", "waiting" if story.trial else "beyond_capacity"),
            "place": place,
            "score": np.round(rng.normal(20, 4, n)).astype(int),
            "met": met,
            "reached": reached,
            "bad": bad,
            "owed": np.round(rng.gamma(2, 300, n), 2),
            "later": np.round(rng.gamma(2, 300, n) * np.where(reached, 1 - story.spared, 1), 2),
        }
    )
    con.register("people", people)
    con.execute(
        "INSERT INTO run.decisions SELECT entered, 1, corporatie_id, overeenkomst_id, score, place, outcome, 'Noor', place, arm, 0.5 "
        "FROM people"
    )
    con.execute(
        "INSERT INTO versions.huurovereenkomsten BY NAME SELECT row_number() OVER (PARTITION BY true) AS row_id, 0 AS key_hash, "
        "corporatie_id, overeenkomst_id, 'H' || overeenkomst_id AS huurder_id, 'E' || overeenkomst_id AS eenheid_id, "
        "'WOO' AS eenheidsoort_code, DATE '2020-01-01' AS begindatum, 500 AS brutohuur, DATE '2020-01-01' AS known_from FROM people"
    )
    lists = [START + timedelta(days=7 * k) for k in range((UNTIL - START).days // 7 + 1)]
    con.register("lists", pd.DataFrame({"peildatum": lists}))
    con.execute(
        "INSERT INTO versions.peildata SELECT corporatie_id, peildatum, peildatum - 1, NULL FROM lists "
        "CROSS JOIN (SELECT DISTINCT corporatie_id FROM people)"
    )
    con.execute(
        "INSERT INTO versions.huurachterstanden BY NAME SELECT 0 AS row_id, 0 AS key_hash, corporatie_id, overeenkomst_id, "
        "peildatum, CASE WHEN peildatum <= entered THEN owed ELSE later END AS saldo, peildatum - 1 AS known_from "
        "FROM people CROSS JOIN lists WHERE peildatum BETWEEN entered - 7 AND entered + 400 "
    )
    con.execute(
        "INSERT INTO versions.contacten BY NAME SELECT 0 AS row_id, 0 AS key_hash, corporatie_id, overeenkomst_id, "
        "'K' || overeenkomst_id AS contact_id, entered + 3 AS datum, reached AS bereikt, 'benaderd' AS stand, "
        "entered + 3 AS known_from FROM people WHERE met"
    )
    con.execute(
        "INSERT INTO staged.signaleringen BY NAME SELECT corporatie_id, overeenkomst_id, 'D' || overeenkomst_id AS signalering_id, "
        "'DEU' AS detailsoort_code, entered + 60 AS begindatum, entered + 60 AS known_from FROM people WHERE bad"
    )
