"""Follow listed households: join the decision log with later deliveries, one row per household.

This module estimates nothing. It reads the warehouse only, and returns no names, addresses or wijken.
"""

from __future__ import annotations

from datetime import date

import duckdb
import ibis
import pandas as pd

from features.contact import is_contact_sql
from features.known import current_sql, known_before_sql, known_sql
from models.effect.words import OUTCOMES
from models.learning.label import escalations
from pipelines.installation.sql import Part, Sql, fill
from pipelines.scoring import history

LIST_AGE = 35
"""Maximum age in days of an arrears list; the arrears of a day are unknown if the newest list is older."""
WORKED_DAYS = 28
"""A list counts as worked if somebody on it was contacted within this many days."""
VISIT_DAYS = 91
"""Number of days after a list within which a visit counts as a result of that list."""

# The first week in which a tenant was in the band of a trial: from then on the lot counts.
_TRIAL = """
    CREATE OR REPLACE TEMP TABLE entries AS
    WITH rows AS (
        SELECT d.as_of, d.corporatie_id, d.overeenkomst_id, d.arm, d.score, l.trial_share AS share,
            coalesce(t.huurder_id, d.overeenkomst_id) AS tenant
        FROM run.decided d JOIN run.lists l ON l.as_of = d.as_of AND l.version = d.version
        LEFT JOIN tenants t ON t.corporatie_id = d.corporatie_id AND t.overeenkomst_id = d.overeenkomst_id
        WHERE d.arm IS NOT NULL AND l.trial = $trial AND d.as_of BETWEEN $since AND $until)
    SELECT corporatie_id, tenant, min(as_of) AS entered, arg_min(overeenkomst_id, (as_of, overeenkomst_id)) AS overeenkomst_id,
        arg_min(arm, as_of) AS arm, arg_min(score, as_of)::DOUBLE AS score, arg_min(share, as_of) AS share
    FROM rows GROUP BY 1, 2"""
# The first week in which an agreement could be listed, outside trials.
_CUT = """
    CREATE OR REPLACE TEMP TABLE entries AS
    SELECT d.corporatie_id, d.overeenkomst_id, min(d.as_of) AS entered, arg_min(d.score, d.as_of)::DOUBLE AS score,
        arg_min(d.place, d.as_of) AS place, arg_min(c.ranked, d.as_of) AS ranked, arg_min(c.capacity, d.as_of) AS capacity
    FROM run.decided d JOIN run.lists l ON l.as_of = d.as_of AND l.version = d.version
    JOIN run.list_coaches c ON c.as_of = d.as_of AND c.version = d.version AND c.coach = d.coach
    WHERE d.place IS NOT NULL AND l.trial IS NULL AND d.as_of BETWEEN $since AND $until
    GROUP BY 1, 2"""
_TENANTS = fill(
    """
    CREATE OR REPLACE TEMP TABLE tenants AS
    SELECT corporatie_id, overeenkomst_id, arg_max(huurder_id, known_from) AS huurder_id, arg_max(einddatum, known_from) AS ends_on,
        arg_max(coalesce(eindedetailreden_code, ''), known_from) AS why
    FROM staged.huurovereenkomsten t WHERE {known_before} GROUP BY 1, 2""",
    known_before=Sql(known_before_sql("t", "$known")),
)


