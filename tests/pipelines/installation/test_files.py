"""A folder of output appears whole, or nothing of it stays."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.files import new_folder, write_manifest


def test_it_appears_at_the_end_for_its_owner_only(tmp_path: Path):
    out = tmp_path / "deep" / "out"
    with new_folder(out) as folder:
        (folder / "part").mkdir(mode=0o755)
        (folder / "part" / "rows").write_text("1")
        write_manifest(folder, {"rows": 1})
        assert not out.exists()
    assert sorted(path.name for path in out.rglob("*")) == ["manifest.json", "part", "rows"]
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    if os.name == "posix":
        assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (out, *out.rglob("*")))


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (OSError(errno.ENOSPC, "vol"), "The disk is full"),
        (duckdb.IOException("Could not write file: No space left on device"), "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "Nothing can be written here"),
    ],
)
def test_a_failure_is_told_and_leaves_nothing(tmp_path: Path, raised: Exception, told: str):
    with pytest.raises(WaakvlamError, match=told), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("…")
        raise raised
    assert list(tmp_path.iterdir()) == []


def test_another_error_passes_and_leaves_nothing(tmp_path: Path):
    with pytest.raises(KeyError), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("…")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_kept(tmp_path: Path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(ConfigurationError, match="already"), new_folder(tmp_path / "out"):
        pytest.fail("nothing may be computed for it")
    assert (tmp_path / "out" / "mine").exists()


def test_an_empty_folder_is_taken(tmp_path: Path):
    (tmp_path / "out").mkdir()
    with new_folder(tmp_path / "out") as folder:
        (folder / "rows").touch()
    assert (tmp_path / "out" / "rows").exists()


def test_a_file_in_the_way_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigurationError, match="Nothing can be written here"),
        new_folder(tmp_path / "file" / "out"),
    ):
        pytest.fail("nothing may be computed for it")
