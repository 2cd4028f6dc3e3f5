"""Run three public data sets through the weekly flow, and compare every count and signal with the files alone."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from examples.prepare import prepare
from models.as_json import as_json
from pipelines.installation.contracts import contracts
from pipelines.installation.workspace import Workspace
from pipelines.scoring import cards, score
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run as weekly
from tests.support import realdata as files

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

DAYS = {
    # A Monday before the first list, one on the day of a list, and two some days after one.
    "fines": (date(2002, 1, 28), date(2003, 3, 3), date(2004, 5, 31), date(2005, 12, 5)),
    # On the first one nobody opened for a visit: that day itself does not count yet.
    "chicago": (date(2011, 4, 4), date(2013, 6, 3), date(2014, 12, 1)),
    "groningen": (date(2013, 4, 1), date(2013, 9, 2), date(2013, 12, 30)),
}
COLUMNS = "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() WHERE database_name = 'warehouse'"
NOWHERE = "missing beklaagde_eenheid_id or beklaagde_overeenkomst_id"


@dataclass(frozen=True, repr=False)
class Example:
    """The workspace made from one data set, and the runs in it."""

    place: Workspace
    runs: dict[date, weekly.Run]

    def ask(self, *queries: str) -> list[list[tuple[Any, ...]]]:
        with open_warehouse(self.place, read_only=True) as con:
            return [con.execute(query).fetchall() for query in queries]

    def signals(self, day: date, names: list[str]) -> pd.DataFrame:
        """Read signals of every agreement known as of a day, in or out of scope."""
        with open_warehouse(self.place, read_only=True) as con:
            score.score(con, self.place, day, cards.scorecard(self.place))
            return (
                con.execute(f"SELECT overeenkomst_id, {', '.join(names)} FROM scored")
                .df()
                .set_index("overeenkomst_id")
            )

    def account(self, extract: str) -> dict[str, int]:
        """Give the rows of a delivery and what became of them, from the report of the run that loaded it."""
        first = next(iter(self.runs.values())).report.deliveries
        (entry,) = [as_json(report) for report in first if report.extract == extract]
        assert entry["state"] == "loaded"
        assert not entry["refused_columns"] and not entry["unmapped"] and not entry["rows_waiting"]
        rows = {name: entry[f"rows_{name}"] for name in ("read", "staged", "duplicate", "quarantined")}
        return rows | {reason: told["rows"] for reason, told in entry["quarantine"].items()}

    def listed(self, day: date) -> set[str]:
        """Read who is on the list of a day; everybody is counted once in the report."""
        counts = self.runs[day].report.counts
        with (self.runs[day].folder / "shortlist.csv").open(encoding="utf-8-sig", newline="") as file:
            actual = [row["overeenkomst_id"] for row in csv.DictReader(file, delimiter=";")]
        assert len(set(actual)) == len(actual) == counts.listed <= 8
        assert counts.agreements == sum(counts.excluded.values()) + counts.scored
        assert counts.scored == sum(counts.not_listed.values()) + len(actual)
        return set(actual)


@pytest.fixture(scope="module")
def flow(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Example]:
    """Prepare an example and run its weeks, once each."""
    result: dict[str, Example] = {}

    def run(name: str) -> Example:
        if name not in result:
            place = Workspace(tmp_path_factory.mktemp(name) / "home")
            prepare(name, realdata / name, place.home)
            result[name] = Example(place, {day: weekly.run(place, day) for day in DAYS[name]})
        return result[name]

    return run


@pytest.fixture(params=list(DAYS))
def example(request: pytest.FixtureRequest, flow: Callable[[str], Example]) -> Example:
    return flow(request.param)


@pytest.fixture(scope="module")
def fines(realdata: Path) -> files.Fines:
    return files.read_fines(realdata / "fines")


@pytest.fixture(scope="module")
def chicago(realdata: Path) -> files.Chicago:
    return files.read_chicago(realdata / "chicago")


@pytest.fixture(scope="module")
def groningen(realdata: Path) -> files.Groningen:
    return files.read_groningen(realdata / "groningen")


def whole(rows: int) -> dict[str, int]:
    """Check the account of a delivery in which every row counts."""
    return {"read": rows, "staged": rows, "duplicate": 0, "quarantined": 0}


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Compare every signal of every agreement; missing is missing on both sides. A difference shows no agreement."""
    found, expected = (frame.astype(float).sort_index() for frame in (found, expected))
    assert found.index.is_unique and list(found.index) == list(expected.index), "other agreements"
    pd.testing.assert_frame_equal(found.reset_index(drop=True), expected.reset_index(drop=True), rtol=1e-9)


# What arrived