def lists(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Read the last version of every list, one row per coach: its settings, its model, and whether it was worked.

    Returns
    -------
    pandas.DataFrame
        as_of, coach, capacity, ranked, listed, model, model_sha256, seed, exploration, trial, trial_share, ``contacts``
        (addresses with a contact within `WORKED_DAYS`) and ``worked``.
    """
    query = fill(
        """
        WITH touched AS (
            SELECT d.as_of, d.coach, count(DISTINCT (d.corporatie_id, d.overeenkomst_id)) AS contacts
            FROM run.decided d JOIN staged.contacten c
                ON c.corporatie_id = d.corporatie_id AND c.overeenkomst_id = d.overeenkomst_id AND {current}
                AND c.datum >= d.as_of AND c.datum < d.as_of + {worked}
                AND {is_contact}
            WHERE d.outcome IN ('top', 'exploration') GROUP BY 1, 2)
        SELECT l.as_of, c.coach, c.capacity, c.ranked, c.listed, l.model, l.model_sha256, l.seed, l.exploration, l.trial,
            l.trial_share, coalesce(t.contacts, 0) AS contacts, coalesce(t.contacts, 0) > 0 AS worked
        FROM run.lists l
        JOIN (SELECT as_of, max(version) AS version FROM run.lists GROUP BY as_of) USING (as_of, version)
        JOIN run.list_coaches c USING (as_of, version)
        LEFT JOIN touched t ON t.as_of = l.as_of AND t.coach = c.coach
        WHERE l.as_of BETWEEN ? AND ? ORDER BY l.as_of, c.coach""",
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
        worked=WORKED_DAYS,
    )
    return con.execute(query, [since, until]).df()


def of_trial(con: duckdb.DuckDBPyConnection, trial: str, since: date, until: date) -> pd.DataFrame:
    """Follow every household from the first week in which it was in the band of a trial.

    Returns
    -------
    pandas.DataFrame
        corporatie_id, overeenkomst_id, entered, arm, share, score, ``owed`` (euro at entry), ``contacted`` and ``reached``
        within 26 weeks, and the outcomes (`models.effect.words.OUTCOMES`; missing if not known yet or not delivered).
    """
    _tenants(con, until)
    con.execute(_TRIAL, {"trial": trial, "since": since, "until": until})
    return _followed(con, until)


def at_cut(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Follow every agreement from the first week in which it could be listed, outside trials.

    Returns
    -------
    pandas.DataFrame
        The columns of `of_trial`, with ``place``, ``ranked`` and ``capacity`` instead of the arm.
    """
    _tenants(con, until)
    con.execute(_CUT, {"since": since, "until": until})
    return _followed(con, until)


def listed(con: duckdb.DuckDBPyConnection, since: date, until: date) -> pd.DataFrame:
    """Follow every agreement from the first week in which it was on a list; columns of `of_trial` without the arm."""
    _tenants(con, until)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE entries AS
        SELECT corporatie_id, overeenkomst_id, min(as_of) AS entered, arg_min(outcome, as_of) AS slot
        FROM run.decided WHERE outcome IN ('top', 'exploration') AND as_of BETWEEN ? AND ? GROUP BY 1, 2""",
        [since, until],
    )
    return _followed(con, until)


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
    rows = con.execute(_VISITS, {"since": since, "until": until, "days": VISIT_DAYS}).df()
    return rows.astype({"need": float})


_VISITS = fill(
    """
    WITH needs AS (
        SELECT d.corporatie_id, d.overeenkomst_id, d.as_of, any_value(d.outcome) AS outcome, any_value(d.propensity) AS propensity,
            CASE WHEN bool_or(c.stand IN ('in_contact', 'waakvlam')) THEN 1
                WHEN bool_or(c.stand = 'niet_passend' OR (c.stand = 'afgesloten' AND c.bereikt)) THEN 0 END AS need
        FROM run.decided d LEFT JOIN staged.contacten c
            ON c.corporatie_id = d.corporatie_id AND c.overeenkomst_id = d.overeenkomst_id
            AND c.datum >= d.as_of AND c.datum < d.as_of + CAST($days AS INTEGER)
            AND {contact_known}
        WHERE d.outcome IN ('top', 'exploration') AND d.as_of >= $since
        GROUP BY d.corporatie_id, d.overeenkomst_id, d.as_of)
    SELECT * FROM needs
    QUALIFY row_number() OVER (PARTITION BY corporatie_id, overeenkomst_id ORDER BY need IS NULL, as_of DESC) = 1
    ORDER BY corporatie_id, overeenkomst_id""",
    contact_known=Sql(known_sql("c", "$until")),
)


def _tenants(con: duckdb.DuckDBPyConnection, until: date) -> None:
    con.execute(_TENANTS, {"known": until})


def _followed(con: duckdb.DuckDBPyConnection, until: date) -> pd.DataFrame:
    events = ibis.to_sql(escalations(history.staged(con), until), dialect="duckdb")
    con.execute(fill("CREATE OR REPLACE TEMP TABLE events AS {events}", events=Sql(events)))
    followed = con.execute("SELECT * FROM entries ORDER BY corporatie_id, overeenkomst_id").df()
    delivered = history.available(con)
    con.execute(fill("CREATE OR REPLACE TEMP TABLE owes AS {owes}", owes=_owes()), {"until": until})
    for outcome in OUTCOMES:
        if outcome.name.startswith("complaints") and "overlastmeldingen" not in delivered:
            followed[outcome.name] = float("nan")
            continue
        query = fill(
            "CREATE OR REPLACE TEMP TABLE came AS {came}", came=_outcome_sql(outcome.name, outcome.days)
        )
        con.execute(query, {"until": until})
        came = con.execute("SELECT corporatie_id, overeenkomst_id, value FROM came").df()
        came = came.rename(columns={"value": outcome.name})
        followed = followed.merge(
            came, on=["corporatie_id", "overeenkomst_id"], how="left", validate="one_to_one"
        )
    seen = con.execute(_seen()).df()
    followed = followed.merge(
        seen, on=["corporatie_id", "overeenkomst_id"], how="left", validate="one_to_one"
    )
    followed["owed"] = followed["owed"].fillna(0.0)
    return followed


def _seen() -> Sql:
    """Return the query for contacts within 26 weeks, and the arrears at entry."""
    return fill(
        """
        SELECT e.corporatie_id, e.overeenkomst_id, count(c.contact_id) > 0 AS contacted,
            coalesce(bool_or(c.bereikt), false) AS reached, any_value(o.saldo) AS owed
        FROM entries e LEFT JOIN staged.contacten c ON c.corporatie_id = e.corporatie_id
            AND c.overeenkomst_id = e.overeenkomst_id AND {current}
            AND c.datum >= e.entered AND c.datum < e.entered + 182
            AND {is_contact}
        LEFT JOIN owes o ON o.corporatie_id = e.corporatie_id AND o.overeenkomst_id = e.overeenkomst_id AND o.days = 0
        GROUP BY 1, 2""",
        current=Sql(current_sql("c")),
        is_contact=Sql(is_contact_sql("c")),
    )


def _owes() -> Sql:
    """Return the query for the arrears on the newest list at fixed days after entry; absent from that list means zero."""
    days = sorted({0, *(o.days for o in OUTCOMES if o.name.startswith("arrears"))})
    return fill(
        """
        WITH moments AS (
            SELECT e.corporatie_id, e.overeenkomst_id, m.days, e.entered + m.days AS on_day
            FROM entries e CROSS JOIN (SELECT unnest([{days}]) AS days) m),
        newest AS (
            SELECT m.corporatie_id, m.overeenkomst_id, m.days, max(p.peildatum) AS peildatum
            FROM moments m JOIN staged.peildata p ON p.corporatie_id = m.corporatie_id AND {list_current}
                AND p.peildatum <= m.on_day AND p.peildatum > m.on_day - {list_age} AND p.peildatum <= $until
            WHERE m.on_day <= $until GROUP BY 1, 2, 3)
        SELECT n.corporatie_id, n.overeenkomst_id, n.days, coalesce(greatest(a.saldo, 0), 0) AS saldo
        FROM newest n LEFT JOIN staged.huurachterstanden a ON a.corporatie_id = n.corporatie_id
            AND a.overeenkomst_id = n.overeenkomst_id AND a.peildatum = n.peildatum AND {arrears_current}
        LEFT JOIN tenants t ON t.corporatie_id = n.corporatie_id AND t.overeenkomst_id = n.overeenkomst_id
        WHERE t.ends_on IS NULL OR t.ends_on >= n.peildatum""",
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
    query = _OUTCOMES[kind if kind in _OUTCOMES else "tenancy"]
    places: dict[str, Part] = {"days": days, "last": days - 1, "current": Sql(current_sql("x"))}
    return fill(query, **{place: value for place, value in places.items() if f"{{{place}}}" in query})


_OUTCOMES = {
    "escalated": """
        SELECT e.corporatie_id, e.overeenkomst_id, (count(x.kind) > 0)::DOUBLE AS value
        FROM entries e LEFT JOIN events x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
            AND x.happened_on BETWEEN e.entered AND e.entered + {last}
        WHERE e.entered + {days} <= $until GROUP BY 1, 2""",
    "arrears": """
        SELECT e.corporatie_id, e.overeenkomst_id, x.saldo AS value
        FROM entries e JOIN owes x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
            AND x.days = {days}
        WHERE e.entered + {days} <= $until""",
    "complaints": """
        SELECT e.corporatie_id, e.overeenkomst_id, count(DISTINCT x.zaak_id)::DOUBLE AS value
        FROM entries e LEFT JOIN staged.overlastmeldingen x
            ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id AND {current}
            AND coalesce(x.status_code, '') != 'GEA' AND x.gebeurd_op BETWEEN e.entered AND e.entered + {last}
        WHERE e.entered + {days} <= $until GROUP BY 1, 2""",
    "tenancy": """
        SELECT e.corporatie_id, e.overeenkomst_id,
            (NOT coalesce(x.why IN ('ONT', 'NOO') AND x.ends_on BETWEEN e.entered AND e.entered + {last}, false))::DOUBLE
                AS value
        FROM entries e LEFT JOIN tenants x ON x.corporatie_id = e.corporatie_id AND x.overeenkomst_id = e.overeenkomst_id
        WHERE e.entered + {days} <= $until""",
}
