"""Numbers are formatted as reports show them; generated pages are fresh and state what was not reached."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from benchmarks.evaluation_page import page
from models.card.scorecard import EXPERT, Calibration, load
from pipelines.learning import model_card
from pipelines.publishing import pages
from pipelines.scoring.cards import Promotion

DOCS = Path(__file__).resolve().parents[3] / "docs"
FIGURES = json.loads((DOCS / "evaluation.json").read_text(encoding="utf-8"))


def test_numbers_as_they_are_written():
    assert pages.percents([0.528, 0.403, 0.657]) == "52.8% (40.3 to 65.7)"
    assert pages.percents([-0.025, -0.05, 0.075]) == "−2.5% (−5.0 to 7.5)"
    assert pages.percents([0.5, None, None]) == "50.0%"
    assert pages.percents([None, None, None]) == pages.percent(None) == pages.number(None) == "–"
    assert pages.times([1.584, 1.18, 25.3]) == "1.58 × (1.18 to 25)"
    assert pages.number(-1234.5, 1) == "−1,234.5"


def test_what_is_written_into_a_page_is_escaped():
    report = {
        "card": "<script>",
        "as_of": "2026-11-16",
        "reference": ["a", "b"],
        "warnings": ["<b>"],
        "calibration": None,
    }
    result = pages.render("monitor.html", r=report, shifts=[])
    assert "<script>" not in result and "&lt;b&gt;" in result


def test_the_page_of_the_evaluation_is_fresh():
    assert (DOCS / "evaluation.md").read_text(encoding="utf-8") == page(FIGURES)


def test_the_model_card_is_fresh():
    assert (DOCS / "model-card.md").read_text(encoding="utf-8") == model_card.packaged()


def test_the_evaluation_names_results_that_fall_short():
    (name, one) = next((n, o) for n, o in FIGURES.items() if n == "kust 1")
    worse = copy.deepcopy(one)
    for row in worse["rankings"]:
        if row["name"] == "learned":
            row["against_best_simple"]["ratio"] = [1.5, 0.9, 2.0]
    worse["controls"][0]["holds"] = False
    result = page({name: worse})
    assert "with the interval above 1: on none; **not** on kust 1." in result
    assert "**a lift where none can be**" in result
    assert "all hold" in page({name: one | {"controls": []}})


def test_every_control_of_the_committed_figures_holds():
    assert all(c["holds"] for one in FIGURES.values() for c in one.get("controls", []))


@pytest.fixture
def learned():
    chance = Calibration(
        outcome="escalated", horizon_weeks=26, intercept=-6.0, slope=1.0, variance=(0.01, 0.0, 0.0), escalations=120,
        first="2024-01-01", last="2026-01-05",
    )  # fmt: skip
    return load(EXPERT).model_copy(update={"name": "learned", "version": "2026-07-06", "calibration": chance})


def test_the_card_of_an_installation_names_who_approved_it_and_tells_only_its_own_figures(learned):
    approved = Promotion("learned-2026-07-06", "de manager", "2026-07-08")
    groups = {
        "dimensions": [{"name": "Wijk", "verdict": "Nothing can be said.", "proxy_verdict": "Too few."}]
    }
    result = model_card.page(
        learned,
        [],
        approved=approved,
        source="x",
        made_by="Made.",
        groups=model_card.group_verdicts(groups),
    )
    assert "de manager, on 2026-07-08 (learned-2026-07-06)." in result
    assert "fitted to 120 escalations between 2024-01-01 and 2026-01-05" in result
    assert "None yet: `waakvlam backtest` makes them." in result
    assert "- Wijk: Nothing can be said. Too few." in result


def test_the_packaged_card_has_no_approval_and_says_so():
    result = model_card.packaged()
    assert "Nobody yet" in result and "It states no chances" in result
    assert "must **not** be used to collect rent" in result
