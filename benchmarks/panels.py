"""Build the panels of the evaluation: demo corporations, and four public data sets with real outcomes."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from examples.prepare import prepare
from features.catalogue import SIGNALS
from models.learning.horizon import HORIZON_WEEKS
from pipelines.delivery import ingest
from pipelines.installation import workspace
from pipelines.installation.workspace import Workspace
from pipelines.learning import backtest
from pipelines.reading import inbox
from pipelines.sample.write import write_corporation
from pipelines.scoring import history, score
from pipelines.warehouse.stores import open_warehouse

UNTIL = date(2026, 11, 16)
HOMES, WEEKS = 6000, 160
QUARTER = 13


@dataclass(frozen=True, eq=False)
class Case:
    """One panel to evaluate.

    Parameters
    ----------
    name, about : str
        The name, and a description with the outcome.
    rows : pandas.DataFrame
        In the form of ``pipelines.scoring.panel``.
    capacity, horizon_weeks : int
        Length of the list, and the period within which the outcome counts.
    """

    name: str
    about: str
    rows: pd.DataFrame
    capacity: int
    horizon_weeks: int


@contextmanager
def _loaded(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    ingest.load_all(place, inbox.find(place.inbox)[0], lambda _: None)
    with open_warehouse(place, read_only=True) as con:
        yield con


def demo(variant: str, seed: int) -> Case:
    """Invent a corporation, and take its outcomes from the deliveries."""
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(Path(folder))
        workspace.init(place.home)
        write_corporation(place.inbox, homes=HOMES, weeks=WEEKS, seed=seed, until=UNTIL, variant=variant)
        with _loaded(place) as con:
            rows = backtest.mature_panel(con, place, every_weeks=4, horizon_weeks=HORIZON_WEEKS)
    about = f"{HOMES:,} homes, {WEEKS} weeks, `waakvlam sample --variant {variant} --seed {seed}`"
    return Case(f"{variant} {seed}", about, rows, 8, HORIZON_WEEKS)


def fines(folder: Path) -> Case:
    """Predict which unpaid fines go to collection within 26 weeks; the lists themselves show the outcome."""
    with _example("fines", folder) as (place, con):
        rows = backtest.mature_panel(con, place, every_weeks=QUARTER, horizon_weeks=HORIZON_WEEKS)
    return Case(
        "fines", "unpaid fines; outcome: handed to collection within 26 weeks", rows, 25, HORIZON_WEEKS
    )


def chicago(folder: Path) -> Case:
    """Predict which addresses get another sanitation complaint within 13 weeks."""
    dates = [date(2011, 4, 4) + timedelta(weeks=QUARTER * n) for n in range(15)]
    with _example("chicago", folder) as (_, con):
        rows = _complained(con, dates)
    about = "sanitation complaints by address; outcome: a complaint within 13 weeks (91 days)"
    return Case("chicago", about, rows, 25, QUARTER)


def groningen(folder: Path) -> Case:
    """Predict which postcode areas get another bicycle theft within 13 weeks."""
    dates = [date(2013, 2, 4) + timedelta(weeks=4 * n) for n in range(9)]
    with _example("groningen", folder) as (_, con):
        rows = _complained(con, dates)
    rows["wijk"] = rows["overeenkomst_id"].str[:4]
    about = "bicycle thefts by postcode area; outcome: one within 13 weeks (91 days); area: four figures"
    return Case("groningen", about, rows, 8, QUARTER)


@contextmanager
def _example(name: str, source: Path) -> Iterator[tuple[Workspace, duckdb.DuckDBPyConnection]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Workspace(Path(folder) / "home")
        prepare(name, source / name, place.home)
        with _loaded(place) as con:
            yield place, con


def _complained(con: duckdb.DuckDBPyConnection, dates: list[date]) -> pd.DataFrame:
    """Build a panel whose outcome is a complaint; each agreement is its own household.

    The panel holds only addresses that were known by the as-of date. Otherwise an address that is not yet known would
    escalate by definition, because being reported is the outcome.
    """
    from features.compile import features
    from models.selection.scope import scope

    tables = history.staged(con)
    score._keep(con, "reach", scope(tables, dates, 28))
    score._keep(con, "signals", features(tables, dates, history.available(con)))
    rows = con.execute(
        f"""SELECT s.*, r.hold, r.wijk,
            (SELECT min(gebeurd_op) FROM staged.overlastmeldingen o WHERE o.overeenkomst_id = s.overeenkomst_id
             AND o.gebeurd_op >= s.as_of AND o.gebeurd_op < s.as_of + {7 * QUARTER}) AS escalated_on
        FROM signals s JOIN reach r USING (corporatie_id, overeenkomst_id, as_of)
        JOIN (SELECT overeenkomst_id, min(known_from) AS heard_of FROM (
                SELECT overeenkomst_id, known_from FROM staged.overlastmeldingen
                UNION ALL SELECT overeenkomst_id, known_from FROM staged.reparatieverzoeken)
            GROUP BY 1) k USING (overeenkomst_id)
        WHERE r.exclusion IS NULL AND k.heard_of < s.as_of
        ORDER BY s.as_of, s.overeenkomst_id"""  # noqa: S608 - a number of days
    ).df()
    complained = rows["escalated_on"].notna().astype("int8")
    return rows.assign(
        household=rows["overeenkomst_id"], mature=True, contacted=False, in_collection=False, weight=1.0,
        escalated=complained, escalated_nuisance=complained, escalated_payment=np.int8(0),
    )  # fmt: skip


def uci_credit_default(folder: Path) -> Case:
    """Predict which card clients default next month. Sex, education, marriage and age are never read."""
    path = folder / "uci_credit_default" / "UCI_Credit_Card.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    clients = pd.read_csv(path, usecols=[n for n in head if n not in ("SEX", "EDUCATION", "MARRIAGE", "AGE")])
    behind = clients[["PAY_0", "PAY_2", "PAY_3", "PAY_4", "PAY_5", "PAY_6"]].clip(lower=0).to_numpy()
    owed = clients["BILL_AMT1"].clip(lower=0).where(behind[:, 0] > 0, 0.0)
    in_arrears = behind > 0
    payments = clients[[f"PAY_AMT{n}" for n in range(1, 7)]].to_numpy()
    row = {
        "arrears_months": behind[:, 0],
        "arrears_euro": owed,
        "oldest_open_days": np.where(in_arrears[:, 0], 30.0 * behind[:, 0], np.nan),
        "arrears_change_3m": behind[:, 0] - behind[:, 3],
        "arrears_change_6m": behind[:, 0] - behind[:, 5],
        "arrears_weeks_365d": in_arrears.sum(axis=1) * 52 / 6,
        "arrears_returns_365d": (in_arrears[:, :-1] & ~in_arrears[:, 1:]).sum(axis=1),
        "last_payment_days": _paid_days(payments),
        "never_paid": (owed.to_numpy() > 0) & ~(payments > 0).any(axis=1),
    }
    rows = pd.DataFrame({s.name: np.nan for s in SIGNALS}, index=clients.index, dtype=float).assign(**row)
    name = clients["ID"].astype(str)
    rows = rows.assign(
        corporatie_id="uci", overeenkomst_id=name, household=name, as_of=date(2005, 10, 1), mature=True, contacted=False,
        hold=None, weight=1.0, in_collection=in_arrears[:, 0],
        escalated=clients["class"].astype("int8"), escalated_payment=clients["class"].astype("int8"),
        escalated_nuisance=np.int8(0), escalated_on=None,
    )  # fmt: skip
    return Case(
        "uci_credit_default",
        "card clients, six months of arrears; outcome: default in the seventh",
        rows,
        100,
        4,
    )


def _paid_days(amounts: np.ndarray) -> np.ndarray:
    """Turn six monthly payments, newest first, into days since the last payment; NaN if there was none."""
    paid = amounts > 0
    return np.where(paid.any(axis=1), 30.0 * paid.argmax(axis=1) + 15, np.nan)


REAL = {"fines": fines, "chicago": chicago, "groningen": groningen, "uci_credit_default": uci_credit_default}
