"""Test what the evaluation measures of a case, and that its page says what was not reached."""

from __future__ import annotations

import copy
import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks import cases, earlier
from benchmarks import evaluation_tables as tables
from benchmarks.evaluation_page import page
from benchmarks.panels import Case
from features.catalogue import BY_NAME
from models.evaluate import fitted
from tests.support.panels import thrown

FIGURES = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "evaluation.json").read_text(encoding="utf-8")
)


def small_case(households: int = 300, dates: int = 6) -> Case:
    """A panel of a few dates in which signals tell of escalations."""
    rows = thrown(households=households, dates=dates, strength=2.0)
    rows = rows.assign(escalated_payment=rows["escalated"], escalated_nuisance=np.int8(0))
    empty = pd.DataFrame({name: np.nan for name in BY_NAME if name not in rows}, index=rows.index)
    return Case("thrown", "", pd.concat([rows, empty], axis=1), 5, 4)


@pytest.mark.dear
def test_a_case_is_measured_with_every_rival_and_lead_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitted, "BAGS", 1)
    monkeypatch.setattr(fitted, "ROUNDS", 20)
    case = small_case()
    measured = cases.measured(case, {"ebm": fitted.additive(cases.NAMES, pairs=1)})
    ranked = tables.by_name(measured)
    assert {"learned", "expert", "boosting", "ebm", "logistic"} <= set(ranked)
    assert ranked["ebm"]["at"]["5"]["precision"][0] > case.rows["escalated"].mean()
    of_all = {row["places"]: row["precision"] for row in measured["early"]["ahead"] if row["weeks"] == 0}
    assert of_all[5]["0"] == pytest.approx(ranked["learned"]["at"]["5"]["precision"][0], abs=1e-4)
    assert set(measured["early"]["against_best_simple"]["4"]) == {"5", "10", "20"}
    assert list(measured["postcard"]) == ["5", "10", "20"]
    once = Case("once", "", case.rows[case.rows["as_of"] == case.rows["as_of"].max()], 5, 4)
    assert "early" not in cases.measured(once, {}), "one date has no dates to look back on"


@pytest.mark.dear
def test_training_is_measured_with_its_verdict() -> None:
    trained = cases.trained(small_case(dates=8))
    assert trained["escalations"]["arrears"] > 50 > trained["escalations"]["nuisance"] == 0
    assert 0 < trained["terms_moved"] <= trained["terms"]
    assert set(trained["precision"]) == {"kept", "learned"} and trained["verdict"]


@pytest.mark.dear
def test_the_curve_ends_with_all_that_occurred() -> None:
    steps = cases.curve(small_case(households=600, dates=8))
    numbers = [step["escalations"] for step in steps]
    assert numbers[:2] == [25, 50] and 50 < numbers[-1] < 200
    assert [len(step["draws"]) for step in steps] == [3] * (len(steps) - 1) + [1]


def test_a_card_is_learned_once_from_the_same_rows() -> None:
    learned = []

    def fit(rows: pd.DataFrame, y: np.ndarray):
        learned.append(len(rows))
        return lambda test: np.full(len(test), y.sum())

    remembered, rows = cases.Remembered(fit), pd.DataFrame({"signal": range(6)})
    first = remembered(rows, np.ones(6))
    assert remembered(rows, np.ones(6)) is first
    assert remembered(rows.iloc[2:], np.ones(4)) is not first and learned == [6, 4]


def rival(one: dict, name: str, precision: float) -> dict:
    """Give a rival of a result this precision at every length."""
    changed = copy.deepcopy(one)
    row = copy.deepcopy(tables.by_name(changed)["boosting"])
    for at in row["at"].values():
        at["precision"][0] = precision
    changed["rankings"] = [r for r in changed["rankings"] if r["name"] != name] + [row | {"name": name}]
    return changed


@pytest.mark.parametrize(
    ("precision", "cell", "missed"), [(0.999, "**0.", True), (0.0001, "(", False), (None, "–", False)]
)
def test_a_rival_counts_where_it_beats_the_best_simple_ranking(
    precision: float | None, cell: str, missed: bool
) -> None:
    one = copy.deepcopy(FIGURES["kust 1"])
    one["rankings"] = [row for row in one["rankings"] if row["name"] != "ebm"]
    if precision:
        one = rival(one, "ebm", precision)
    shown = tables.rivals({"kust 1": one})
    row = next(line for line in shown.splitlines() if line.startswith("| kust 1 |"))
    assert row.split(" | ")[3].startswith(cell)
    assert ("kust 1 against EBM at capacity" in shown) == missed


