"""Follow listed households: join the decision log with later deliveries, one row per household.

This module estimates nothing, and leaves out persons with a standing objection, and their households. It reads the
warehouse only, and returns no names, addresses or wijken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb
import ibis
import pandas as pd

from features.contact import is_contact_sql
from features.known import current_sql, known_before_sql, known_sql
from models.effect.words import OUTCOMES
from models.learning.label import escalations
from pipelines.installation.sql import Part, Sql, fill, read_sql
from pipelines.scoring import history

LIST_AGE = 35
"""Maximum age in days of an arrears list; the arrears of a day are unknown if the newest list is older."""
WORKED_DAYS = 28
"""A list counts as worked if somebody on it was contacted within this many days."""
VISIT_DAYS = 91
"""Number of days after a list within which a visit counts as a result of that list."""


def lists(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Read the last version of every list, one row per coach: its settings, its model, and whether it was worked.

    Returns
    -------
    pandas.DataFrame
        as_of, coach, capacity, ranked, listed, model, model_sha256, seed, exploration, trial, trial_share, ``contacts``
        (addresses with a contact within `WORKED_DAYS`) and ``worked``.
    """
    query = fill(
        read_sql(__package__, "followed_lists"),
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
        worked=WORKED_DAYS,
    )
    return con.execute(query, {"since": since, "until": until}).df()


def of_trial(con: duckdb.DuckDBPyConnection, trial: str, since: date, until: date) -> pd.DataFrame:
    """Follow every household from the first week in which it was in the band of a trial.

    Returns
    -------
    pandas.DataFrame
        corporatie_id, overeenkomst_id, entered, arm, share, score, ``owed`` (euro at entry), ``contacted`` and ``reached``
        within 26 weeks, and the outcomes (`models.effect.words.OUTCOMES`; missing if not known yet or not delivered).
    """
    return _followed(con, until, "entries_of_trial", {"trial": trial, "since": since, "until": until})


def at_cut(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Follow every agreement from the first week in which it could be listed, outside trials.

    Returns
    -------
    pandas.DataFrame
        The columns of `of_trial`, with ``place``, ``ranked`` and ``capacity`` instead of the arm.
    """
    return _followed(con, until, "entries_at_cut", {"since": since, "until": until})


def listed(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Follow every agreement from the first week in which it was on a list; columns of `of_trial` without the arm."""
    return _followed(con, until, "entries_listed", {"since": since, "until": until})


def visits(con: duckdb.DuckDBPyConnection, until: date, since: date = date.min) -> pd.DataFrame:
    """Read whether the coach confirmed a need at each listed address.

    A need is confirmed if the stand became in_contact or waakvlam within `VISIT_DAYS` of the list. There was no need if
    it became niet_passend, or afgesloten after somebody was reached. If nobody was reached, the need is unknown. Each
    agreement has one row: the last list before the visit, or the last list if there was no visit.

    Returns
    -------
    pandas.DataFrame
        corporatie_id, overeenkomst_id, as_of, outcome (``top`` or ``exploration``), propensity and need (1, 0 or missing).
    """
    query = fill(read_sql(__package__, "visits"), contact_known=Sql(known_sql("c", "$until")))
    rows = con.execute(query, {"since": since, "until": until, "days": VISIT_DAYS}).df()
    return rows.astype({"need": float})


def _followed(
    con: duckdb.DuckDBPyConnection, until: date, entries: str, values: Mapping[str, object]
) -> pd.DataFrame:
    """Follow the rows of the temporary table `entries`, which the SQL of that name creates from `values`."""
    query = fill(read_sql(__package__, "tenants"), known_before=Sql(known_before_sql("t", "$known")))
    con.execute(query, {"known": until})
    con.execute(read_sql(__package__, entries), values)
    events = ibis.to_sql(escalations(history.staged(con), until), dialect="duckdb")
    con.execute(fill("CREATE OR REPLACE TEMP TABLE events AS {events}", events=Sql(events)))
    followed = con.execute("SELECT * FROM entries ORDER BY corporatie_id, overeenkomst_id").df()
    delivered = history.available(con)
    con.execute(fill("CREATE OR REPLACE TEMP TABLE owes AS {owes}", owes=_owes_sql()), {"until": until})
    for outcome in OUTCOMES:
        if outcome.name.startswith("complaints") and "overlastmeldingen" not in delivered:
            followed[outcome.name] = float("nan")
            continue
        outcomes = con.execute(_outcome_sql(outcome.name, outcome.days), {"until": until}).df()
        followed = _joined(followed, outcomes.rename(columns={"value": outcome.name}))
    contacts = fill(
        read_sql(__package__, "contacts_of_entries"),
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
    )
    followed = _joined(followed, con.execute(contacts).df())
    followed["owed"] = followed["owed"].fillna(0.0)
    return followed


def _joined(followed: pd.DataFrame, columns: pd.DataFrame) -> pd.DataFrame:
    """Add columns to the rows that they belong to."""
    keys = ["corporatie_id", "overeenkomst_id"]
    return followed.merge(columns, on=keys, how="left", validate="one_to_one")


def _owes_sql() -> Sql:
    """Return the query for the arrears of each entry at the days that the outcomes need."""
    days = sorted({0, *(o.days for o in OUTCOMES if o.name.startswith("arrears"))})
    return fill(
        read_sql(__package__, "arrears_of_entries"),
        days=Sql(", ".join(map(str, days))),
        list_age=LIST_AGE,
        list_current=Sql(current_sql("p")),
        arrears_current=Sql(current_sql("a")),
    )


def _outcome_sql(name: str, days: int) -> Sql:
    """Return the query for one outcome per entry, limited to entries whose full period has passed.

    Other entries would count with their early outcomes but without their late ones.
    """
    kind = name.split("_")[0]
    query = read_sql(__package__, f"outcome_{kind}")
    places: dict[str, Part] = {"days": days, "last": days - 1, "current": Sql(current_sql("x"))}
    return fill(query, **{place: value for place, value in places.items() if f"{{{place}}}" in query})
