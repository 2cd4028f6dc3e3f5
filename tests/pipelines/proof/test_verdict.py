"""Test the verdict on a shadow period: yes, no and not yet, only after the horizon, and only with whole seals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from models.evaluate.pooling import Counted, Group, pool
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.proof import chain, pooled, records, seal, verdict
from pipelines.proof.register import Period, Plan
from tests.support.deliveries import make_workspace
from tests.support.seals import memory, monday, morning

pytestmark = pytest.mark.dear

WEEKS = 6
PLAN = Plan(
    name="shadow-1",
    starts=monday(0),
    weeks=WEEKS,
    horizon_weeks=26,
    rivals=["largest_amount"],
    question="Does the list find more?",
    success="Above one against all.",
    failure="Below one against one.",
)
RECORD = records.Record(
    chain.Link(1, "demo", chain.START, "registration", "2025-12-01T08:00:00+01:00", {"record": "a" * 64}), {}
)
PERIOD = Period(PLAN, RECORD)
END = PLAN.known_on


@contextmanager
def sealed(
    place: Workspace, ours: float, theirs: float, until: date = END, weeks: int = WEEKS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Seal lists of 20 new households a week, 8 of them on one list only, with these shares that escalate."""
    rng = np.random.default_rng(1)
    escalated = []
    with memory() as con:
        for week in range(weeks):
            both = [("demo", f"B{week}-{n}") for n in range(12)]
            own, other = ([("demo", f"{k}{week}-{n}") for n in range(8)] for k in "AR")
            lists = {
                "list": seal.Sealable(both + own, "expert 1", "c"),
                "card in use": seal.Sealable(both + own, "expert 1", "c"),
                "expert card": seal.Sealable(both + own, "expert 1", "c"),
                "largest_amount": seal.Sealable(both + other, "largest amount owed"),
            }
            seal.seal_week(con, place, monday(week), lists, {"deliveries": "d"}, morning(week), PLAN.name)
            for people, share in ((both, 0.2), (own, ours), (other, theirs)):
                escalated += [
                    (a, monday(week) + timedelta(days=60)) for _, a in people if rng.random() < share
                ]
        _outcomes(con, escalated, until)
        yield con


def _outcomes(con: duckdb.DuckDBPyConnection, escalated: list[tuple[str, date]], until: date) -> None:
    con.register("bad", pd.DataFrame(escalated, columns=["agreement", "day"]))
    con.execute(
        "INSERT INTO staged.signaleringen BY NAME SELECT 'demo' AS corporatie_id, agreement AS overeenkomst_id, 'D' || agreement "
        "AS signalering_id, 'DEU' AS detailsoort_code, day::DATE AS begindatum, day::DATE AS known_from FROM bad"
    )
    for number, extract in enumerate(("huurovereenkomsten", "huurachterstanden", "signaleringen")):
        con.execute(
            "INSERT INTO run.deliveries VALUES (?, '', ?, ?, 1, '', ?, 0, '', '', '', 0, 0, 0, 0, 0)",
            [number, extract, until, extract],
        )


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path / "home")


@pytest.mark.parametrize(
    ("ours", "theirs", "answer"), [(0.5, 0.1, "yes"), (0.1, 0.5, "no"), (0.25, 0.2, "not yet")]
)
def test_the_answer_is_what_the_outcomes_show(
    place: Workspace, ours: float, theirs: float, answer: str
) -> None:
    with sealed(place, ours, theirs) as con:
        actual = verdict.decide(con, place, PERIOD)
    assert actual.answer == answer, actual.why
    assert actual.found["card in use"].households == 20 * WEEKS
    against = {one.rival: one for one in actual.against}
    assert against["largest_amount"].counts.ours.households == 8 * WEEKS
    assert against["expert card"].pooled is None  # the same list: nobody is on only one of the two
    assert (actual.places, actual.openable) == (4 * 20 * WEEKS, 4 * 20 * WEEKS)


def test_a_ranking_that_chose_nobody_else_leaves_it_at_not_yet(place: Workspace) -> None:
    plan = PLAN.model_copy(update={"rivals": ["largest_amount", "expert card"]})
    with sealed(place, 0.5, 0.1) as con:
        actual = verdict.decide(con, place, Period(plan, RECORD))
    assert actual.answer == "not yet"
    assert "beats expert card: fewer than" in actual.why


