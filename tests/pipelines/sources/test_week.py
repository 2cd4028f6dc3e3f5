"""The week fetches first; a source that fails is reported everywhere, and the list is made without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.cli.fetch import _summary
from tests.support.deliveries import corporation, csv_text, make_workspace, waakvlam, with_settings
from tests.support.small import no_gate


@pytest.mark.slow
def test_a_week_fetches_first_and_goes_on_without_a_source_that_fails(tmp_path: Path):
    exports = tmp_path / "exports"
    exports.mkdir()
    extracts = ""
    for name, rows in corporation().items():
        (exports / f"{name} 16-11-2026.csv").write_text(csv_text(rows), encoding="utf-8")
        extracts += f'[[sources.extracts]]\nextract = "{name}"\nfiles = "{name}*"\n'
    place = with_settings(
        make_workspace(tmp_path / "data"),
        f'[[sources]]\nname = "own"\nkind = "folder"\nfolder = "{exports}"\n{extracts}'
        '[[sources]]\nname = "gone"\nkind = "folder"\nfolder = "gone"\nattempts = 1\n'
        '[[sources.extracts]]\nextract = "boekingen"\nfiles = "*"\n',
    )
    problem = "Source gone, boekingen: "
    assert "gone does not exist" in waakvlam(place, "doctor").out
    with no_gate():
        said = waakvlam(place, "weekly", "--as-of", "2026-11-16")
    assert said.code == 1 and problem in said.out and "Lindelaan" in said.out
    report = json.loads((place.output / "2026-11-16" / "run_report.json").read_text())
    assert [len(source["files"]) for source in report["fetched"]] == [4, 0]
    assert {delivery["state"] for delivery in report["deliveries"]} == {"loaded"}
    assert any(problem in text for text in report["fell_short"])
    status = waakvlam(place, "status").out
    assert problem in status and "2 sources, last asked 20" in status
    assert waakvlam(place, "fetch", "own").code == 0
    assert waakvlam(place, "fetch").code == 1
    assert "did you mean 'gone'" in waakvlam(place, "fetch", "gon").err


def test_a_first_time_that_fetches_years_is_told_in_a_line_per_extract():
    weeks = tuple(
        f"huurachterstanden_2026-{month:02}-{day:02}.csv" for month in range(1, 7) for day in (1, 8)
    )
    assert list(_summary(("bezwaren_2026-01-01.csv", *weeks))) == [
        "bezwaren_2026-01-01.csv",
        "12 files, huurachterstanden_2026-01-01.csv to huurachterstanden_2026-06-08.csv",
    ]
    assert list(_summary(("bezwaren_2026-01-01.csv", *weeks[:2]))) == [
        "bezwaren_2026-01-01.csv, huurachterstanden_2026-01-01.csv, huurachterstanden_2026-01-08.csv"
    ]
    assert list(_summary(())) == ["nothing new"]
