"""What is not a file in the inbox is reported by a name that a terminal can show, and never opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from pipelines.installation.errors import DeliveryError
from pipelines.reading import inbox
from pipelines.reading.delivery import file_state
from tests.support.deliveries import make_workspace, put, waakvlam

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no pipes and no such names in a folder"
)
NAME = "huurachterstanden_2026-11-16.csv"


def test_what_is_not_a_file_is_reported_and_never_opened(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    put(place, NAME, "x")
    os.mkfifo(place.inbox / "huurachterstanden_2026-11-23.csv")
    (place.inbox / "huurachterstanden_2026-11-30.csv").symlink_to(place.inbox / NAME)
    folder = place.inbox / "huurachterstanden_2026-12-07.csv"
    folder.mkdir()
    (folder / NAME).write_text("x")
    (tmp_path / "elsewhere").mkdir()
    (place.inbox / "linked").symlink_to(tmp_path / "elsewhere")
    actual, wrong = inbox.find(place.inbox)
    assert [delivery.name for delivery in actual] == [NAME]
    assert [str(error) for error in wrong] == [
        "huurachterstanden_2026-11-23.csv: This is not a file but a pipe or a device. Remove it.",
        "huurachterstanden_2026-11-30.csv: This is a link, not a delivery. Put the file itself here.",
        "huurachterstanden_2026-12-07.csv: This is a folder, not a delivery. Put the file itself here.",
        "linked: This is a link, not a delivery. Put the file itself here.",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2Jwis.csv", "\\x1b[2Jwis.csv"),
        (NAME + "\n", NAME + "\\n"),
        ("\u202evsc.nesnaj", "\\u202evsc.nesnaj"),
        (os.fsdecode(b"\xff.csv"), "\\udcff.csv"),
        ("een\tmap/" + NAME, "een\\tmap/" + NAME),
    ],
)
def test_a_name_that_cannot_be_shown_is_escaped(tmp_path: Path, name: str, shown: str):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    actual, (wrong,) = inbox.find(tmp_path)
    assert actual == [] and str(wrong).startswith(f"{shown}: ") and str(wrong).isprintable()


def test_a_pipe_is_refused_by_check_and_map(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    pipe = place.inbox / NAME
    os.mkfifo(pipe)
    with pytest.raises(DeliveryError, match="not a file but a folder or a pipe"):
        file_state(pipe)
    for verb in ("check", "map"):
        said = waakvlam(place, verb, str(pipe))
        assert said.code == 1 and "not a file but a folder or a pipe" in said.err
