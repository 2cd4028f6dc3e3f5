"""Compare the recent data with the data on which the card was made; also a step of the weekly run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from features.known import known_sql
from models.as_json import as_json
from models.card.on_panel import scores
from models.card.scorecard import Scorecard
from models.errors import EvaluationError
from models.evaluate import drift
from models.evaluate.bootstrap import ratio_of_sums
from models.evaluate.drift import Shift
from pipelines.installation.calendar import WEEK
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.sql import Sql, day_literal, fill
from pipelines.installation.workspace import Workspace
from pipelines.learning.monitor_report import Calibrated, MonitorReport
from pipelines.scoring import panel, score
from pipelines.scoring.cards import scorecard
from pipelines.scoring.history import available, in_parts
from pipelines.warehouse.stores import open_warehouse

WINDOW = 4
"""Number of weeks that are compared together, because arrears signals vary with the day of the month."""
REFERENCE_WEEKS, LEAST_WEEKS = 52, 13
FULL_AFTER_WEEKS = 52
"""Weeks of history before a reference may begin: until then, signals that look a year back are incomplete."""
CALIBRATION_MATTERS = (0.67, 1.5)


@dataclass(frozen=True)
class Reference:
    """The pinned distribution of the data on which a card was made.

    Parameters
    ----------
    card : str
        Name and version of the card.
    first, last : str
        First and last as-of date, as ISO 8601.
    dates : int
        Number of as-of dates.
    agreements : float
        Mean number of agreements in scope per date.
    bands : mapping of str to sequence of float
        Bounds of the bands of each signal and of the score.
    counts : mapping of str to sequence of int
        Rows per band over all dates; the last number is the missing ones.
    volumes : mapping of str to sequence of float
        Rows in four weeks of each monitored extract, per date.
    """

    card: str
    first: str
    last: str
    dates: int
    agreements: float
    bands: Mapping[str, Sequence[float]]
    counts: Mapping[str, Sequence[int]]
    volumes: Mapping[str, Sequence[float]]


def reference_path(workspace: Workspace, card: Scorecard) -> Path:
    """Return the path of the pinned reference of a card."""
    return workspace.artefacts / "references" / f"{card.name}-{card.version}.json"


def pin(workspace: Workspace, last: date, *, weeks: int = REFERENCE_WEEKS) -> Reference:
    """Store the distribution of the data in the weeks up to `last` as the reference of the card in use.

    An earlier reference of the card is replaced.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    last : date
        Last as-of date of the reference: the date of training, or the first day on which the card was used.
    weeks : int
        Maximum length of the reference, which begins at least a year after the start of the history.

    Raises
    ------
    ConfigurationError
        Fewer than `LEAST_WEEKS` weeks remain.
    """
    card = scorecard(workspace)
    with open_warehouse(workspace, read_only=True) as con:
        first = panel.history_begins(con)
        full = first + timedelta(weeks=FULL_AFTER_WEEKS)
        dates = [day for day in _mondays(last, weeks) if day >= full]
        if len(dates) < LEAST_WEEKS:
            raise ConfigurationError(
                f"The history begins on {first}: up to {last} there are {len(dates)} weeks in which signals that look a "
                f"year back are full, and {LEAST_WEEKS} are needed.",
                mend="Choose a later --reference, or wait.",
            )
        _history(con, workspace, dates, card)
        limits = drift.bands(con, "history", card)
        reference = Reference(
            card=f"{card.name} {card.version}",
            first=dates[0].isoformat(),
            last=dates[-1].isoformat(),
            dates=len(dates),
            agreements=_agreements(con, "history"),
            bands=limits,
            counts=drift.counts(con, "history", limits),
            volumes={name: list(v.values()) for name, v in volumes(con, dates).items()},
        )
    write_text(reference_path(workspace, card), json.dumps(as_json(reference), indent=1) + "\n")
    return reference


def watch(workspace: Workspace, as_of: date) -> MonitorReport | None:
    """Compare the last weeks with the pinned reference of the card in use; return None if there is no reference."""
    card = scorecard(workspace)
    path = reference_path(workspace, card)
    if not path.exists():
        return None
    reference = Reference(**json.loads(path.read_text(encoding="utf-8")))
    with open_warehouse(workspace, read_only=True) as con:
        _history(con, workspace, _mondays(as_of, WINDOW + 1), card)
        by_day = {day: shifts(con, reference, day) for day in (as_of - WEEK, as_of)}
        cooldown = workspace.settings.shortlist.cooldown_days
        calibration = calibrated(con, card, as_of, cooldown_days=cooldown)
    warnings = [drift.in_words(shift) for shift in drift.lasting(by_day[as_of], by_day[as_of - WEEK])]
    if calibration and calibration.warning:
        warnings.append(calibration.warning)
    return MonitorReport(
        as_of=as_of,
        card=f"{card.name} {card.version}",
        reference=(reference.first, reference.last),
        warnings=tuple(warnings),
        shifts=tuple(shift.rounded() for shift in by_day[as_of]),
        calibration=calibration,
    )


def shifts(con: duckdb.DuckDBPyConnection, reference: Reference, day: date) -> list[Shift]:
    """Compare the weeks up to a day, which must be in the temporary table `history`, with a reference."""
    start = day - timedelta(weeks=WINDOW - 1)
    con.execute(
        fill(
            "CREATE OR REPLACE TEMP TABLE lately AS FROM history WHERE as_of BETWEEN {start} AND {day}",
            start=day_literal(start),
            day=day_literal(day),
        )
    )
    counted = drift.counts(con, "lately", reference.bands)
    comparisons = drift.compare(reference.counts, counted, reference.agreements, _agreements(con, "lately"))
    for name, by_day in volumes(con, [day]).items():
        if reference.volumes.get(name):
            comparisons.append(drift.volume(name, by_day[day], reference.volumes[name]))
    return comparisons


def volumes(con: duckdb.DuckDBPyConnection, dates: Sequence[date]) -> dict[str, dict[date, float]]:
    """Count the rows of each monitored extract in the four weeks before each date, as they were known then.

    The rows of an extract that lists positions are counted per list. Rows of anybody with an objection are left out.
    """
    counts: dict[str, dict[date, float]] = {}
    delivered = available(con)
    for name, contract in contracts().items():
        if not contract.monitored or name not in delivered:
            continue
        column = contract.date_column
        # A monthly list may fall outside four weeks, hence five.
        per_list = fill("nullif(count(DISTINCT {column}), 0)", column=column)
        days, per = (35, per_list) if contract.snapshot else (7 * WINDOW, Sql("1"))
        query = fill(
            """SELECT d, coalesce(count({column}) / {per}, 0) FROM (SELECT unnest(?::DATE[]) AS d) AS dates
            LEFT JOIN (FROM staged.{table} ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id)) s ON {known}
            AND CAST(s.{column} AS DATE) >= d - {days} AND CAST(s.{column} AS DATE) < d GROUP BY d ORDER BY d""",
            column=column,
            per=per,
            known=Sql(known_sql("s", "d")),
            table=name,
            days=days,
        )
        rows = con.execute(query, [list(dates)]).fetchall()
        counts[name] = {day: float(value) for day, value in rows}
    return counts


def calibrated(
    con: duckdb.DuckDBPyConnection, card: Scorecard, as_of: date, *, cooldown_days: int
) -> Calibrated | None:
    """Compare the chances of the card with the outcomes, on the newest dates whose outcomes are complete.

    Returns None for a card without chances, and before any outcome is complete. `cooldown_days` decides which
    addresses rested, and so could not be listed.
    """
    if card.calibration is None:
        return None
    horizon = card.calibration.horizon_weeks
    first = panel.first_known(con)
    # Before the first arrears list nobody seems to owe anything, so chances for those dates mean nothing.
    dates = [as_of - timedelta(weeks=horizon + 4 * n) for n in range(3)]
    dates = [day for day in dates if first is not None and day >= first]
    if not dates:
        return None
    panel.build(con, dates, cooldown_days=cooldown_days, horizon_weeks=horizon, until=as_of, card=card)
    rows = con.execute("SELECT * FROM panel WHERE mature AND NOT contacted AND hold IS NULL").df()
    if rows.empty:
        return None
    points = scores(card, rows)
    by_score = {float(s): card.calibration.chance(float(s))[0] for s in set(points.tolist())}
    predicted = [by_score[float(s)] for s in points]
    escalated = rows[card.calibration.outcome].fillna(0).to_numpy(dtype=float)
    estimate, low, high = ratio_of_sums(
        rows["household"].to_numpy(), escalated, np.asarray(predicted, dtype=float)
    ).rounded()
    warning = ""
    if estimate is not None and low is not None and high is not None:
        matters = not CALIBRATION_MATTERS[0] <= estimate <= CALIBRATION_MATTERS[1]
        if matters and not low <= 1 <= high:
            warning = f"Chances: {estimate:.2f} times as many escalations occurred as predicted ({low:.2f} to {high:.2f})."
    return Calibrated(min(dates), max(dates), [estimate, low, high], warning)


def _mondays(last: date, weeks: int) -> list[date]:
    return [last - timedelta(weeks=n) for n in range(weeks - 1, -1, -1)]


def _history(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, dates: Sequence[date], card: Scorecard
) -> None:
    """Create the temporary table `history`: the card's signals and the score of each agreement in scope per date."""
    columns = ["as_of", *(term.signal for term in card.terms), "score"]
    query = "SELECT count(DISTINCT (corporatie_id, overeenkomst_id)) FROM staged.huurovereenkomsten"
    agreements = con.execute(query).fetchall()[0][0]
    for number, part in enumerate(in_parts(dates, agreements)):
        score.score(con, workspace, part, card, wanted=score.for_list(card))
        target = Sql("INSERT INTO history" if number else "CREATE OR REPLACE TEMP TABLE history AS")
        query = "{target} SELECT {columns} FROM scored WHERE exclusion IS NULL"
        con.execute(fill(query, target=target, columns=columns))


def _agreements(con: duckdb.DuckDBPyConnection, table: str) -> float:
    """Return the mean number of agreements per date.

    Raises
    ------
    EvaluationError
        No agreement is in scope.
    """
    (value,) = con.execute(
        fill("SELECT count(*) / nullif(count(DISTINCT as_of), 0) FROM {table}", table=table)
    ).fetchall()[0]
    if not value:
        raise EvaluationError("No agreement is in scope on these dates, so there is nothing to monitor.")
    return float(value)
