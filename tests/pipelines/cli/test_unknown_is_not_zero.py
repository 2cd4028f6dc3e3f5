"""Test that what was never delivered is unknown in `explain`, in points and in sentences (extracts of required columns only)."""

from __future__ import annotations

import json

import pytest

from features.catalogue import SIGNALS
from pipelines.installation.workspace import Workspace
from tests.support.deliveries import load_well, make_workspace, put, waakvlam

pytestmark = pytest.mark.dear

FILES = {
    "huurovereenkomsten": "overeenkomst_id;huurder_id;eenheid_id;eenheidsoort_code;begindatum;brutohuur;straatnaam;huisnummer\n"
    "K1;R1;V1;WOO;2014-03-01;600;Lindelaan;1\nK2;R2;V2;WOO;2014-03-01;600;Lindelaan;3\n",
    "huurachterstanden": "overeenkomst_id;saldo\nK1;1800\nK2;1900\n",
    "overlastmeldingen": "zaak_id;beklaagde_eenheid_id;registratiedatum\n1;V1;2026-10-01\n2;V1;2026-10-02\n",
    "reparatieverzoeken": "verzoek_id;eenheid_id;melddatum\n1;V1;2026-10-01\n2;V2;2026-10-02\n",
}
MONDAY = "2026-11-30"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("unknown") / "home")
    for extract, text in FILES.items():
        put(place, f"{extract}_2026-11-23.csv", text)
    load_well(place)
    return place


def explained(place: Workspace, as_of: str) -> dict:
    said = waakvlam(place, "explain", "K1", "--as-of", as_of, "--json")
    assert said.code == 0, said.err
    (item,) = json.loads(said.out)
    return item


def test_a_signal_without_its_column_has_no_value_and_no_points(place: Workspace):
    signals = {one["signal"]: one for one in explained(place, MONDAY)["signals"]}
    unknown = [signal.name for signal in SIGNALS if signal.needs]
    assert len(unknown) >= 8
    for name in unknown:
        assert signals[name]["value"] is None, name
        assert signals[name]["points"] in (None, 0), name
    assert signals["arrears_euro"]["value"] == 1800  # what was delivered is known


def test_no_sentence_names_a_beginning_that_nobody_saw(place: Workspace):
    reasons = " ".join(explained(place, MONDAY)["reasons"])
    assert "chterstand" in reasons
    assert "begonnen" not in reasons
    assert "vorige week" not in reasons


def test_nothing_rises_from_a_week_that_was_not_observed(place: Workspace):
    """The first delivery is of a Monday on which nothing was known of arrears."""
    first = "2026-11-24"
    changes = {one["signal"]: one for one in explained(place, first)["since_last_week"]}
    assert changes
    assert all(one["before"] is None for one in changes.values()), changes
    text = waakvlam(place, "explain", "K1", "--as-of", first).out
    assert "was unknown last week" in " ".join(text.split())
    assert "from 0 to" not in text
