"""Nothing made after an objection contains or learns from that person, or from the household.

One tenant has an old agreement, a partner with a separate agreement in the same home, and a home at another corporation of
the same installation. The objection comes after a year of lists.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from features.known import LACKING
from pipelines.evidence import bench, quarter
from pipelines.exchange.star import write as star
from pipelines.installation.workspace import Workspace
from pipelines.learning.monitor import volumes
from pipelines.scoring import follow_up, panel
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.support.deliveries import (
    agreement,
    corporation,
    deliver,
    deliver_all,
    load_well,
    make_workspace,
    waakvlam,
    with_settings,
)
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

WEEKS = [date(2026, 9, 7), date(2026, 10, 5), date(2026, 11, 2)]
AFTER = date(2026, 11, 16)
OTHERS = {"O3", "O5"}
THEIRS = {"O1", "O70", "O71", "Z1"}
"""The agreement objected to, the one before a move, the partner's in the same home, and that at the other corporation."""
PERSON = {"naam": "B. de Uniek", "telefoon": "06-12345678"}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Make lists of three weeks with the tenant on them, and then load the objection."""
    workspace = with_settings(
        make_workspace(tmp_path_factory.mktemp("objection") / "home"), 'corporaties = ["zuid"]\n'
    )
    rows = corporation(6)
    rows["huurovereenkomsten"] = [
        *(row | (PERSON if row["overeenkomst_id"] == "O1" else {}) for row in rows["huurovereenkomsten"]),
        agreement(70, huurder_id="H1", einddatum="2026-02-28", naam="B. de Uniek"),
        agreement(71, eenheid_id="E1", begindatum="2022-05-01", naam="C. Ander"),
    ]
    rows["huurachterstanden"] += [
        {"overeenkomst_id": "O71", "saldo": "1900,00", "oudste_vervaldatum": "2026-06-01"}
    ]
    (workspace.inbox / "zuid").mkdir()
    with no_gate():
        for week in WEEKS:
            deliver_all(workspace, str(week), rows)
            own = agreement(1, overeenkomst_id="Z1", naam="B. DE UNIEK", telefoon="+31612345678")
            path = deliver(workspace, "huurovereenkomsten", str(week), [own], version=9)
            path.rename(workspace.inbox / "zuid" / f"huurovereenkomsten_{week}.csv")
            run.run(workspace, week)
        assert listed(workspace, WEEKS[1]) & THEIRS, "without the objection they are on the list"
        deliver(
            workspace,
            "bezwaren",
            str(AFTER),
            [{"bezwaar_id": "B1", "overeenkomst_id": "O1", "datum": "2026-11-12"}],
        )
        load_well(workspace)
    return workspace


def listed(place: Workspace, week: date) -> set[str]:
    """Return the agreements on the list of a week."""
    text = (place.output / str(week) / "shortlist.csv").read_text(encoding="utf-8-sig")
    return {cell for row in text.splitlines() for cell in row.split(";")} & (THEIRS | OTHERS)


def named(con: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    return {name for (name,) in con.execute(query).fetchall()}


def test_training_panels_and_backtests(place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        panel.build(con, WEEKS, cooldown_days=28)
        actual = named(con, "SELECT DISTINCT overeenkomst_id FROM panel")
    assert not actual & THEIRS and actual >= OTHERS


def test_what_followed_on_a_list(place: Workspace):
    with open_warehouse(place) as con:
        followed = follow_up.listed(con, WEEKS[0], AFTER)
        at_cut = follow_up.at_cut(con, WEEKS[0], AFTER)
        visited = follow_up.visits(con, AFTER)
    for table in (followed, at_cut, visited):
        assert not set(table["overeenkomst_id"]) & THEIRS
        assert set(table["overeenkomst_id"]) & OTHERS


@pytest.mark.parametrize("verb", ["features", "history"])
def test_exported_features_and_history(place: Workspace, tmp_path: Path, verb: str):
    days = [word for week in WEEKS for word in ("--as-of", week)] if verb == "features" else []
    said = waakvlam(place, verb, *days, "--out", tmp_path / "out")
    assert said.code == 0, said.err
    files = [
        file for file in (tmp_path / "out").rglob("*.parquet") if not {"peildata", LACKING} & {*file.parts}
    ]
    with duckdb.connect() as con:
        for file in files:
            actual = named(con, f"SELECT DISTINCT overeenkomst_id FROM '{file}'")
            assert not actual & THEIRS, file
    assert files


def test_the_star(place: Workspace, tmp_path: Path):
    assert len(star.export(place, tmp_path / "star").written) == len(WEEKS)
    with open_warehouse(place, read_only=True) as con:
        star._pseudonyms(con, place)
        query = "SELECT DISTINCT overeenkomst_id, pseudonym(corporatie_id, overeenkomst_id) FROM run.decided"
        pseudonym = dict(con.execute(query).fetchall())
    with duckdb.connect() as con:
        for file in (tmp_path / "star").rglob("*.parquet"):
            columns = {name for (name, *_) in con.execute(f"DESCRIBE SELECT * FROM '{file}'").fetchall()}
            if "agreement_key" in columns:
                actual = named(con, f"SELECT DISTINCT agreement_key FROM '{file}'")
                assert not actual & {pseudonym[one] for one in THEIRS & pseudonym.keys()}, file
                assert actual & {pseudonym[one] for one in OTHERS}, file
        trend = tmp_path / "star" / "fact_trend" / f"{WEEKS[0]}.parquet"
        assert con.execute(
            f"SELECT max(agreements) FROM '{trend}' WHERE corporation_id = 'zuid'"
        ).fetchall() == [(None,)]


def test_the_quarter_the_notebooks_and_the_volumes(place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        quarter.sections(con, date(2026, 7, 1), date(2026, 12, 31))
        for table in ("met", "stood"):
            assert not named(con, f"SELECT DISTINCT overeenkomst_id FROM {table}") & THEIRS
        assert named(con, "SELECT DISTINCT overeenkomst_id FROM stood") & OTHERS
        arrears = volumes(con, [WEEKS[2]])["huurachterstanden"][WEEKS[2]]
    assert arrears == sum(row["overeenkomst_id"] not in THEIRS for row in corporation(6)["huurachterstanden"])
    with open_warehouse(place, read_only=True) as con:
        everyone = len(named(con, "SELECT DISTINCT overeenkomst_id FROM run.decided") - THEIRS)
    assert bench.Bench(place.home).decisions()["agreement"].nunique() == everyone


def test_explain_shows_the_objection_and_no_signal(place: Workspace):
    for one in ("O1", "O71", "O70"):
        said = waakvlam(place, "explain", one, "--as-of", WEEKS[2], "--json")
        assert said.code == 0, said.err
        assert '"signals": []' in said.out and '"reasons": []' in said.out
    assert "bezwaar tegen gebruik van gegevens" in waakvlam(place, "explain", "O1", "--as-of", WEEKS[2]).out


def test_lists_of_the_past_made_again_and_the_next_list(place: Workspace):
    for week in (WEEKS[1], AFTER):
        with no_gate():
            run.run(place, week)
        assert not listed(place, week) & THEIRS
        assert listed(place, week) & OTHERS


def test_after_an_objection_is_withdrawn_everything_counts_again(place: Workspace):
    row = {"bezwaar_id": "B1", "overeenkomst_id": "O1", "datum": "2026-11-12", "ingetrokken_op": "2026-11-20"}
    deliver(place, "bezwaren", "2026-11-23", [row])
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        assert con.execute("FROM staged.objectors").fetchall() == []


@pytest.mark.parametrize("objector", ["O1", "O8", "O9"])
def test_who_lived_there_before_or_after_is_no_household(tmp_path: Path, objector: str):
    """The first register does not know the end of an agreement, and the next one does."""
    workspace = make_workspace(tmp_path / "home")
    with no_gate():
        deliver(workspace, "huurovereenkomsten", "2026-09-07", [
            agreement(8, eenheid_id="E1", begindatum="2015-01-01", huurder_id="H8"), agreement(2)])  # fmt: skip
        deliver(workspace, "huurovereenkomsten", "2026-10-05", [
            agreement(8, eenheid_id="E1", begindatum="2015-01-01", einddatum="2026-09-14", huurder_id="H8"),
            agreement(1, begindatum="2026-09-15"), agreement(2)])  # fmt: skip
        deliver(workspace, "huurovereenkomsten", "2026-11-02", [
            agreement(8, eenheid_id="E1", begindatum="2015-01-01", einddatum="2026-09-14", huurder_id="H8"),
            agreement(1, begindatum="2026-09-15", einddatum="2026-10-20"),
            agreement(9, eenheid_id="E1", begindatum="2026-10-21"), agreement(2)])  # fmt: skip
        deliver(
            workspace,
            "bezwaren",
            str(AFTER),
            [{"bezwaar_id": "B1", "overeenkomst_id": objector, "datum": "2026-11-12"}],
        )
        load_well(workspace)
    with open_warehouse(workspace, read_only=True) as con:
        assert named(con, "SELECT overeenkomst_id FROM staged.objectors") == {objector}