def test_nothing_is_opened_before_the_horizon(place: Workspace) -> None:
    with (
        sealed(place, 0.5, 0.1, until=END - timedelta(days=1)) as con,
        pytest.raises(WaakvlamError, match="not due"),
    ):
        verdict.decide(con, place, PERIOD)


def test_a_broken_seal_or_a_missing_week_gives_no_verdict(place: Workspace) -> None:
    with sealed(place, 0.5, 0.1) as con:
        con.execute(
            "BEGIN; UPDATE run.seal_openings SET overeenkomst_id = 'A0-1' WHERE overeenkomst_id = 'R0-1'"
        )
        with pytest.raises(WaakvlamError, match="seals are broken"):
            verdict.decide(con, place, PERIOD)
        con.execute("ROLLBACK")
        longer = Period(PLAN.model_copy(update={"weeks": WEEKS + 1}), RECORD)
        con.execute("UPDATE run.deliveries SET peildatum = peildatum + 7")
        with pytest.raises(WaakvlamError, match="6 of 7 weeks"):
            verdict.decide(con, place, longer)


def test_too_many_erasures_leave_it_at_not_yet(place: Workspace) -> None:
    from pipelines.proof.openings import account_for

    with sealed(place, 0.5, 0.1) as con:
        con.execute("DELETE FROM run.seal_openings WHERE overeenkomst_id LIKE 'B%'")
        account_for(place, con, "erasure", morning(40))
        actual = verdict.decide(con, place, PERIOD)
    assert actual.answer == "not yet"
    assert "192 of 480 sealed places" in actual.why


def test_what_is_shared_hides_small_counts_and_can_be_pooled(place: Workspace, tmp_path: Path) -> None:
    with sealed(place, 0.4, 0.1) as con:
        actual = verdict.decide(con, place, PERIOD)
    text = pooled.shared(actual, PERIOD).model_dump_json()
    own = json.loads(text)["rivals"]
    assert list(own) == ["largest_amount"], (
        "the expert card is not judged, and nobody is only on one of the two"
    )
    assert own["largest_amount"]["ours"]["escalated"] >= 10
    assert own["largest_amount"]["theirs"] == {"households": 48, "escalated": [1, 9]}

    paths = [tmp_path / name for name in ("zuid.json", "noord.json")]
    for path, registration in zip(paths, "bc", strict=True):
        path.write_text(text.replace("a" * 64, registration * 64), encoding="utf-8")
    found, answer, _ = pooled.together(actual, pooled.read(paths, PERIOD), PLAN)
    assert answer == "yes"
    assert found[0].pooled and found[0].pooled.corporations == 3
    alone = replace(
        actual, against=(verdict.Against("largest_amount", Counted(Group(80, 20), Group(80, 20)), None),)
    )
    assert pooled.together(alone, [], PLAN)[1] == "not yet"


def test_few_households_are_not_shared(place: Workspace) -> None:
    with sealed(place, 0.5, 0.1, weeks=WEEKS) as con:
        actual = verdict.decide(con, place, PERIOD)
    counts = Counted(Group(3, 3), Group(40, 12))
    few = replace(actual, against=(verdict.Against("largest_amount", counts, pool([counts])),))
    assert pooled.shared(few, PERIOD).rivals == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("b" * 64, "a" * 64, "same verdict as the verdict of this installation"),
        ('"horizon_weeks":26', '"horizon_weeks":13', "within 13 weeks, and shadow-1 within 26"),
        ('"escalated":20', '"escalated":"many"', "not a verdict.json"),
        ('"escalated":20', '"escalated":70', "not within the households"),
        ('"escalated":20', '"escalated":[5,2]', "not within the households"),
        ('"rivals"', '"people"', "not a verdict.json"),
    ],
)
def test_a_verdict_that_cannot_be_pooled_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    group = {"households": 60, "escalated": 20}
    content = pooled.Shared.model_validate(
        {
            "period": "shadow-1",
            "registration": "b" * 64,
            "horizon_weeks": 26,
            "rivals": {"largest_amount": {"ours": group, "theirs": group}},
        }
    ).model_dump_json()
    path = tmp_path / "zuid.json"
    path.write_text(content, encoding="utf-8")
    assert pooled.read([path], PERIOD)
    with pytest.raises(ConfigurationError, match="same verdict"):
        pooled.read([path, path], PERIOD)
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=says):
        pooled.read([path], PERIOD)
