"""Test that the off-policy look takes its chances and findings from the logged lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import Workspace
from pipelines.learning import candidate
from pipelines.scoring import cards, score
from pipelines.shortlist import decisions, entries
from pipelines.warehouse.stores import open_warehouse
from tests.support.deliveries import (
    corporation,
    csv_text,
    deliver_all,
    load_well,
    make_workspace,
    put,
    waakvlam,
    with_settings,
)

DAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """Make a corporation with one list whose first address had a need; half a year has passed."""
    home = make_workspace(tmp_path_factory.mktemp("candidate") / "home")
    deliver_all(home, "2026-11-15", corporation(40))
    load_well(home)
    with open_warehouse(home) as con:
        score.score(con, home, [DAY], cards.scorecard(home))
        decisions.remember(
            con, home.settings, DAY, entries.choose(con, home.settings, DAY), cards.scorecard(home)
        )
        con.execute(
            "INSERT INTO versions.contacten BY NAME SELECT 1 AS row_id, 1 AS key_hash, corporatie_id, overeenkomst_id, 'K1' AS contact_id, "
            "as_of + 3 AS datum, true AS bereikt, 'in_contact' AS stand, as_of + 3 AS known_from FROM run.decided "
            "WHERE outcome = 'top' ORDER BY place LIMIT 1"
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidate, "complete_until", lambda _: date(2027, 5, 17))
        yield home


@pytest.mark.dear
def test_the_card_of_the_lists_has_the_logged_chances(place: Workspace) -> None:
    with open_warehouse(place, read_only=True) as con:
        assert candidate.visited_lists(con) == [DAY]
        rows = candidate.joined(con, place, cards.scorecard(place), [DAY])
    assert len(rows) > place.settings.capacity
    assert np.allclose(rows["candidate"], rows["logged"])
    assert rows["candidate"].sum() == pytest.approx(place.settings.capacity)
    assert rows.loc[rows["need"].notna(), "need"].tolist() == [1.0]


@pytest.mark.dear
def test_two_corporations_with_the_same_numbers_are_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = with_settings(make_workspace(tmp_path / "home"), 'corporaties = ["zuid"]\n')
    for name, homes, postcode in (("demo", 40, "1811AA"), ("zuid", 60, "1831BB")):
        (home.inbox / name).mkdir(exist_ok=True)
        for extract, rows in corporation(homes).items():
            elsewhere = {"postcode": postcode} if extract == "huurovereenkomsten" else {}
            put(home, f"{name}/{extract}_2026-11-15.csv", csv_text([row | elsewhere for row in rows]))
    load_well(home)
    with open_warehouse(home) as con:
        score.score(con, home, [DAY], cards.scorecard(home))
        chosen = entries.choose(con, home.settings, DAY)
        decisions.remember(con, home.settings, DAY, chosen, cards.scorecard(home))
        rows = candidate.joined(con, home, cards.scorecard(home), [DAY])
    twice = rows.groupby("overeenkomst_id")["corporatie_id"].nunique()
    assert (twice == 2).any(), "both corporations have an agreement O1"
    assert np.allclose(rows["candidate"], rows["logged"])
    assert not rows.duplicated(["corporatie_id", "overeenkomst_id", "as_of"]).any()
    monkeypatch.setattr(candidate, "complete_until", lambda _: date(2027, 5, 17))
    said = waakvlam(home, "candidate", "expert")
    assert (said.code, "against 1 list" in said.out) == (0, True), said.err


@pytest.mark.dear
def test_one_finding_is_too_few_for_an_estimate(place: Workspace) -> None:
    report = candidate.run(place, "expert")
    assert (report.lists, report.result.findings, report.result.refused) == (1, 1, "few_findings")
    said = waakvlam(place, "candidate", "expert")
    assert said.code == 0 and candidate.REFUSED["few_findings"] in said.out
    assert "against 1 list that" in said.out


@pytest.mark.dear
def test_an_unknown_card_and_a_young_list_are_refused(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError, match="no card exprt"):
        candidate.run(place, "exprt")
    monkeypatch.setattr(candidate, "complete_until", lambda _: DAY)
    with pytest.raises(WaakvlamError, match="91 days old"):
        candidate.run(place, "expert")


def test_the_model_of_findings_learns_from_other_households() -> None:
    rng = np.random.default_rng(2)
    points = rng.uniform(0, 40, 600)
    need = (rng.random(600) < points / 40).astype(float)
    need[::3] = np.nan
    chance = candidate.expected(points, need, np.arange(600))
    assert np.corrcoef(chance, points)[0, 1] > 0.9
    few = candidate.expected(points[:9], need[:9], np.arange(9))
    assert len(set(few)) == 1
    assert candidate.expected(points, np.full(600, np.nan), np.arange(600)).sum() == 0
