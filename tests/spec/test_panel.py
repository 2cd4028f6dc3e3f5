"""Test that the panel has one row per agreement in scope and date, and shows the future only in the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import pytest

from features.catalogue import BY_NAME
from models.card import on_panel
from models.card.lined import lined
from models.card.scorecard import EXPERT, load
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import Workspace, init
from pipelines.sample.write import write_corporation
from pipelines.scoring import controls, history, panel
from pipelines.warehouse.stores import memory_connection, open_warehouse
from pipelines.week import run
from tests.support.contracts import EXTRACT, contracts_in, example
from tests.support.small import no_gate

pytestmark = pytest.mark.slow

UNTIL = date(2026, 11, 16)
AS_OF = [date(2026, 2, 16), date(2026, 4, 20), date(2026, 8, 17)]
KEYS = ["corporatie_id", "overeenkomst_id", "as_of"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    home = tmp_path_factory.mktemp("panel") / "home"
    init(home)
    place = Workspace(home)
    write_corporation(place.inbox, homes=250, weeks=70, seed=5, until=UNTIL, deliveries=2)
    with no_gate():
        run.run(place, UNTIL)
    return place


@pytest.fixture
def con(workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(workspace, read_only=True) as opened:
        yield opened


def table(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    panel.build(con, AS_OF, cooldown_days=28)
    return con.execute(f"SELECT * FROM panel ORDER BY {', '.join(KEYS)}").df()


def test_one_row_per_agreement_in_scope_and_date_with_every_signal(con):
    rows = table(con)
    assert len(rows) == panel.build(con, AS_OF, cooldown_days=28) > 600
    assert not rows.duplicated(KEYS).any()
    assert set(BY_NAME) <= set(rows.columns)
    assert rows["household"].notna().all()
    assert rows["escalated"].sum() > 0
    columns = {name for name, *_ in con.execute("DESCRIBE panel").fetchall()}
    assert {*panel.OUTCOME, "mature", "in_collection", "listed", "wijk"} <= columns


def test_a_window_that_has_not_closed_has_no_negatives(con):
    rows = table(con)
    open_ = rows[rows["as_of"] == pd.Timestamp(AS_OF[2])]
    assert not open_["mature"].any()
    assert set(open_["escalated"].dropna()) <= {1}
    assert open_["escalated"].isna().any()
    closed = rows[rows["mature"]]
    assert set(closed["as_of"].dt.date) == set(AS_OF[:2])
    assert closed["escalated"].notna().all()


def test_everything_but_the_outcome_is_as_without_the_future(con, workspace):
    cut = AS_OF[0]
    panel.build(con, AS_OF, cooldown_days=28)
    names = [name for name, *_ in con.execute("DESCRIBE panel").fetchall()]
    # The household is of the whole register, the list of the log of decisions; no ranking reads them.
    blind = [name for name in names if name not in (*panel.OUTCOME, "household", "listed")]
    query = f"SELECT {', '.join(blind)} FROM panel WHERE as_of = ? ORDER BY {', '.join(KEYS)}"
    then, came = con.execute(query, [cut]).fetchall(), _escalated(con, cut)
    with memory_connection(workspace) as other:
        _copy_known(con, other, cut)
        panel.build(other, [cut], cooldown_days=28, until=UNTIL)
        alone, to_come = other.execute(query, [cut]).fetchall(), _escalated(other, cut)
    assert then == alone
    assert came > 0
    assert to_come == 0


def _escalated(con: duckdb.DuckDBPyConnection, as_of: date) -> int:
    return con.execute("SELECT sum(escalated) FROM panel WHERE as_of = ?", [as_of]).fetchall()[0][0]


def _copy_known(con: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, cut: date) -> None:
    """Copy to an empty warehouse only what was known before a date."""
    other.execute("ATTACH ':memory:' AS warehouse; USE warehouse.main")
    other.execute("CREATE SCHEMA staged; CREATE SCHEMA run")
    names = con.execute(
        "SELECT table_name FROM duckdb_columns() WHERE schema_name = 'staged' GROUP BY 1"
    ).fetchall()
    for (name,) in names:
        rows = con.execute(f"SELECT * FROM staged.{name} WHERE known_from < ?", [cut]).to_arrow_table()
        other.register("rows", rows)
        other.execute(f"CREATE TABLE staged.{name} AS FROM rows")
        other.execute(f"UPDATE staged.{name} SET known_until = NULL WHERE known_until >= DATE '{cut}'")
        other.unregister("rows")
    for name in ("deliveries", "delivery_counts", "decided"):
        rows = con.execute(f"SELECT * FROM run.{name}").to_arrow_table()
        other.register("rows", rows)
        other.execute(f"CREATE TABLE run.{name} AS FROM rows")
        other.unregister("rows")


def test_a_household_is_whole(con):
    rows = table(con)
    con.register("rows", rows[["overeenkomst_id", "household"]].drop_duplicates())
    for shared in ("huurder_id", "eenheid_id", "adres_key"):
        split = con.execute(
            f"SELECT {shared} FROM staged.huurovereenkomsten JOIN rows USING (overeenkomst_id) "
            f"WHERE {shared} IS NOT NULL GROUP BY ALL HAVING count(DISTINCT household) > 1"
        ).fetchall()
        assert not split
    con.unregister("rows")
    assert rows["household"].nunique() > 200


def test_in_parts_or_at_once_is_the_same(con, monkeypatch):
    whole = table(con)
    monkeypatch.setattr(history, "AT_ONCE", 1)
    pd.testing.assert_frame_equal(whole, table(con))


def test_a_sample_keeps_what_matters_and_stands_for_every_row_of_its_date(con, monkeypatch):
    card = lined(load(EXPERT))
    for name, value in {"WHOLE": 0, "LEAST": 1, "SHARE": 3}.items():
        monkeypatch.setattr(controls, name, value)
    mature = AS_OF[:2]
    panel.build(con, mature, cooldown_days=28, card=card)
    whole = con.execute("FROM panel").df().set_index(KEYS)
    panel.build(con, mature, cooldown_days=28, card=card, sampled=True)
    few = con.execute("FROM panel").df().set_index(KEYS)
    assert len(few) < 0.8 * len(whole)
    rows = few.groupby("as_of")["stands_for"].sum()
    assert rows.to_numpy() == pytest.approx(whole.groupby("as_of").size().to_numpy())
    some = [term.points_of for term in on_panel.shapes(card)]
    points = [of(column) for of, column in zip(some, on_panel.values(card, whole).T, strict=True)]
    matters = (np.abs(points) >= controls.POINTS).any(axis=0)
    certain = matters | (whole["escalated"] == 1) | whole["contacted"] | whole["hold"].notna()
    assert set(whole.index[certain]) <= set(few.index)
    assert (few["stands_for"] > 1).any() and not (few["stands_for"] > 1)[
        few.index.isin(whole.index[certain])
    ].any()
    pd.testing.assert_frame_equal(few.drop(columns="stands_for"), whole.loc[few.index])
    drawn = few[few["stands_for"] > 1].groupby(["as_of", "household"]).size()
    others = whole[~certain].groupby(["as_of", "household"]).size()
    assert drawn.equals(others.loc[drawn.index]), "a household is drawn as a whole"
    monkeypatch.setattr(history, "AT_ONCE", 1)
    panel.build(con, mature, cooldown_days=28, card=card, sampled=True)
    pd.testing.assert_frame_equal(con.execute("FROM panel").df().set_index(KEYS).loc[few.index], few)


def test_a_small_panel_is_not_sampled(con):
    rows = panel.build(con, AS_OF, cooldown_days=28, card=load(EXPERT), sampled=True)
    assert rows == panel.build(con, AS_OF, cooldown_days=28)


def test_contacts_of_the_coach_inside_the_window_are_marked(con):
    rows = table(con)
    spoken = con.execute("SELECT DISTINCT overeenkomst_id, datum FROM staged.contacten").fetchall()
    marked = set(
        rows.loc[rows["contacted"].fillna(False).astype(bool), ["overeenkomst_id", "as_of"]].itertuples(
            index=False
        )
    )
    inside = {
        (who, pd.Timestamp(day))
        for who, on in spoken
        for day in AS_OF
        if timedelta(0) <= on - day < timedelta(weeks=26)
    }
    present = set(rows[["overeenkomst_id", "as_of"]].itertuples(index=False, name=None))
    assert {tuple(row) for row in marked} == inside & present
    assert marked


def test_the_list_of_that_date_is_marked(con):
    panel.build(con, [UNTIL], cooldown_days=28)
    listed = {key for (key,) in con.execute("SELECT overeenkomst_id FROM panel WHERE listed").fetchall()}
    chosen = con.execute(
        "SELECT DISTINCT overeenkomst_id FROM run.decided WHERE outcome IN ('top', 'exploration')"
    ).fetchall()
    assert listed == {key for (key,) in chosen}
    assert listed


def test_dates_whose_window_has_closed():
    dates = panel.mature_dates(UNTIL, date(2026, 1, 1), every_weeks=4, horizon_weeks=26)
    assert dates[-1] == UNTIL - timedelta(weeks=26)
    assert dates[0] >= date(2026, 1, 1)
    assert {(b - a).days for a, b in pairwise(dates)} == {28}
    assert panel.mature_dates(UNTIL, UNTIL, every_weeks=4, horizon_weeks=26) == []


def test_a_panel_without_a_register_is_refused(con, workspace):
    with memory_connection(workspace) as other:
        other.execute("CREATE SCHEMA run")
        other.execute("CREATE TABLE run.deliveries (extract VARCHAR, peildatum DATE)")
        with pytest.raises(WaakvlamError, match="huurovereenkomsten was never delivered"):
            panel.complete_until(other)


def test_what_came_of_a_list_does_not_begin_a_history():
    assert set(contracts()) - set(panel.event_extracts()) == {
        "huurovereenkomsten", "huurachterstanden", "bezwaren", "contacten", "toewijzingen",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "events", "of", "first"),
    [
        (["2025-03-03"], ["2024-01-01"], "overlastmeldingen", date(2025, 3, 3)),
        ([], ["2024-05-06", "2024-01-01"], "overlastmeldingen", date(2024, 1, 1)),
        ([], ["2024-01-01"], "boekingen", date(2024, 1, 1)),
        ([], ["2024-01-01"], "schuldhulp_signalen", date(2024, 1, 1)),
        ([], [], "overlastmeldingen", None),
    ],
)
def test_a_history_begins_with_the_arrears_lists_or_else_with_the_first_event(
    workspace, tmp_path, lists, events, of, first
):
    with contracts_in(tmp_path, **{EXTRACT: example()}), memory_connection(workspace) as other:
        other.execute("CREATE SCHEMA staged")
        other.execute("CREATE TABLE staged.peildata (corporatie_id VARCHAR DEFAULT 'C', peildatum DATE)")
        other.executemany(
            "INSERT INTO staged.peildata (peildatum) VALUES (?)", [[day] for day in lists] or [[None]]
        )
        for name in panel.event_extracts():
            other.execute(
                f"CREATE TABLE staged.{name} (corporatie_id VARCHAR DEFAULT 'C', known_from TIMESTAMP)"
            )
        other.executemany(
            f"INSERT INTO staged.{of} (known_from) VALUES (?)",
            [[day] for day in events] or [[None]],
        )
        assert panel.first_known(other) == first
        if first is None:
            with pytest.raises(WaakvlamError, match="There is no history"):
                panel.history_begins(other)