def test_every_position_of_the_fines_is_staged_once(flow, fines):
    run = flow("fines")
    assert run.account("huurovereenkomsten") == whole(len(fines.register))
    assert run.account("huurachterstanden") == whole(len(fines.positions))
    (staged,) = run.ask(
        "SELECT peildatum, count(*), sum(saldo) FROM staged.huurachterstanden GROUP BY 1 ORDER BY 1"
    )
    counted = fines.positions.groupby("list")["owed"].agg(["size", "sum"])
    assert [(day, rows) for day, rows, _ in staged] == [
        (day.date(), rows) for day, rows in counted["size"].items()
    ]
    assert [euros for *_, euros in staged] == pytest.approx(list(counted["sum"]))


def test_complaints_that_contradict_each_other_are_set_apart(flow, chicago):
    run = flow("chicago")
    apart, staged = int(chicago.contradicting.sum()), len(chicago.complaints)
    twice = len(chicago.delivered) - apart - staged
    assert apart > 0 and twice > 0, "this data set has both"
    report = {"read": len(chicago.delivered), "staged": staged, "duplicate": twice, "quarantined": apart}
    assert run.account("overlastmeldingen") == report | {"same key, other content": apart}
    assert run.ask("SELECT count(DISTINCT zaak_id) FROM staged.overlastmeldingen") == [[(staged,)]]
    assert run.account("reparatieverzoeken") == whole(len(chicago.visits))
    assert run.account("huurovereenkomsten") == whole(len(chicago.addresses))


def test_incidents_without_a_postcode_are_set_apart_with_their_lines(flow, groningen):
    run, incidents = flow("groningen"), groningen.incidents
    nowhere = incidents[incidents["agreement"] == ""]
    rows, apart = len(incidents), len(nowhere)
    report = {"read": rows, "staged": rows - apart, "duplicate": 0, "quarantined": apart, NOWHERE: apart}
    assert run.account("overlastmeldingen") == report
    assert run.account("huurovereenkomsten") == whole(len(groningen.areas))
    assert incidents["line"].iloc[-1] > rows + 1, "without records of several lines the numbers prove little"
    deliveries = next(iter(run.runs.values())).report.deliveries
    assert (deliveries[1].quarantine or {})[NOWHERE].lines == tuple(nowhere["line"][:20])


# What was known


@pytest.mark.parametrize("day", DAYS["fines"][1:], ids=str)
def test_arrears_are_those_of_the_latest_list(flow, fines, day: date):
    run, expected = flow("fines"), files.fines_as_of(fines, day)
    same(run.signals(day, list(expected)), expected)
    late = expected["collection_phase"] == files.PHASES["Naar incasso"]
    counts = run.runs[day].report.counts
    assert counts.agreements == len(expected) > counts.excluded["too_late"] > 0
    assert counts.excluded == {**dict.fromkeys(counts.excluded, 0), "too_late": late.sum()}
    assert run.listed(day) <= set(expected.index[~late & (expected["arrears_euro"] > 0)])


def test_before_the_first_list_arrears_are_unknown_and_no_list_is_published(flow, fines):
    run, day = flow("fines"), DAYS["fines"][0]
    assert fines.positions["list"].min() > pd.Timestamp(day)
    actual = run.signals(day, ["arrears_euro", "collection_phase"])
    assert len(actual) == (fines.register["begin"] < pd.Timestamp(day)).sum() > 0
    assert actual.isna().all(axis=None), "not known is not nothing"
    assert not (run.runs[day].folder / "shortlist.csv").exists()
    empty, stale = run.runs[day].fell_short
    assert "An empty list is not published" in empty
    assert stale == "huurachterstanden is expected and stale: nothing was delivered."


@pytest.mark.parametrize("day", DAYS["chicago"], ids=str)
def test_complaints_and_visits_are_counted_by_their_day(flow, chicago, day: date):
    run, expected = flow("chicago"), files.chicago_as_of(chicago, day)
    assert (expected.filter(like="complaints").sum() > 0).all()
    same(run.signals(day, list(expected)), expected)
    counts = run.runs[day].report.counts
    assert counts.agreements == counts.scored == len(chicago.addresses)
    assert run.listed(day) <= set(expected.index[expected["complaints_365d"] > 0])


def test_nobody_opened_on_the_day_itself_does_not_count_yet(flow, chicago):
    day = DAYS["chicago"][0]
    visits = chicago.visits[chicago.visits["Aanleiding"].str.lower() == "no entry"]
    assert (visits["on"] == pd.Timestamp(day)).sum() == (visits["on"] < pd.Timestamp(day)).sum() == 1
    assert flow("chicago").signals(day, ["not_home_365d"]).sum().item() == 1


