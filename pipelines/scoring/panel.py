"""Build the panel: the known data about every agreement in scope on many as-of dates, and the outcome afterwards.

Training and evaluation read only the panel. All columns except the outcome respect the cut in time (``features.known``),
so rows that become known later change the outcome columns only (tests/spec/test_panel.py).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import duckdb
import ibis

from features.catalogue.arrears import PHASES
from features.compile import COLUMNS, features
from features.contact import is_contact_sql
from features.known import KEY, known_sql
from models.card.scorecard import Scorecard
from models.learning.horizon import HORIZON_WEEKS
from models.learning.label import ESCALATION_FAMILIES, escalations, outcome
from models.selection.routing import households
from models.selection.scope import scope
from pipelines.installation.contracts import POSITIONS, REGISTER, contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.sql import Sql, fill, join, literals, read_sql
from pipelines.scoring import controls, history
from pipelines.scoring.score import for_list
from pipelines.warehouse.staged import corporations_sql

OUTCOME = (
    "escalated",
    *(f"escalated_{f}" for f in ESCALATION_FAMILIES),
    "escalated_on",
    "escalation",
    "contacted",
)
"""Columns with data from after the as-of date; no ranking may read them."""
IN_COLLECTION = PHASES.index("sommatie")
"""First phase in which a collector works on an agreement. Reminder and notice are sent automatically in the first weeks,
so nearly every tenant in arrears received one."""


def build(
    con: duckdb.DuckDBPyConnection,
    as_of: Sequence[date],
    *,
    cooldown_days: int,
    horizon_weeks: int = HORIZON_WEEKS,
    until: date | None = None,
    card: Scorecard | None = None,
    also: Collection[str] = (),
    sampled: bool = False,
) -> int:
    """Create the temporary table `panel` in an open warehouse.

    For example, ``build(con, [date(2026, 1, 5), date(2026, 2, 2)], cooldown_days=28)`` and then
    ``con.execute("SELECT * FROM panel WHERE mature AND NOT contacted").df()``.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        From `pipelines.warehouse.stores.open_warehouse`; read-only is enough.
    as_of : sequence of dates
        Each date means that day at 00:00.
    cooldown_days : int
        Days that an address rests after a contact, for ``hold``: ``settings.shortlist.cooldown_days``.
    horizon_weeks : int
        Length of the window after each as-of date in which an escalation counts.
    until : date, optional
        Ignore everything that became known on or after this day, to train as on a day in the past. Default:
        `complete_until`.
    card : Scorecard, optional
        Compute only the signals of this card, and no facts. Default: every signal and fact.
    also : collection of str
        Signals to compute besides those of `card`.
    sampled : bool
        Keep only a sample of the rows to which `card` gives few points (`pipelines.scoring.controls`).

    Returns
    -------
    int
        Number of rows. One per agreement in scope and as-of date: corporatie_id, overeenkomst_id, as_of;
        household VARCHAR (agreements that share a tenant, a home or an address at any time, also through others: never
        on both sides of a split); wijk (for a baseline and fairness, never a signal), hold; every signal; the
        facts; in_collection BOOLEAN
        (collection_phase of `IN_COLLECTION` or higher; NULL: unknown); begindatum, brutohuur; listed BOOLEAN
        (a coach's list of that very date had it, by `run.decided`).
        Outcome (`OUTCOME`): escalated TINYINT (within the horizon, any kind), escalated_payment, escalated_nuisance
        TINYINT, escalated_on DATE, escalation VARCHAR (`models.learning.label.KINDS`), contacted BOOLEAN (a coach was in touch, or
        tried, inside the window); NULL where not mature and not yet escalated. mature BOOLEAN: as_of + horizon <=
        until, and within the days that the corporation's deliveries cover, if others began earlier or go on longer. An
        agreement that ends otherwise within the window did not escalate.

    Raises
    ------
    WaakvlamError
        The register was never delivered.
    """
    limit = until or complete_until(con)
    tables = history.staged(con)
    _keep(con, "events", ibis.to_sql(escalations(tables, limit), dialect="duckdb"))
    _households(con)
    _keep(con, "complete", _complete_sql())
    available = history.available(con)
    wanted = COLUMNS if card is None else for_list(card) | set(also)
    con.execute("DROP TABLE IF EXISTS panel")
    agreements = con.execute("SELECT count(*) FROM tenancies").fetchall()[0][0]
    events = history.temporary(con, "events")
    for number, part in enumerate(history.in_parts(as_of, agreements)):
        reach = ibis.to_sql(scope(tables, part, cooldown_days), dialect="duckdb")
        _keep(con, "reach", reach)
        _keep(con, "came", ibis.to_sql(outcome(events, part, horizon_weeks=horizon_weeks), dialect="duckdb"))
        _keep(con, "signals", ibis.to_sql(features(tables, part, available, wanted), dialect="duckdb"))
        values = {"until": limit, "days": 7 * horizon_weeks, "collection": IN_COLLECTION}
        target = "INSERT INTO panel" if number else "CREATE TEMP TABLE panel AS"
        if not sampled or card is None:
            con.execute(f"{target} {_panel_sql()}", values)
            continue
        con.execute(f"CREATE OR REPLACE TEMP TABLE part AS {_panel_sql()}", values)
        con.execute(f"{target} {controls.sampled_sql(con, card, len(set(as_of)))}")
        con.execute("DROP TABLE part; DROP TABLE sizes")
    for name in ("events", "reach", "came", "signals", "tenancies", "complete"):
        con.execute(f"DROP TABLE {name}")
    return int(con.execute("SELECT count(*) FROM panel").fetchall()[0][0])


def complete_until(con: duckdb.DuckDBPyConnection) -> date:
    """Return the peildatum up to which the register and, if there are any, the arrears lists were delivered.

    Raises
    ------
    WaakvlamError
        The register was never delivered.
    """
    newest = dict(
        con.execute("SELECT extract, max(peildatum) FROM run.deliveries GROUP BY extract").fetchall()
    )
    if REGISTER not in newest:
        raise WaakvlamError(
            f"No escalation can be seen: {REGISTER} was never delivered.",
            mend="Put it in the inbox and run `waakvlam weekly`.",
        )
    return min(newest[name] for name in (REGISTER, POSITIONS) if name in newest)


def first_known(con: duckdb.DuckDBPyConnection) -> date | None:
    """Return the day of the first arrears list, or of the first event if there are no such lists; None if there is neither.

    If there are several corporations, the one that began first counts.
    """
    query = fill("SELECT min(first) FROM ({begins})", begins=_begins_sql())
    first: date | None = con.execute(query).fetchall()[0][0]
    return first


def event_extracts() -> list[str]:
    """Return the extracts of dated events, which show when a history without arrears lists begins."""
    return [name for name, contract in contracts().items() if contract.happens]


def _complete_sql() -> Sql:
    """Return the query for the days between which the escalations of each corporation can be seen."""
    return fill(
        read_sql(__package__, "complete"),
        corporations=corporations_sql(),
        extracts=literals((REGISTER, POSITIONS)),
        begins=_begins_sql(),
    )


def _begins_sql() -> Sql:
    """Return the query for the day on which the history of each corporation begins."""
    events = [
        fill("SELECT corporatie_id, known_from, false FROM staged.{name}", name=name)
        for name in event_extracts()
    ]
    return fill(read_sql(__package__, "begins"), events=join(events, " UNION ALL "))


def history_begins(con: duckdb.DuckDBPyConnection) -> date:
    """Return the day of `first_known`.

    Raises
    ------
    WaakvlamError
        There is no history to learn from or to judge by.
    """
    first = first_known(con)
    if first is None:
        raise WaakvlamError(
            f"There is no history: {POSITIONS}, {', '.join(event_extracts())} were never delivered.",
            mend="Put them in the inbox and run `waakvlam weekly`.",
        )
    return first


def mature_dates(until: date, first: date, *, every_weeks: int, horizon_weeks: int) -> list[date]:
    """List the as-of dates whose outcome window has closed, oldest first, every `every_weeks` weeks.

    The newest is `horizon_weeks` before `until`; none is earlier than `first`.
    """
    days = (until - first).days - 7 * horizon_weeks
    newest = until - timedelta(weeks=horizon_weeks)
    return [newest - timedelta(weeks=n) for n in range(0, days // 7 + 1, every_weeks)][::-1]


def _keep(con: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")


def _households(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temporary table `tenancies`: each agreement with its household."""
    people = con.execute(
        "SELECT DISTINCT corporatie_id, overeenkomst_id, huurder_id, eenheid_id, adres_key "
        "FROM staged.huurovereenkomsten ORDER BY ALL"
    ).df()
    number = households(people)
    # Versions of one agreement belong together as well, whatever changed in them.
    same = number.groupby([people["corporatie_id"], people["overeenkomst_id"]]).transform("min")
    people["household"] = people["corporatie_id"] + "|" + people["overeenkomst_id"].loc[same].to_numpy()
    con.register("people", people.drop_duplicates(["corporatie_id", "overeenkomst_id"]))
    _keep(con, "tenancies", "SELECT corporatie_id, overeenkomst_id, household FROM people")
    con.unregister("people")


def _panel_sql() -> Sql:
    """Return the query that joins signals, scope, household and outcome of each agreement and as-of date."""
    outcomes = [
        fill(
            "coalesce(came.{outcome}, CASE WHEN mature THEN 0 END)::TINYINT AS {outcome}",
            outcome=f"escalated_{family}",
        )
        for family in ESCALATION_FAMILIES
    ]
    return fill(
        read_sql(__package__, "panel"),
        key=KEY,
        is_contact=Sql(is_contact_sql("c")),
        contact_known=Sql(known_sql("c", "$until")),
        terms_known=Sql(known_sql("t", "s.as_of")),
        outcomes=outcomes,
    )
