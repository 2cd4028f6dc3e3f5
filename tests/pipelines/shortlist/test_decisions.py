"""Test the log of decisions: every agreement, every week, with its chance; append-only, and the last version counts."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from pipelines.warehouse import migrations
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.support.deliveries import (
    agreement,
    corporation,
    deliver,
    deliver_all,
    make_workspace,
    with_settings,
)

AS_OF = date(2026, 11, 16)
RULES = '[shortlist]\ncapacity = 3\nminimum_points = 1\n[[coaches]]\nname = "Noor"\n'


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    home = with_settings(make_workspace(tmp_path / "home"), RULES)
    extracts = corporation(40)
    extracts["huurovereenkomsten"] += [
        agreement("p", eenheidsoort_code="PAR"),
        agreement("z", einddatum="2026-01-01"),
    ]
    deliver_all(home, "2026-11-15", extracts)
    return home


def query(place: Workspace, text: str) -> list[tuple[Any, ...]]:
    with open_warehouse(place, read_only=True) as con:
        return con.execute(text).fetchall()


def test_everybody_is_logged_once_with_the_reason_or_the_chance(place: Workspace) -> None:
    result = run.run(place, AS_OF).report
    counts = result.counts
    logged = Counter(dict(query(place, "SELECT outcome, count(*) FROM run.decided GROUP BY 1")))
    assert sum(logged.values()) == counts.agreements == 42
    report = {**counts.excluded, **counts.not_listed}
    assert {code: n for code, n in logged.items() if code not in ("top", "exploration")} == {
        code: n for code, n in report.items() if n
    }
    assert (logged["top"], logged["exploration"]) == (2, 1)
    assert logged["not_a_home"] == logged["ended"] == 1

    chances = query(place, "SELECT sum(propensity), count(*) FILTER (propensity > 0) FROM run.decided")
    assert chances[0][0] == pytest.approx(3)
    assert chances[0][1] > 3
    assert query(place, "SELECT count(*) FROM run.decided WHERE (outcome = 'not_a_home') != (score IS NULL AND rank IS NULL) "
                 "AND outcome NOT IN ('ended')") == [(0,)]  # fmt: skip
    ((most,),) = query(
        place, "SELECT count(*) FROM run.decided WHERE score = (SELECT max(score) FROM run.decided)"
    )
    best = query(place, "SELECT outcome, place, coach FROM run.decided WHERE rank = 1")
    assert ("top", 1, "Noor") in best and len(best) == most
    shared = "rank = 1 + (SELECT count(*) FROM run.decided o WHERE o.score > d.score)"
    assert query(place, f"SELECT bool_and({shared}) FROM run.decided d WHERE rank IS NOT NULL") == [(True,)]
    assert query(place, "SELECT coach, capacity, ranked, listed FROM run.list_coaches") == [("Noor", 3, 2, 3)]


@pytest.mark.slow
def test_the_same_grounds_add_nothing_and_others_a_version(place: Workspace) -> None:
    run.run(place, AS_OF)
    before = query(place, "SELECT * FROM run.decisions ORDER BY ALL")
    run.run(place, AS_OF)
    assert query(place, "SELECT * FROM run.decisions ORDER BY ALL") == before

    (place.home / "settings.toml").write_text(
        (place.home / "settings.toml").read_text().replace("capacity = 3", "capacity = 5")
    )
    place = Workspace(place.home)
    run.run(place, AS_OF)
    deliver(place, "huurovereenkomsten", "2026-11-16", [agreement(n) for n in range(1, 44)])
    run.run(place, AS_OF)

    assert query(place, "SELECT version, count(*) FROM run.decisions GROUP BY 1 ORDER BY 1") == [
        (1, 42),
        (2, 42),
        (3, 45),
    ]
    assert query(place, "SELECT * FROM run.decisions WHERE version = 1 ORDER BY ALL") == before
    assert query(place, "SELECT DISTINCT version FROM run.decided") == [(3,)]
    grounds = query(
        place, "SELECT data_sha256, settings_sha256, model_sha256 FROM run.lists ORDER BY version"
    )
    assert [len(set(part)) for part in zip(*grounds, strict=True)] == [2, 2, 1]
    assert query(place, "SELECT version, capacity FROM run.list_coaches ORDER BY 1") == [
        (1, 3),
        (2, 5),
        (3, 5),
    ]
    drawn = query(
        place, "SELECT version, pool, probability FROM run.draws WHERE kind = 'exploration' ORDER BY 1"
    )
    assert [row[0] for row in drawn] == [1, 2, 3]


@pytest.mark.slow
def test_a_trial_is_logged_with_its_share_and_arms(place: Workspace) -> None:
    text = (place.home / "settings.toml").read_text()
    trial = '[trial]\nname = "proef"\nstart = 2026-11-02\nweeks = 26\nfirst = 2\nlast = 12\n[retention]\nlists_months = 18\n'
    (place.home / "settings.toml").write_text(text + trial)
    place = Workspace(place.home)
    result = run.run(place, AS_OF)
    assert query(place, "SELECT trial, trial_share FROM run.lists") == [("proef", 0.5)]
    waits = query(
        place,
        # Only a lot between equal scores, on both sides of the edge of the band, gives who waits a chance.
        "SELECT count(*) FROM run.decided WHERE arm = 'wait' AND outcome = 'waiting' AND (propensity = 0 OR "
        "score IN (SELECT score FROM run.decided WHERE arm IS NULL AND propensity > 0))",
    )
    assert waits == [(result.report.counts.not_listed["waiting"],)]
    assert waits[0][0] > 0
    assert query(place, "SELECT DISTINCT arm FROM run.decided WHERE place = 1 AND outcome = 'top'") == [
        (None,)
    ]
    early = run.run(place, date(2026, 10, 26))
    assert early.report.counts.not_listed["waiting"] == 0


@pytest.mark.slow
def test_decisions_of_before_become_the_first_version(place: Workspace) -> None:
    run.run(place, AS_OF)
    with open_warehouse(place) as con:
        for view in (
            "VIEW run.decided",
            "TABLE run.decisions",
            "TABLE run.draws",
            "TABLE run.lists",
            "TABLE run.list_coaches",
        ):
            con.execute(f"DROP {view}")
        con.execute(
            "CREATE TABLE run.decisions AS SELECT DATE '2026-11-09' AS as_of, 'demo' AS corporatie_id, 'O1' AS overeenkomst_id, "
            "7 AS score, 'Noor' AS coach, 'top' AS outcome, 1.0::DOUBLE AS propensity, 'expert 1.0' AS model"
        )
        con.execute("CREATE TABLE run.draws (as_of DATE, coach VARCHAR, kind VARCHAR, seed VARCHAR, pool INTEGER, "
                    "drawn VARCHAR, probability DOUBLE)")  # fmt: skip
        migrations._versions_of_lists(con)
        rows = con.execute("SELECT as_of, version, score, outcome FROM run.decided").fetchall()
        assert rows == [(date(2026, 11, 9), 1, 7, "top")]
        assert con.execute("SELECT model FROM run.lists").fetchall() == [("expert 1.0",)]
