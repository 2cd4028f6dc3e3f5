"""Test that wrong settings, mappings and stores are reported with the nearest valid name before any work."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import waakvlam

AS_OF = "2026-11-16"
SETTINGS = 'corporatie_id = "demo"\nnaam = "Voorbeeld"\n'
MAPPING = 'name = "canoniek"\n'
WRONG = [
    ("settings", "[shortlist]\ncapcity = 3", ("'shortlist.capcity'", "did you mean 'capacity'?")),
    ("settings", "[gate]\nvolume_least = 0.1", ("'gate'", "did you mean 'gates'?")),
    ("settings", '[[coaches]]\nname = "A"\nwijkn = []', ("'coaches.0.wijkn'", "did you mean 'wijken'?")),
    (
        "settings",
        'expected = ["huurachterstand"]',
        ("'huurachterstand'", "did you mean 'huurachterstanden'?"),
    ),
    ("settings", '[mapping]\nhuurachterstand = "canoniek"', ("did you mean 'huurachterstanden'?",)),
    ("settings", '[mapping]\nboekingen = "dynamics"', ("'dynamics'", "did you mean 'dynamics_empire'?")),
    ("settings", '[shortlist]\nscorecard = "exprt"', ("exprt", "did you mean 'expert'?")),
    *[
        ("settings", text, (f"line {3 + offset}", says))
        for text, offset, says in (
            ('[[coaches]]\nname = "Anna"\n[[coaches]]\nname = "anna "', 0, "two coaches are called 'anna'"),
            ('[[coaches]]\nname = " "', 1, "coaches.0.name"),
            ("[early_signal]\nleast_days = 100\nmost_days = 30", 0, "least_days is above most_days"),
            ("[early_signal]\nleast_euro = inf", 1, "early_signal.least_euro"),
            ("[gates]\nvolume_most = inf", 1, "gates.volume_most"),
            ("[gates]\nbad_value_share = nan", 1, "gates.bad_value_share"),
            ("[gates]\nvolume_least = 2.0", 1, "gates.volume_least"),
            ("[retention]\nlists_months = 108000", 1, "retention.lists_months"),
            ("[retention]\ndeliveries_days = 3300000", 1, "retention.deliveries_days"),
            ("[freshness]\nmax_age_days = 9000", 1, "freshness.max_age_days"),
            ('[early_signal]\nmunicipality = "GM0361"', 0, "municipalities = {"),
        )
    ],
    ("settings", "[shortlist]\ncapacity = 0", ("shortlist.capacity", "greater than or equal to 1")),
    ("settings", "capacity 3", ("Not valid TOML", "line 3")),
    ("mapping", '[extracts.huurachterstand.columns]\nsaldo = "S"', ("did you mean 'huurachterstanden'?",)),
    ("mapping", '[extracts.huurachterstanden.columns]\nsald = "S"', ("'sald'", "did you mean 'saldo'?")),
    ("mapping", '[extracts.huurachterstanden.colums]\nsaldo = "S"', ("did you mean 'columns'?",)),
    (
        "mapping",
        '[extracts.huurachterstanden.codes.incassofase]\n"Brief 1" = "herinering"',
        ("'Brief 1'", "'herinering'", "did you mean 'herinnering'?"),
    ),
    (
        "mapping",
        '[extracts.huurachterstanden.codes.incassofas]\n"1" = "geen"',
        ("did you mean 'incassofase'?",),
    ),
    ("mapping", '[extracts.huurachterstanden.codes.saldo]\n"1" = "2"', ("codes.saldo", "no fixed values")),
    ("mapping", '[reading]\nencoding = "utf8"', ("'utf8'", "did you mean 'utf-8'?")),
    ("mapping", '[reading]\ndelimitr = ";"', ("did you mean 'delimiter'?",)),
]


@pytest.mark.parametrize(
    ("kind", "text", "says"), WRONG, ids=[" ".join(text.split()) for _, text, _ in WRONG]
)
def test_wrong_settings_are_refused_by_name_before_any_work(good: Workspace, monkeypatch, kind, text, says):
    """A misspelt key is reported even if nothing new is in the inbox."""
    path = good.home / ("settings.toml" if kind == "settings" else "mappings/canoniek.toml")
    right = path.read_bytes()
    path.write_text((SETTINGS if kind == "settings" else MAPPING) + text + "\n")
    try:
        said = waakvlam(good, "weekly", "--as-of", AS_OF)
    finally:
        path.write_bytes(right)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"Error: {path}")
    for words in says:
        assert words in said.err
    assert not (good.output / AS_OF).exists()


def test_settings_saved_by_notepad_are_read(good: Workspace):
    path = good.home / "settings.toml"
    right = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + right)
    try:
        assert Workspace(good.home).settings == good.settings
    finally:
        path.write_bytes(right)


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: b"text", lambda data: data[:5000]], ids=["0", "text", "cut"]
)
def test_a_damaged_or_missing_store_is_reported_with_its_remedy(
    place: Workspace, damage: Callable[[bytes], bytes]
):
    for store in ("warehouse", "vault"):
        path = place.stores / f"{store}.duckdb"
        whole = path.read_bytes()
        path.write_bytes(damage(whole))
        said = waakvlam(place, "weekly", "--as-of", AS_OF)
        assert said.code == 1
        assert said.err.startswith(f"Error: {path}: The {store} cannot be opened")
        assert "waakvlam restore" in " ".join(said.err.split())
        path.write_bytes(whole)
    (place.stores / "vault.duckdb").unlink()
    said = waakvlam(place, "weekly", "--as-of", AS_OF)
    assert said.code == 1
    assert "The vault is gone" in said.err, "else the list would come without addresses"