@pytest.mark.parametrize("day", DAYS["groningen"], ids=str)
def test_an_incident_counts_once_it_has_happened_and_is_known(flow, groningen, day: date):
    run, expected = flow("groningen"), files.groningen_as_of(groningen, day)
    same(run.signals(day, list(expected)), expected)
    leaks = files.groningen_as_of(groningen, day, known_only=False) - expected
    assert leaks.min(axis=None) >= 0
    assert leaks.sum().min() > 0, "by the day of the incident alone, some would count before anyone knew"
    counts = run.runs[day].report.counts
    assert counts.agreements == counts.scored == len(groningen.areas)
    assert run.listed(day) <= set(expected.index[expected["complaints_365d"] > 0])


def test_several_dates_at_once_give_what_each_gives_alone(example):
    card = cards.scorecard(example.place)
    with open_warehouse(example.place, read_only=True) as con:
        score.score(con, example.place, list(example.runs), card)
        con.execute("CREATE TEMP TABLE together AS FROM scored")
        for day in example.runs:
            score.score(con, example.place, day, card)
            alone, shared, present = con.execute(
                "SELECT (SELECT count(*) FROM scored), (SELECT count(*) FROM (FROM scored INTERSECT FROM together)), "
                "(SELECT count(*) FROM together WHERE as_of = ?)",
                [day],
            ).fetchall()[0]
            assert alone == shared == present > 0, day


# What comes out


def test_the_same_inbox_again_changes_nothing(example):
    day, run = list(example.runs.items())[-1]
    sums = [f"SELECT count(*), bit_xor(hash(t)) FROM staged.{name} t" for name in (*contracts(), "peildata")]
    before, printed = example.ask(*sums), (run.folder / "shortlist.csv").read_bytes()
    again = weekly.run(example.place, day)
    assert {entry.state for entry in again.report.deliveries} == {"known"}
    assert len(again.report.deliveries) == len(run.report.deliveries)
    assert example.ask(*sums) == before
    assert (again.folder / "shortlist.csv").read_bytes() == printed
    assert again.report.counts == run.report.counts


def test_another_installation_prints_the_same_list(flow, realdata: Path, tmp_path: Path):
    """It has another key and no earlier weeks: neither may change the list."""
    day, run = list(flow("groningen").runs.items())[-1]
    prepare("groningen", realdata / "groningen", tmp_path / "home")
    other = weekly.run(Workspace(tmp_path / "home"), day)
    assert (other.folder / "shortlist.csv").read_bytes() == (run.folder / "shortlist.csv").read_bytes()


# What is kept


def test_columns_that_nothing_asks_for_are_not_kept(flow, groningen):
    run, incidents = flow("groningen"), groningen.incidents
    used = [
        "Incident Identificatie",
        "Kennisnamedatum/tijd",
        "Begin-pleegdatum/tijd",
        "Pleegpostcode",
        "Incidentsoort",
    ]
    others = incidents.drop(columns=[*used, "agreement", "on", "known", "line"])
    assert next(iter(run.runs.values())).report.deliveries[1].ignored_columns == tuple(others)
    (columns,) = run.ask(COLUMNS)
    texts = [
        f'SELECT DISTINCT "{column}" FROM {schema}.{name}'
        for schema, name, column, kind in columns
        if kind == "VARCHAR"
    ]
    kept = {value for found in run.ask(*texts) for (value,) in found}
    assert set(incidents.loc[incidents["agreement"] != "", "agreement"]) <= kept, "what is kept is found"
    assert not kept & {value for column in others for value in others[column] if len(value) > 3}


def test_who_and_where_have_no_column_in_the_warehouse(example):
    (columns,) = example.ask(COLUMNS)
    names = {column for _, _, column, _ in columns}
    assert "eenheid_id" in names
    assert not names & set(contracts()["huurovereenkomsten"].identity)


def test_no_file_that_is_made_holds_a_street_of_the_incidents(flow, groningen):
    streets = {street.encode() for street in groningen.incidents["Pleegstraatnaam"] if len(street) > 9}
    home = flow("groningen").place.home
    result = [path for path in home.rglob("*") if path.is_file() and path.parent.name != "inbox"]
    assert len(streets) > 100 and len(result) > 10
    assert not [path.name for path in result if any(map(path.read_bytes().__contains__, streets))]


def test_an_example_is_prepared_whole_and_never_over_an_installation(flow, realdata: Path, tmp_path: Path):
    with pytest.raises(FileExistsError):
        prepare("groningen", realdata / "groningen", flow("groningen").place.home)
    with pytest.raises(FileNotFoundError):
        prepare("groningen", tmp_path, tmp_path / "home")
    assert not (tmp_path / "home").exists()
