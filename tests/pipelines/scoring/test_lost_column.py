"""A signal is unknown as soon as a delivery lacks its column, and known again as soon as a delivery has it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import ibis
import pytest

from features.compile import features
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, export, history, score, tables
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import agreement, deliver, load_well, make_workspace
from tests.support.small import no_gate

pytestmark = pytest.mark.dear

MONDAYS = (date(2026, 11, 9), date(2026, 11, 16), date(2026, 11, 23))


def complaints(day: date) -> list[dict[str, str]]:
    """Return two complaints by two reporters; the list of the second Monday lacks the column of the reporter."""
    rows = [
        {
            "zaak_id": f"Z{day.day}{n}",
            "registratiedatum": f"2026-11-0{n}",
            "beklaagde_eenheid_id": "E1",
            "melder_id": f"M{n}",
        }
        for n in (1, 2)
    ]
    if day == MONDAYS[1]:
        rows = [{name: value for name, value in row.items() if name != "melder_id"} for row in rows]
    return rows


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("lost") / "home")
    deliver(place, "huurovereenkomsten", str(MONDAYS[0]), [agreement(1)])
    for day in MONDAYS:
        deliver(place, "overlastmeldingen", str(day), complaints(day))
    with no_gate():
        load_well(place)
    return place


def values(place: Workspace, name: str) -> list[int | None]:
    """Return a signal of the agreement on each Monday, computed for all of them at once."""
    with open_warehouse(place, read_only=True) as con:
        score.score(con, place, MONDAYS, cards.scorecard(place))
        return [value for (value,) in con.execute(f"SELECT {name} FROM signals ORDER BY as_of").fetchall()]


def test_a_count_of_a_lost_column_is_unknown_and_not_what_the_deliveries_before_knew(place: Workspace):
    assert values(place, "reporters_365d") == [2, None, 2]


def test_what_does_not_need_the_column_stays_known(place: Workspace):
    first, second, third = values(place, "complaints_365d")
    assert (first, second, third) == (2, 4, 6)


def test_the_corporation_that_delivers_to_its_own_folder_loses_only_its_own(tmp_path: Path):
    place = make_workspace(tmp_path)
    settings = place.home / "settings.toml"
    settings.write_text(settings.read_text().replace("corporaties = []", 'corporaties = ["ander"]', 1))
    place = Workspace(place.home)
    for folder, day in (("", MONDAYS[0]), ("ander/", MONDAYS[1])):
        (place.inbox / folder).mkdir(exist_ok=True)
        deliver(place, f"{folder}huurovereenkomsten", str(day), [agreement(1)])
        deliver(place, f"{folder}overlastmeldingen", str(day), complaints(day))
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        score.score(con, place, MONDAYS[2], cards.scorecard(place))
        rows = con.execute("SELECT corporatie_id, reporters_365d FROM signals ORDER BY ALL").fetchall()
    assert rows == [("ander", None), ("demo", 2)]


def test_an_exported_history_and_exported_features_know_it_too(place: Workspace, tmp_path: Path):
    with open_warehouse(place, read_only=True) as con:
        available = history.available(con)
        exported = export.write(con, available, tmp_path / "history")
        tables.write(
            tables.DuckDB(con, history.staged(con)),
            available,
            MONDAYS,
            cards.scorecard(place),
            28,
            tmp_path / "out",
        )
    with duckdb.connect() as con:
        query = features(export.attach(con, exported), MONDAYS, exported.available, ["reporters_365d"])
        attached = con.execute(
            f"SELECT reporters_365d FROM ({ibis.to_sql(query, 'duckdb')}) ORDER BY as_of"
        ).fetchall()
        written = con.execute(
            f"SELECT reporters_365d FROM '{tmp_path}/out/features/*.parquet' ORDER BY as_of"
        ).fetchall()
    assert attached == written == [(2,), (None,), (2,)]


def test_what_one_corporation_never_delivered_is_unknown_there_and_nowhere_else(tmp_path: Path):
    place = make_workspace(tmp_path)
    settings = place.home / "settings.toml"
    settings.write_text(settings.read_text().replace("corporaties = []", 'corporaties = ["ander"]', 1))
    place = Workspace(place.home)
    (place.inbox / "ander").mkdir()
    for folder in ("", "ander/"):
        deliver(place, f"{folder}huurovereenkomsten", str(MONDAYS[0]), [agreement(1)])
    deliver(place, "overlastmeldingen", str(MONDAYS[0]), complaints(MONDAYS[0]))
    (place.inbox / "portal").mkdir()
    worry = {
        "melding_id": "W1",
        "overeenkomst_id": "O1",
        "datum": "2026-11-02",
        "bron": "vakman",
        "zorg": "woning_vervuild",
    }
    deliver(place, "portal/meldingen_medewerkers", str(MONDAYS[0]), [worry | {"corporatie_id": "ander"}])
    with no_gate():
        load_well(place)
    with open_warehouse(place, read_only=True) as con:
        score.score(con, place, MONDAYS[0], cards.scorecard(place))
        rows = con.execute(
            "SELECT corporatie_id, complaints_365d, worries_365d, events_365d, active_families FROM signals ORDER BY ALL"
        ).fetchall()
    assert rows == [("ander", None, 1, 1, 1), ("demo", 2, 0, 2, 1)]
