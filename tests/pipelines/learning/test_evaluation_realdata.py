"""Test the outcomes of the public data sets against a computation from the files alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks import panels
from models.card.scorecard import EXPERT, load
from models.evaluate import rankings
from models.evaluate.at_capacity import at_capacity, places, pooled
from models.evaluate.ground import ground
from tests.support import realdata as files

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def test_default_next_month_is_counted_as_it_stands_in_the_file(realdata: Path):
    case = panels.uci_credit_default(realdata)
    frame = pd.read_csv(realdata / "uci_credit_default" / "UCI_Credit_Card.csv")
    assert case.rows["escalated"].sum() == frame["class"].sum()
    assert not {"SEX", "EDUCATION", "MARRIAGE", "AGE"} & set(case.rows)
    on = ground(case.rows)
    score = rankings.in_turn(case.rows["arrears_months"])
    actual = pooled(at_capacity(on, places(on, on.of(score)), 500))["precision"]
    behind = frame["PAY_0"].clip(lower=0)
    cut = behind.nlargest(500).min()
    sure, tied = behind > cut, behind == cut
    share = (500 - sure.sum()) / tied.sum()
    assert actual == pytest.approx(
        (frame.loc[sure, "class"].sum() + share * frame.loc[tied, "class"].sum()) / 500
    )


def test_handed_to_collection_is_what_the_outcomes_file_says(realdata: Path):
    case = panels.fines(realdata)
    outcomes = files.table(realdata / "fines" / "uitkomsten.csv.gz").set_index("Dossiernr")
    on = files.days(outcomes["Naar incasso op"])
    came = case.rows[case.rows["escalated"] == 1]
    really = came["overeenkomst_id"].map(on)
    assert len(came) > 1000 and really.notna().all()
    late = (pd.to_datetime(came["escalated_on"]) - really).dt.days
    assert late.between(-1, 35).all(), "the list of a month tells what happened in it"


@pytest.mark.parametrize("make", [panels.groningen, panels.chicago])
def test_another_complaint_is_one_in_the_files(realdata: Path, make):
    case = make(realdata)
    name = make.__name__
    data = (
        files.read_groningen(realdata / name) if name == "groningen" else files.read_chicago(realdata / name)
    )
    events = data.incidents if name == "groningen" else data.complaints
    for day, rows in list(case.rows.groupby("as_of"))[::4]:
        after = (events["on"] - pd.Timestamp(day)).dt.days
        later = set(events.loc[(after >= 0) & (after < 7 * panels.QUARTER), "agreement"])
        assert rows["overeenkomst_id"].isin(later).tolist() == (rows["escalated"] == 1).tolist()
        assert rows["escalated"].sum() > 20, "few areas are known on the first dates"
    assert rankings.card(case.rows, load(EXPERT)).max() > 0
