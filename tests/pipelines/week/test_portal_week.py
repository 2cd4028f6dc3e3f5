"""Test a week with the portal: the list arrives, the log comes back, and an unreachable portal is reported."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import tables
from tests.support.portal_home import Portal, first_week, held, rows, running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork"),
]
TODAY = calendar.today()
MONDAY = calendar.this_monday()
NEXT = MONDAY + timedelta(days=7)
DOWN = "postgres://nobody@127.0.0.1:1/portal"


class Week(NamedTuple):
    """A workspace whose first list is in the portal, before (`untouched`) and after a coach worked on it (`home`)."""

    untouched: Path
    home: Path
    first: dict[str, Any]
    did: dict[str, str]
    seen: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    with running("8" * 64) as result:
        yield result


@pytest.fixture(scope="module")
def week(portal: Portal, tmp_path_factory) -> Week:
    home = tmp_path_factory.mktemp("week") / "home"
    first = first_week(portal, home, homes=200, trends=10)
    seen = held(home)
    untouched = shutil.copytree(home, tmp_path_factory.mktemp("untouched") / "home")
    did = portal.ask("work", home, back=0)
    return Week(untouched, home, first, did, seen)


@pytest.fixture
def copy(week: Week, tmp_path: Path) -> Path:
    """The workspace before the second week."""
    return shutil.copytree(week.home, tmp_path / "home")


@pytest.fixture
def this_week(portal: Portal) -> Callable[[Path], dict[str, Any]]:
    return lambda home: portal.ask("weekly", home, as_of=MONDAY.isoformat(), today=TODAY.isoformat())


@pytest.fixture
def next_week(portal: Portal) -> Callable[[Path], dict[str, Any]]:
    return lambda home: portal.ask("weekly", home, as_of=NEXT.isoformat(), today=TODAY.isoformat())


@pytest.fixture(scope="module")
def second(week: Week, portal: Portal, tmp_path_factory) -> Path:
    """The workspace after the second week; only to read or to copy."""
    home = shutil.copytree(week.home, tmp_path_factory.mktemp("second") / "home")
    ran = portal.ask("weekly", home, as_of=NEXT.isoformat(), today=TODAY.isoformat())
    assert ran["fell_short"] == []
    return home


def published(home: Path, as_of: date) -> list[dict[str, str]]:
    path = home / "output" / as_of.isoformat() / "shortlist.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_portal_holds_the_list_as_it_was_made(week: Week):
    assert week.first["fell_short"] == []
    present = [
        (row[0], row[1])
        for row in rows(
            week.home,
            "SELECT l.position, c.overeenkomst_id FROM casework_listing l JOIN casework_case c ON c.id = l.case_id "
            "WHERE l.as_of = ? ORDER BY l.position",
            MONDAY.isoformat(),
        )
    ]
    result = published(week.home, MONDAY)
    assert present == [(int(row["volgorde"]), row["overeenkomst_id"]) for row in result] and len(result) >= 6


def test_timelines_of_half_a_year_end_in_the_points_of_the_list(week: Week):
    report: dict[str, list[tuple[str, int]]] = {}
    for key, day, points in rows(
        week.home,
        "SELECT c.overeenkomst_id, w.as_of, w.points FROM casework_signalweek w JOIN casework_case c ON c.id = w.case_id ORDER BY 2",
    ):
        report.setdefault(key, []).append((day, sum(json.loads(points).values())))
    with open_warehouse(Workspace(week.home), read_only=True) as con:
        scores = dict(
            con.execute(
                "SELECT overeenkomst_id, score FROM run.decided WHERE as_of = ? AND outcome IN ('top', 'exploration')",
                [MONDAY],
            ).fetchall()
        )
    assert {key: weeks[-1] for key, weeks in report.items()} == {
        key: (MONDAY.isoformat(), score) for key, score in scores.items()
    }
    assert max(len(weeks) for weeks in report.values()) == 26


def test_trends_of_every_week_count_everybody_in_scope(week: Week):
    actual = rows(
        week.home,
        "SELECT as_of, family, sum(agreements), sum(signalled), sum(listed), sum(new) FROM trends_weekfigure GROUP BY 1, 2",
    )
    days = sorted({row[0] for row in actual})
    assert days == [(MONDAY - timedelta(weeks=back)).isoformat() for back in range(9, -1, -1)]
    scored = json.loads(
        (week.home / "output" / MONDAY.isoformat() / "run_report.json").read_text(encoding="utf-8")
    )["counts"]
    now = {
        family: (agreements, signalled, listed, new)
        for day, family, agreements, signalled, listed, new in actual
        if day == days[-1]
    }
    assert {n[0] for n in now.values()} == {scored["scored"]}
    assert now["any"][2:] == (scored["listed"], scored["listed"])
    alone = [now[family][1] for family in ("arrears", "nuisance", "repairs", "worries")]
    assert sum(alone) + now["stacked"][1] == now["any"][1] > 0, "everybody is counted once"


def test_the_same_week_again_changes_nothing_in_the_portal(
    week: Week, tmp_path: Path, portal: Portal, this_week
):
    home = shutil.copytree(week.untouched, tmp_path / "home")
    portal.ask("work", home, back=0, objection=False)
    before = held(home)
    this_week(home)
    assert len(list((home / "inbox" / "portal").iterdir())) == 2, "contacts and worries came back"
    assert held(home) == before


def test_the_same_week_again_leaves_out_a_tenant_who_objected_since(week: Week, copy: Path, this_week):
    """Nothing made after an objection contains the person, so the list and figures of that week change, once."""
    before = held(copy)
    this_week(copy)
    after = held(copy)
    changed = {name for name in after if after[name] != before[name]}
    made_again = {"casework_listing", "runs_run", "trends_weekfigure", "webhooks_event"}
    assert made_again <= changed
    # Another tenant may take the free place, and the case holds the date of its newest list.
    assert changed <= made_again | {"casework_case", "casework_signalweek"}, "what the coach recorded stays"
    objecting = week.did["objecting"]
    assert objecting in {row["overeenkomst_id"] for row in published(week.home, MONDAY)}
    assert objecting not in {row["overeenkomst_id"] for row in published(copy, MONDAY)}
    withdrawn = "SELECT l.withdrawn FROM casework_listing l JOIN casework_case c ON c.id = l.case_id WHERE c.overeenkomst_id = ?"
    assert rows(copy, withdrawn, objecting) == [(1,)], "the case stays, because the coach worked on it"
    in_scope = (
        "SELECT as_of, sum(agreements) FROM trends_weekfigure WHERE family = 'any' GROUP BY 1 ORDER BY 1"
    )
    then, now = (dict(rows(home, in_scope)) for home in (week.home, copy))
    assert then.keys() == now.keys()
    assert all(then[day] - 1 <= now[day] <= then[day] for day in then), (
        "earlier weeks leave out the tenant too"
    )
    assert now[max(now)] == then[max(then)] - 1
    this_week(copy)
    assert held(copy) == after


def test_what_was_logged_comes_back_in_the_next_run(week: Week, second: Path):
    with open_warehouse(Workspace(second), read_only=True) as con:
        said = con.execute(
            "SELECT overeenkomst_id, soort, stand FROM staged.contacten c WHERE c.contact_id IN "
            "(SELECT contact_id FROM raw.contacten r JOIN run.deliveries d USING (delivery_id) WHERE d.source = 'portal')"
        ).fetchall()
        objections = con.execute(
            "SELECT overeenkomst_id FROM staged.bezwaren WHERE datum >= ?", [MONDAY]
        ).fetchall()
        decided = dict(
            con.execute("SELECT overeenkomst_id, outcome FROM run.decided WHERE as_of = ?", [NEXT]).fetchall()
        )
    did = week.did
    assert sorted(said) == sorted(
        [(did["visited"], "Huisbezoek", "in_contact"), (did["watched"], "Administratief", "waakvlam")]
    )
    assert objections == [(did["objecting"],)]
    assert [decided[did[who]] for who in ("visited", "watched", "objecting")] == [
        "in_contact",
        "waakvlam",
        "objection",
    ]
    assert decided[did["back"]] in ("top", "exploration"), (
        "a contact that was taken back holds nobody off the list"
    )
    listed = {row["overeenkomst_id"] for row in published(second, NEXT)}
    assert not listed & {did["visited"], did["watched"], did["objecting"]}
    cared = rows(
        second,
        "SELECT count(*) FROM casework_signalweek w JOIN casework_case c ON c.id = w.case_id WHERE c.overeenkomst_id = ? AND w.as_of = ?",
        did["visited"],
        NEXT.isoformat(),
    )
    assert cared == [(1,)], "the timeline of a case in care goes on"


def test_what_is_logged_later_on_a_day_makes_a_new_version(
    second: Path, tmp_path: Path, portal: Portal, next_week
):
    copy = shutil.copytree(second, tmp_path / "home")
    portal.ask("work", copy, back=0, extra=5)
    next_week(copy)
    next_week(copy)
    names = sorted(path.name for path in (copy / "inbox" / "portal").iterdir())
    day = TODAY.isoformat()
    assert names == [
        f"bezwaren_{day}.csv",
        f"contacten_{day}.csv",
        f"contacten_{day}_v2.csv",
        f"meldingen_medewerkers_{day}.csv",
    ]
    with open_warehouse(Workspace(copy), read_only=True) as con:
        records = con.execute(
            "SELECT count(*), count(DISTINCT contact_id) FROM staged.contacten WHERE known_until IS NULL AND contact_id LIKE '20%T%'"
        ).fetchall()
    assert records == [(3, 3)]


def test_a_portal_that_is_down_stops_no_list_and_the_next_run_catches_up(copy: Path, second: Path, next_week):
    broken = Portal(DATABASE_URL=DOWN)
    said = broken.ask("weekly", copy, as_of=NEXT.isoformat(), today=TODAY.isoformat())
    assert ["Nothing came back" in said["fell_short"][0], "not in the portal" in said["fell_short"][1]] == [
        True,
        True,
    ]
    assert any("het portaal was niet bereikbaar" in text for text in said["notices"])
    assert len(published(copy, NEXT)) > 5
    assert not (copy / "inbox" / "portal").exists()
    assert next_week(copy)["fell_short"] == []
    caught_up, never_down = held(copy), held(second)
    # The run says that its list replaces the one that was made without the portal.
    report = [caught_up.pop("runs_run"), never_down.pop("runs_run")]
    assert ["in de plaats van een eerdere" in str(run) for run in report] == [True, False]
    with sqlite3.connect(copy / "portal" / "portal.sqlite3") as con:
        assert {stop for (stop,) in con.execute("SELECT stop FROM runs_run")} == {"on"}
    assert caught_up == never_down
    lists = [[row | {"let_op": ""} for row in published(home, NEXT)] for home in (copy, second)]
    assert lists[0] == lists[1]
    assert {n: r for n, r in tables(Workspace(copy)).items() if n.startswith("staged")} == {
        n: r for n, r in tables(Workspace(second)).items() if n.startswith("staged")
    }


def test_a_worry_about_any_address_finds_its_home_and_the_rest_waits_for_the_analyst(
    week: Week, copy: Path, portal: Portal, next_week
):
    with open_warehouse(Workspace(copy)) as con:
        attach_vault(con, Workspace(copy))
        listed = {row["overeenkomst_id"] for row in published(copy, MONDAY)}
        home = con.execute(
            """SELECT t.postcode, t.huisnummer || coalesce(t.huisletter, '') || coalesce('-' || t.huisnummertoevoeging, ''),
                 any_value(v.eenheid_id), any_value(v.overeenkomst_id)
               FROM vault.main.tenancies t JOIN versions.huurovereenkomsten v USING (corporatie_id, overeenkomst_id)
               WHERE t.postcode IS NOT NULL AND t.huisnummer IS NOT NULL AND v.known_until IS NULL AND v.einddatum IS NULL
               GROUP BY ALL HAVING count(DISTINCT v.eenheid_id) = 1 ORDER BY ALL"""
        ).fetchall()
    postcode, number, unit, _agreement = next(row for row in home if row[3] not in listed)
    portal.ask(
        "worry",
        copy,
        token="w1",
        postcode=f"{postcode[:4]} {postcode[-2:].lower()}",
        number=f"{number.lower()} ",
    )
    portal.ask("worry", copy, token="w2", postcode="9999ZZ", number="1")
    next_week(copy)
    report = json.loads((copy / "output" / NEXT.isoformat() / "run_report.json").read_text(encoding="utf-8"))
    assert report["portal"]["unknown_addresses"] == 1
    with open_warehouse(Workspace(copy), read_only=True) as con:
        records = con.execute(
            "SELECT overeenkomst_id FROM staged.meldingen_medewerkers WHERE zorg = 'post_hoopt_op' AND gebeurd_op >= ?",
            [MONDAY],
        ).fetchall()
        whose = con.execute(
            "SELECT DISTINCT eenheid_id FROM versions.huurovereenkomsten WHERE overeenkomst_id = ?",
            [records[0][0]],
        ).fetchall()
    assert whose == [(unit,)]


def test_a_payment_since_monday_is_reported_once(week: Week, copy: Path, portal: Portal):
    """A newer arrears list comes on which nobody on this week's list owes anything."""
    place = Workspace(copy)
    owing = [row["overeenkomst_id"] for row in published(copy, MONDAY)]
    with open_warehouse(place, read_only=True) as con:
        others = con.execute(
            "SELECT overeenkomst_id, saldo, oudste_vervaldatum, incassofase FROM staged.huurachterstanden WHERE known_until IS NULL "
            "AND peildatum = (SELECT max(peildatum) FROM staged.huurachterstanden)"
        ).fetchall()
    # Without the column incassofase, which the list before has, the gate stops the list.
    lines = ["corporatie_id;overeenkomst_id;saldo;oudste_vervaldatum;incassofase"]
    lines += [
        f"demo;{key};{saldo:.2f};{since or ''};{step or ''}"
        for key, saldo, since, step in others
        if key not in owing
    ]
    new = copy / "inbox" / f"huurachterstanden_{TODAY + timedelta(days=1)}.csv"
    new.write_text("\n".join(lines), encoding="utf-8")
    from pipelines.delivery import ingest
    from pipelines.reading import inbox

    outcomes = ingest.load_all(place, inbox.find(place.inbox)[0])
    assert not [outcome.refusal for outcome in outcomes if outcome.refusal]
    look = (TODAY + timedelta(days=2)).isoformat()
    first = portal.ask("recheck", copy, day=look)
    second = portal.ask("recheck", copy, day=look)
    assert (first["as_of"], second["told"]) == (MONDAY.isoformat(), 0)
    report = rows(
        copy,
        "SELECT c.overeenkomst_id, x.text FROM casework_change x JOIN casework_case c ON c.id = x.case_id WHERE code = 'paid'",
    )
    assert first["told"] >= len(report) > 0
    assert {text for _key, text in report} == {"De huurachterstand is weg."}
    assert {key for key, _text in report} <= set(owing)
