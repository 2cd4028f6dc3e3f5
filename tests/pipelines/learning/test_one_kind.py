"""Test that a corporation that delivers one kind of trouble trains, and is judged and watched on what it delivers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from models.evaluate.rankings import PAST, SIMPLE
from tests.support.deliveries import waakvlam
from tests.support.small import loaded

pytestmark = pytest.mark.slow

UNTIL = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "7" * 64)
        for name in ("WAAKVLAM_HOME", "PREFECT_API_URL", "FORCE_COLOR"):
            patch.delenv(name, raising=False)
        yield


ARREARS_RULES = {"largest_amount", "most_months", "hackney"}


@pytest.mark.parametrize(
    ("only", "homes", "tried"),
    [
        (("huurachterstanden",), 900, {*ARREARS_RULES, "most_events_365d"}),
        (("overlastmeldingen",), 2500, {"most_complaints_90d", "most_events_365d"}),
        (("reparatieverzoeken",), 2500, {"most_events_365d"}),
    ],
)
def test_a_corporation_that_delivers_one_kind_trains_and_is_judged_and_watched_on_it(
    tmp_path, only, homes, tried
):
    place = loaded(tmp_path / "home", until=UNTIL, weeks=130, homes=homes, only=only)
    said = waakvlam(place, "train", "--json")
    report = json.loads(said.out)
    assert said.code in (0, 1), said.err
    assert {rule["name"] for rule in report["looking_back"]["rules"]} == {*tried, PAST}
    assert len(report["looking_back"]["untried"]) == len(SIMPLE) - len(tried)
    said = waakvlam(place, "backtest", "--every", 26)
    assert said.code == 0, said.err
    compared = json.loads((place.output / "backtest" / "backtest.json").read_text())["rankings"]
    assert {row["name"] for row in compared} & set(SIMPLE) == tried
    pinned = waakvlam(place, "monitor", "--reference", "2026-06-01")
    assert pinned.code == 0, pinned.err