def test_what_training_leaves_as_it_is_and_what_the_gate_refuses_is_said() -> None:
    own = {
        "escalations": {"arrears": 200, "nuisance": 9}, "terms": 30, "terms_moved": 0, "adopted": False,
        "verdict": "Refused: why.", "precision": {"kept": 0.5, "learned": 0.4},
    }  # fmt: skip
    shown = tables.training({"kust 1": FIGURES["kust 1"] | {"training": own}})
    assert "| 200, 9 |" in shown and "| 0 of 30 | 0.80 × | Refused: why. |" in shown
    assert "- no point moved: kust 1." in shown


def test_the_early_goals_are_judged_by_the_mean() -> None:
    def one(likely: float, early: float) -> dict:
        rows = [
            {"places": k, "weeks": weeks, "precision": {"0": 0.4, "4": 0.5 * ratio, "then": 0.5}}
            for k in (8, 32)
            for weeks, ratio in ((0, likely), (4, 1.0), (8, early), (13, 1.0))
        ]
        return {"ahead": rows}

    shown = tables.ahead({"stad 1": one(0.96, 1.2), "kust 1": one(0.96, 1.4)})
    assert "all outcomes 0.960, reached; early outcomes 1.296, reached." in shown
    assert "| *geometric mean* | 1.200 × | 1.620 × |" in shown, "relative to the card without a lead time"
    assert "early outcomes 1.200, **missed** (1.25)" in tables.ahead({"stad 1": one(0.9, 1.2)})


def test_the_last_row_of_a_curve_with_fewer_escalations_has_one_draw() -> None:
    draw = {"difference": [0.2, 0.1, 0.3]}
    below = {"difference": [-0.2, -0.3, -0.1]}
    shown = tables.curves(
        {
            "stad 1": [
                {"escalations": 25, "draws": [draw, draw, below]},
                {"escalations": 81, "draws": [draw]},
            ]
        }
    )
    assert (
        "| stad 1 | 25 | 20.0% (10.0 to 30.0) | 20.0% (10.0 to 30.0) | −20.0% (−30.0 to −10.0) | 1 of 3 |"
        in shown
    )
    assert "| stad 1 | 81 | 20.0% (10.0 to 30.0) | the same | the same | never |" in shown
    assert "stad 1 (81: 1 of 1)" in shown


def test_the_page_names_the_commit_of_each_figure_and_the_corporations_nobody_looked_at() -> None:
    one = FIGURES["kust 1"]
    shown = page(
        {
            "kust 1": one | {"commit": "aaa"},
            "kust 4": one | {"commit": "aaa"},
            "stad 1": one | {"commit": "bbb"},
        }
    )
    assert "The figures are of commit aaa. Of commit bbb: stad 1." in shown
    chosen, fresh = shown.split("## Corporations that nobody looked at while choosing")
    assert "Not measured yet: stad 4, veen 4, duin 3, polder 3." in shown
    assert "| kust 1 |" in chosen and "| kust 4 |" not in chosen and "| kust 4 |" in fresh


def test_a_ratio_that_fell_since_the_earlier_commit_is_named() -> None:
    now = tables.by_name(FIGURES["kust 1"])["learned"]["against_best_simple"]["ratio"][0]
    before = {"commit": "ccc", "ratios": {"kust 1": [now / 0.96, 1, 2], "kust 2": [0.5, 0.4, 0.6]}}
    shown = tables.earlier({"kust 1": FIGURES["kust 1"], "kust 2": FIGURES["kust 2"]}, before)
    assert "| 0.960 |" in shown and "- below the goal: kust 1." in shown


def worktrees() -> str:
    return subprocess.run(["git", "worktree", "list"], capture_output=True, text=True, check=True).stdout


def test_an_earlier_commit_scores_todays_rows_with_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    script = "import sys, pandas as pd; from features.catalogue import BY_NAME; learned, listed, scores, weeks = sys.argv[1:]; "
    script += "pd.Series(pd.read_pickle(listed)['signal'] * len(pd.read_pickle(learned))).to_pickle(scores)"
    monkeypatch.setattr(earlier, "COMMIT", "HEAD")
    monkeypatch.setattr(earlier, "LEARN", script)
    before = worktrees()
    with earlier.learner(4) as fit:
        model = fit(pd.DataFrame({"signal": [1.0, 2.0, 3.0]}), np.ones(3))
        assert model(pd.DataFrame({"signal": [5.0, 7.0]})).tolist() == [15.0, 21.0]
    assert worktrees() == before
