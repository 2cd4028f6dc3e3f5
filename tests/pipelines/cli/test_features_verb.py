"""Test that `waakvlam features` and `waakvlam history` write Parquet tables."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import duckdb
import pytest

from features.compile import COLUMNS
from models.card.scorecard import EXPERT, load
from pipelines.installation.workspace import Workspace
from pipelines.scoring import history
from tests.support.deliveries import Said, agreement, deliver, load_well, make_workspace, waakvlam

pytestmark = pytest.mark.dear

AS_OF = ("--as-of", "2026-11-16", "--as-of", "2026-03-29")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two homes, a garage, and a list of arrears."""
    place = make_workspace(tmp_path_factory.mktemp("features") / "home")
    people = [agreement(1), agreement(2), agreement(3, eenheidsoort_code="PAR")]
    owed = [{"overeenkomst_id": f"O{n}", "saldo": "1200,50", "peildatum": "2026-11-09"} for n in (1, 3)]
    deliver(place, "huurovereenkomsten", "2026-11-09", people)
    deliver(place, "huurachterstanden", "2026-11-09", owed)
    load_well(place)
    return place


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


@pytest.fixture(scope="module")
def written(loaded: Workspace) -> tuple[Said, Path]:
    """Write the features and the history once, beside the workspace."""
    folder = loaded.home.parent / "written"
    folder.mkdir()
    said = waakvlam(loaded, "features", *AS_OF, "--out", folder / "features", "--json")
    history = waakvlam(loaded, "history", "--out", folder / "history")
    assert (history.code, history.err) == (0, "")
    assert "not encrypted" in history.out
    return said, folder


def test_the_tables_are_written(written: tuple[Said, Path]):
    said, out = written[0], written[1] / "features"
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert (report["rows"], report["engine"], report["as_of"]) == (6, "duckdb", ["2026-03-29", "2026-11-16"])
    assert report["available"] == ["huurachterstanden", "huurovereenkomsten"]
    features = duckdb.sql(f"FROM '{out}/features/*.parquet'")
    assert tuple(features.columns) == COLUMNS
    points = [f"points_{term.signal}" for term in load(EXPERT).terms]
    scores = duckdb.sql(
        f"FROM '{out}/scores/*.parquet' WHERE as_of = DATE '2026-11-16' ORDER BY overeenkomst_id"
    )
    assert scores.columns == [
        "corporatie_id",
        "overeenkomst_id",
        "as_of",
        "score",
        *points,
        "exclusion",
        "hold",
    ]
    first, second, garage = (dict(zip(scores.columns, row, strict=True)) for row in scores.fetchall())
    assert first["score"] == sum(first[name] for name in points) > second["score"]
    assert (first["exclusion"], garage["exclusion"]) == (None, "not_a_home")
    assert {garage[name] for name in ("score", *points)} == {None}


def test_an_exported_history_gives_the_same_tables_without_the_key(
    place: Workspace, written: tuple[Said, Path], tmp_path: Path
):
    exported, one, other = written[1] / "history", written[1] / "features", tmp_path / "other"
    (place.home / "keys" / "warehouse.key").unlink()
    assert waakvlam(place, "features", *AS_OF, "--out", other, "--history", exported).code == 0
    for name in ("features", "scores"):
        rows = [
            duckdb.sql(f"FROM '{folder}/{name}/*.parquet' ORDER BY ALL").fetchall() for folder in (one, other)
        ]
        assert rows[0] == rows[1] != []


def test_dates_that_do_not_fit_in_memory_together_are_computed_one_by_one(
    place: Workspace, written: tuple[Said, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(history, "AT_ONCE", 3)
    said = waakvlam(place, "features", *AS_OF, "--out", tmp_path / "parts", "--json")
    assert said.code == 0, said.err
    assert json.loads(said.out)["rows"] == 6
    for name in ("features", "scores"):
        folders = (written[1] / "features" / name, tmp_path / "parts" / name)
        assert [len(list(folder.glob("*.parquet"))) for folder in folders] == [1, 2]
        together, apart = (
            duckdb.sql(f"FROM '{folder}/*.parquet' ORDER BY ALL").fetchall() for folder in folders
        )
        assert together == apart != []


@pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")
def test_others_cannot_read_what_is_written(written: tuple[Said, Path]):
    for folder in (written[1] / "history", written[1] / "features"):
        paths = [folder, *folder.rglob("*")]
        assert len(paths) > 4
        assert not [path for path in paths if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_no_name_or_address_is_exported(written: tuple[Said, Path]):
    files = list(written[1].glob("*/**/*.parquet"))
    held = "".join(str(duckdb.sql(f"FROM '{file}'").fetchall()) for file in files)
    assert "O1" in held
    assert not [word for word in ("Voorbeeld", "Lindelaan", "1811AA", "Alkmaar") if word in held]


@pytest.mark.parametrize("verb", ["features", "history"])
def test_nothing_is_overwritten(place: Workspace, tmp_path: Path, verb: str):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "work").touch()
    said = waakvlam(place, verb, *(AS_OF if verb == "features" else ()), "--out", tmp_path / "mine")
    assert said.code == 2
    assert "output exists already" in said.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["work"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--history", "nowhere"), "This folder has no complete history"),
        (("--engine", "spark", "--master", "yarn"), "--master yarn is not supported"),
        (("--engine", "flink"), "'flink' is not one of 'duckdb', 'spark'"),
    ],
)
def test_a_wrong_call_is_refused_and_writes_no_file(
    place: Workspace, tmp_path: Path, arguments: tuple[str, ...], told: str
):
    said = waakvlam(place, "features", *AS_OF, "--out", tmp_path / "deep" / "out", *arguments)
    assert said.code == 2
    assert told in " ".join(said.err.replace("│", " ").split())
    assert not (tmp_path / "deep").exists()
