"""Scoring a few agreements gives them the values that scoring everybody gives them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from models.card.scorecard import EXPERT, load
from pipelines.scoring import score
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace

pytestmark = pytest.mark.dear

MONDAY = date(2026, 11, 16)
KEYS = ["corporatie_id", "overeenkomst_id", "as_of"]


def test_the_history_of_others_counts_for_a_few_as_well(tmp_path: Path):
    place, result = make_workspace(tmp_path), corporation(6)
    result["overlastmeldingen"][0]["registratiedatum"] = "2025-11-01"  # a year of complaints, none of O3
    result["reparatieverzoeken"][0]["melddatum"] = "2025-11-01"
    deliver_all(place, "2026-11-15", result)
    load_well(place)
    with open_warehouse(place) as con:
        score.score(con, place, MONDAY, load(EXPERT))
        everyone = con.execute("SELECT * FROM scored").df().set_index(KEYS).sort_index()
        own = everyone.loc[everyone.index.get_level_values("overeenkomst_id") == "O3"]
        score.score_few(con, place, [(own.index[0][0], "O3")], [MONDAY])
        few = con.execute("SELECT * FROM scored").df().set_index(KEYS)
    assert own["complaints_rise_90d"].item() == 1
    pd.testing.assert_frame_equal(few[own.columns].astype(object), own.astype(object))
