"""Test that a visit changes only what comes after it, and that invented coaches work as people do."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from pipelines.exchange import living
from pipelines.sample.collection import BAILIFF
from pipelines.sample.visits import Doors, after, prevented
from pipelines.sample.write import invent
from pipelines.shortlist.entries import Counts


@pytest.fixture(scope="module")
def world():
    return invent(homes=400, weeks=134, seed=3, until=date(2026, 11, 23), deliveries=1)


@pytest.fixture(scope="module")
def helped(world):
    """The agreements that went to the bailiff, each helped two months before."""
    bailiff = world.arrears[world.arrears["phase"] >= BAILIFF].groupby("agreement")["peildatum"].min()
    return {int(agreement): int(day) - 60 for agreement, day in bailiff.items()}


def test_help_keeps_the_past_and_keeps_files_from_the_bailiff(world, helped):
    changed = after(world, helped)
    for agreement, day in helped.items():
        before, now = (w.arrears[w.arrears["agreement"] == agreement] for w in (world, changed))
        past = before["peildatum"] <= day + 7
        assert (now[now["peildatum"] <= day + 7].to_numpy() == before[past].to_numpy()).all()
        later = now[now["peildatum"] > day + 7]
        assert (later["phase"] < BAILIFF).all()
        without = before.set_index("peildatum")["saldo"].loc[later["peildatum"]]
        assert (later["saldo"].to_numpy() <= without.to_numpy()).all()
    assert helped and prevented(world, helped, 182) == len(helped)


def test_who_was_not_helped_has_the_same_history(world, helped):
    changed = after(world, helped)
    same = [w.arrears[~w.arrears["agreement"].isin(helped)].reset_index(drop=True) for w in (world, changed)]
    assert same[0].equals(same[1])


def test_a_door_depends_on_the_hidden_state_and_no_visit_saves_a_lost_home(world):
    doors = Doors(world)
    day = int(world.hidden.mondays[-1])
    seen = [doors.at(int(agreement), day) for agreement in world.hidden.agreement[-1] if agreement >= 0]
    assert 0 < sum(door.need for door in seen) < len(seen)
    assert all(0 < door.opens < 1 and (door.need or not door.helps) for door in seen)
    assert not any(doors.at(agreement, day).helps for agreement in doors.lost)


def test_the_trial_ended_half_a_year_ago():
    days = [date(2026, 11, 23) - timedelta(weeks=n) for n in range(living.LISTS, 0, -1)]
    start = living.trial_start(days)
    assert start + timedelta(weeks=living.TRIAL_WEEKS + living.SINCE_TRIAL) == date(2026, 11, 23)
    assert living.trial_start(days[-10:]) == days[-10]
    assert living.LISTS >= 104, "two years of casework"


def test_one_objection_of_the_demo_reaches_nobody(tmp_path):
    path = tmp_path / "bezwaren_2026-11-09.csv"
    head = "bezwaar_id;overeenkomst_id;datum;ingetrokken_op\n"
    rows = "BZ000001;OVK0003236;2026-03-05;\nBZ000002;OVK0000001;2026-03-06;2026-05-01\n"
    path.write_text(f"{head}{rows}", encoding="utf-8")
    wrong = living.mistype(tmp_path)
    assert wrong == "OVK003236"
    assert path.read_text(encoding="utf-8") == f"{head}{rows}BZ900001;OVK003236;2026-03-05;\n"


def test_lists_of_the_past_end_before_the_newest(world):
    days = living.mondays(world)
    assert len(days) == living.LISTS
    assert days[-1] == date(2026, 11, 16)


def test_the_past_counts_what_was_signed_and_had_not_begun_yet(world):
    """As a register of that week would: a single one of today knows only who signed by now."""
    day = date(2026, 6, 1)
    number, begins = (day - living.EPOCH).days, world.begins
    waiting = [row for row in begins.itertuples() if row.signed < number <= row.begin]
    counts = Counts(100, 60, {"not_started": 0, "ended": 30}, {"below_minimum": 2}, 8)
    told = living._with_signed(counts, world, day)
    assert told.excluded == {"not_started": len(waiting), "ended": 30} and waiting
    assert told.agreements == 100 + len(waiting)


def test_an_objection_leaves_the_list_of_the_past_as_an_exclusion_and_care_as_a_hold():
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE scored (overeenkomst_id VARCHAR, as_of DATE, exclusion VARCHAR, hold VARCHAR, score DOUBLE)"
    )
    day, earlier = date(2026, 6, 1), date(2026, 5, 25)
    rows = [
        ("a", day, None, None, 9),
        ("b", day, None, None, 8),
        ("c", day, "too_late", None, None),
        ("a", earlier, None, None, 7),
    ]
    con.executemany("INSERT INTO scored VALUES (?, ?, ?, ?, ?)", rows)
    living._hold(con, day, {"a": "objection", "b": "in_contact", "c": "objection"})
    assert con.execute("FROM scored ORDER BY as_of DESC, overeenkomst_id").fetchall() == [
        ("a", day, "objection", None, None), ("b", day, None, "in_contact", 8), ("c", day, "too_late", None, None), rows[3],
    ]  # fmt: skip
