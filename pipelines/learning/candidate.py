"""`waakvlam candidate`: what a candidate card would have found, from the lists that another card made and coaches visited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from features.known import AGREEMENT, KEY
from models.card.scorecard import Scorecard, load
from models.evaluate.off_policy import LEAST_EFFECTIVE, LEAST_OVERLAP, Logged, OffPolicy, look
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.places import SCORECARDS
from pipelines.installation.settings import Settings
from pipelines.installation.toml_models import nearest
from pipelines.installation.workspace import Workspace
from pipelines.scoring import follow_up, score
from pipelines.scoring.panel import complete_until
from pipelines.shortlist import entries
from pipelines.warehouse.stores import open_warehouse

EPOCH = date(2000, 1, 1)
FOLDS = 5
REFUSED = {
    "no_findings": "No estimate: no address that the candidate would list has a finding yet.",
    "no_overlap": (
        f"No estimate: less than {100 * LEAST_OVERLAP:.0f}% of its places had a chance of a visit. Lots widen this: more exploration "
        "places, or a trial."
    ),
    "few_findings": f"No estimate: fewer than {LEAST_EFFECTIVE:.0f} of the places that it would list have a finding.",
    "few_effective": f"No estimate: a few addresses carry all the weight (effective sample below {LEAST_EFFECTIVE:.0f}).",
}
"""Why there is no estimate, by the code of `models.evaluate.off_policy.OffPolicy`."""


@dataclass(frozen=True)
class CandidateReport:
    """The off-policy look at one card.

    Parameters
    ----------
    card : str
        Name and version.
    lists : int
        Number of as-of dates with visited lists.
    result : OffPolicy
        The estimates, or why there are none.
    """

    card: str
    lists: int
    result: OffPolicy


def run(
    workspace: Workspace, version: str, *, progress: Callable[[str], None] = lambda _: None
) -> CandidateReport:
    """Look at one card.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    version : str
        A proposal of `waakvlam train`, or a card that comes with the program.
    progress : callable
        Called with a description of each step.

    Raises
    ------
    ConfigurationError
        There is no such card.
    WaakvlamError
        No list is old enough for its visits to be known, or the candidate would list nobody.
    """
    card = _card(workspace, version)
    with open_warehouse(workspace, read_only=True) as con:
        days = visited_lists(con)
        if not days:
            raise WaakvlamError(
                f"No list is {follow_up.VISIT_DAYS} days old yet, so no visit can be judged.",
                mend="Wait, or take over the contacts of earlier lists.",
            )
        progress(f"{len(days)} lists by the candidate")
        rows = joined(con, workspace, card, days)
    if not rows["candidate"].sum() > 0:
        raise WaakvlamError(f"{card.name} {card.version} would have listed nobody.")
    progress("findings and weights")
    household = pd.factorize(pd.MultiIndex.from_frame(rows[AGREEMENT]))[0]
    need = rows["need"].to_numpy(dtype=float)
    logged = Logged(
        household,
        rows["logged"].to_numpy(dtype=float).clip(0, 1),
        rows["candidate"].to_numpy(dtype=float).clip(0, 1),
        need,
        expected(rows["score_exact"].to_numpy(dtype=float), need, household),
    )
    return CandidateReport(f"{card.name} {card.version}", len(days), look(logged))


def visited_lists(con: duckdb.DuckDBPyConnection) -> list[date]:
    """Return the as-of dates of the lists whose time for a visit has passed."""
    newest = complete_until(con) - timedelta(days=follow_up.VISIT_DAYS)
    rows = con.execute("SELECT DISTINCT as_of FROM run.decided WHERE as_of <= ? ORDER BY 1", [newest])
    return [day for (day,) in rows.fetchall()]


def joined(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, card: Scorecard, days: Sequence[date]
) -> pd.DataFrame:
    """Return one row per agreement and list that either card could have listed.

    Returns
    -------
    pandas.DataFrame
        The columns of the key, ``logged`` and ``candidate`` (chances), ``score_exact`` of the candidate, and ``need`` (1, 0 or
        missing). Who was on hold then is on hold for the candidate too: its lists follow the visits that were made.
    """
    score.score(con, workspace, list(days), card)
    wanted = pd.concat([_chances(con, workspace.settings, day) for day in days], ignore_index=True)
    logged = con.execute(
        "SELECT corporatie_id, overeenkomst_id, as_of, propensity AS logged FROM run.decided "
        "WHERE propensity > 0 AND list_contains($days, as_of)",
        {"days": list(days)},
    ).df()
    scored = con.execute("SELECT corporatie_id, overeenkomst_id, as_of, score_exact FROM scored").df()
    needs = follow_up.visits(con, complete_until(con))[[*KEY, "need"]]
    tables = [wanted, logged, scored, needs]
    wanted, logged, scored, needs = (t.assign(as_of=pd.to_datetime(t["as_of"])) for t in tables)
    rows = wanted.merge(logged, on=list(KEY), how="outer").merge(scored, on=list(KEY), how="left")
    rows = rows.merge(needs, on=list(KEY), how="left")
    filled = {"candidate": 0.0, "logged": 0.0, "score_exact": 0.0}
    return rows.fillna(filled).sort_values(list(KEY), ignore_index=True)


def _chances(con: duckdb.DuckDBPyConnection, settings: Settings, day: date) -> pd.DataFrame:
    """Return the chance of each agreement of being listed by the card of the table `scored`."""
    log = entries.choose(con, settings, day).log
    chosen = log.loc[log["propensity"] > 0, [*AGREEMENT, "propensity"]]
    return chosen.rename(columns={"propensity": "candidate"}).assign(as_of=day)


def expected(points: np.ndarray, need: np.ndarray, household: np.ndarray) -> np.ndarray:
    """Return the chance of a need by the points, learned from the findings; each finding's own from other households.

    With too few findings of one kind the chance is the same for everybody.
    """
    known = ~np.isnan(need)
    if not known.any():
        return np.zeros(len(need))
    share = np.full(len(need), need[known].mean())
    fewest = min(len(np.unique(household[known & (need == outcome)])) for outcome in (0.0, 1.0))
    if fewest < 2 * FOLDS:
        return share
    model, x = LogisticRegression(), points.reshape(-1, 1)
    share = model.fit(x[known], need[known]).predict_proba(x)[:, 1]
    folds = GroupKFold(FOLDS)
    share[known] = cross_val_predict(
        model, x[known], need[known], groups=household[known], cv=folds, method="predict_proba"
    )[:, 1]
    return share


def _card(workspace: Workspace, version: str) -> Scorecard:
    folders = (workspace.artefacts / "scorecards", SCORECARDS)
    names = {path.stem: path for folder in reversed(folders) for path in sorted(folder.glob("*.json"))}
    names.pop("installed", None)
    if version not in names:
        raise ConfigurationError(f"There is no card {version}{nearest(version, list(names))}.")
    return load(names[version])
