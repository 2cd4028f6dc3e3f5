"""Let a notebook read pseudonymous signals, scores, decisions and delivery figures.

`Bench` opens the warehouse read-only and never opens the vault, so give a notebook the warehouse's key only
(`WAAKVLAM_WAREHOUSE_KEY`, or a `keys` folder without `vault.key`). Each bench creates its own pseudonyms for agreements,
so rows of two notebooks, or of a notebook and a list, cannot be linked.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from features.catalogue import SIGNALS
from models.card.scorecard import Scorecard
from pipelines.evidence.effect import Effect, measure
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import Sql, fill, literal
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, panel, score
from pipelines.warehouse.stores import open_warehouse

NEVER = ("huurder_id", "eenheid_id", "adres_key", "overeenkomst_id", "wijk")
"""Columns that a notebook never receives, because each identifies a home, a tenant or a neighbourhood."""


class Bench:
    """A read-only view of one workspace for a notebook.

    Parameters
    ----------
    home : str or Path
        The workspace.
    """

    def __init__(self, home: str | Path) -> None:
        self._workspace = Workspace(Path(home))
        self._salt = secrets.token_hex(16)

    @property
    def card(self) -> Scorecard:
        """The scorecard in use."""
        return cards.scorecard(self._workspace)

    @property
    def last_list(self) -> date:
        """As-of date of the newest list.

        Raises
        ------
        ConfigurationError
            No list has been made yet.
        """
        with open_warehouse(self._workspace, read_only=True) as con:
            newest: date | None = con.execute("SELECT max(as_of) FROM run.lists").fetchall()[0][0]
        if newest is None:
            raise ConfigurationError("No list has been made yet.", mend="Run `waakvlam weekly` to make one.")
        return newest

    def signals(self, as_of: date | Sequence[date], card: Scorecard | None = None) -> pd.DataFrame:
        """Compute the signals, points and score of each agreement in scope.

        Parameters
        ----------
        as_of : date or sequence of dates
            Each date means that day at 00:00.
        card : Scorecard, optional
            The card to score with; default: the one in use.

        Returns
        -------
        pandas.DataFrame
            ``agreement`` (a pseudonym), as_of, the signals, ``points_*`` and score.
        """
        chosen = card or self.card
        names = [s.name for s in SIGNALS]
        points = [f"points_{term.signal}" for term in chosen.terms]
        with open_warehouse(self._workspace, read_only=True) as con:
            score.score(con, self._workspace, as_of, chosen)
            query = "SELECT {agreement}, {columns} FROM scored WHERE exclusion IS NULL ORDER BY 1, as_of"
            columns = ["as_of", *names, *points, "score"]
            return self._read(con, fill(query, agreement=self._pseudonym(), columns=columns))

    def decisions(self) -> pd.DataFrame:
        """Read the decision on each agreement of each list, in its last version, without those of anybody with an objection."""
        with open_warehouse(self._workspace, read_only=True) as con:
            query = (
                "SELECT {agreement}, as_of, score, rank, outcome, coach, place, arm, propensity "
                "FROM run.decided ANTI JOIN staged.objectors USING (corporatie_id, overeenkomst_id) ORDER BY as_of, 1"
            )
            return self._read(con, fill(query, agreement=self._pseudonym()))

    def outcomes(self, as_of: Sequence[date]) -> pd.DataFrame:
        """Read the outcome of each agreement in scope on past dates: escalated, contacted, mature (`pipelines.scoring.panel.build`)."""
        with open_warehouse(self._workspace, read_only=True) as con:
            panel.build(con, as_of, cooldown_days=self._workspace.settings.shortlist.cooldown_days)
            query = "SELECT {agreement}, as_of, escalated, escalation, contacted, mature FROM panel ORDER BY 1, as_of"
            return self._read(con, fill(query, agreement=self._pseudonym()))

    def quality(self) -> pd.DataFrame:
        """Read the figures that the quality gate computed for each delivery."""
        with open_warehouse(self._workspace, read_only=True) as con:
            return self._read(
                con,
                "SELECT extract, peildatum, figure, value, least, most, severity, success FROM run.expectations ORDER BY ALL",
            )

    def effect(self) -> Effect:
        """Measure the effect as `waakvlam effect` does."""
        with open_warehouse(self._workspace, read_only=True) as con:
            return measure(con)

    def _pseudonym(self) -> Sql:
        query = "sha256({salt} || corporatie_id || '|' || overeenkomst_id)[:12] AS agreement"
        return fill(query, salt=literal(self._salt))

    def _read(self, con: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
        rows = con.execute(query).df()
        assert not set(NEVER) & set(rows.columns), "a notebook reads no column that leads to a person"
        return rows
