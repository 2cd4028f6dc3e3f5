"""Test that files and folders are written completely or not at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.files import new_file, new_folder, write_bytes, write_manifest, write_text


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
def test_a_failed_write_is_reported_and_leaves_no_file(tmp_path: Path, raised: Exception, told: str):
    with pytest.raises(WaakvlamError, match=told), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("…")
        raise raised
    assert list(tmp_path.iterdir()) == []


def test_another_error_is_raised_and_leaves_no_file(tmp_path: Path):
    with pytest.raises(KeyError), new_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("…")
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept(tmp_path: Path):
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


def test_a_file_in_place_of_a_folder_is_reported(tmp_path: Path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(ConfigurationError, match="Nothing can be written here"),
        new_folder(tmp_path / "file" / "out"),
    ):
        pytest.fail("nothing may be computed for it")


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_a_file_has_its_permissions_whatever_the_previous_one_had(tmp_path: Path, private: bool, mode: int):
    path = tmp_path / "deep" / "file"
    path.parent.mkdir()
    path.touch(mode=0o666)
    mask = os.umask(0o022)
    try:
        write_text(path, "één\n", private=private)
    finally:
        os.umask(mask)
    assert path.read_bytes() == "één\n".encode()
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(path.parent.iterdir()) == [path]


def test_a_failing_writer_leaves_the_previous_file(tmp_path: Path):
    path = tmp_path / "rows.parquet"
    write_bytes(path, b"before")
    with pytest.raises(KeyError), new_file(path, private=True) as part:
        part.write_bytes(b"half")
        raise KeyError
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == {"rows.parquet": b"before"}


def test_what_a_killed_run_left_half_written_is_not_reused(tmp_path: Path):
    (tmp_path / ".list.csv.part").write_bytes(b"half")
    (tmp_path / ".list.csv.part").chmod(0o666)
    with new_file(tmp_path / "list.csv", private=True) as part:
        assert part.read_bytes() == b"" and stat.S_IMODE(part.stat().st_mode) == 0o600
        part.write_bytes(b"whole")
    assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes in folders")
def test_a_device_or_pipe_is_never_replaced(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ConfigurationError, match="This is not a file"):
        write_text(pipe, "text")
    with pytest.raises(ConfigurationError, match="This is not a file"), new_file(pipe):
        pass
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
