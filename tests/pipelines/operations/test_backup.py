"""Test that a backup holds everything, opens only with the keys, and is restored completely or not at all."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.operations import backup as backups
from pipelines.operations import restore as restoring
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support import waits
from tests.support.deliveries import tables, waakvlam
from tests.support.small import MARK, small

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        return small(tmp_path_factory.mktemp("loaded") / "home")


@pytest.fixture(autouse=True)
def keys_in_files(monkeypatch):
    for name in (KEY_VARIABLE, "WAAKVLAM_WAREHOUSE_KEY", "WAAKVLAM_VAULT_KEY", backups.PASSPHRASE):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def everything(place: Workspace) -> tuple[dict, dict, bytes]:
    settings = (place.home / "settings.toml").read_bytes()
    return tables(place), tables(place, "vault"), settings


def empty(place: Workspace, home: Path) -> Workspace:
    """Make a workspace that has nothing but the keys of another."""
    shutil.copytree(place.keys, home / "keys")
    return Workspace(home)


def test_what_was_saved_comes_back(place: Workspace, tmp_path: Path):
    (place.artefacts / "scorecards").mkdir()
    (place.artefacts / "scorecards" / "own.json").write_text("{}", encoding="utf-8")
    said = waakvlam(place, "backup", tmp_path / "a.backup")
    assert said.code == 0 and "read back and verified" in said.out and "NOT included" in said.out
    other = empty(place, tmp_path / "new")
    assert waakvlam(other, "restore", tmp_path / "a.backup").code == 0
    assert everything(other) == everything(place)
    assert (other.artefacts / "scorecards" / "own.json").read_text(encoding="utf-8") == "{}"
    assert (other.mappings / "canoniek.toml").read_bytes() == (place.mappings / "canoniek.toml").read_bytes()
    assert not list(other.stores.rglob("backup-*")) and not (other.stores / "restore.unfinished").exists()


def test_in_a_folder_it_gets_a_name_with_the_time(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "not" / "there")
    assert result.path.parent == tmp_path / "not" / "there"
    assert result.path.name.startswith("waakvlam_20") and result.path.suffix == ".backup"
    assert result.path.stat().st_mode & 0o077 == 0


def test_nothing_in_it_can_be_read_without_the_keys(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "a.backup")
    content = result.path.read_bytes()
    for word in (*MARK.values(), "Lindelaan", "corporatie_id", "Voorbeeld", "huurachterstanden_2026"):
        assert word.encode() not in content, word
    for secret in ("warehouse", "vault"):
        assert place.secret(secret) not in content
    shutil.rmtree(place.keys)
    with pytest.raises(ConfigurationError, match="The key of the"):
        restoring.restore(result.path, tmp_path / "new")
    assert not (tmp_path / "new" / "warehouse" / "warehouse.duckdb").exists()


def test_whoever_has_the_key_of_the_warehouse_cannot_read_names(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "a.backup")
    with zipfile.ZipFile(result.path) as packed:
        packed.extract("vault.duckdb", tmp_path)
    home = tmp_path / "thief"
    shutil.copytree(place.home, home)
    shutil.copyfile(home / "keys" / "warehouse.key", home / "keys" / "vault.key")
    with pytest.raises(ConfigurationError, match="does not open the vault"):
        tables(Workspace(home), "vault")


def test_with_the_keys_it_opens_with_the_passphrase_only(place: Workspace, tmp_path: Path, monkeypatch):
    said = waakvlam(place, "backup", tmp_path / "a.backup", "--with-keys")
    assert said.code == 2 and "passphrase of at least 16" in said.err
    monkeypatch.setenv(backups.PASSPHRASE, "een lange zin om te onthouden")
    said = waakvlam(place, "backup", tmp_path / "a.backup", "--with-keys")
    assert said.code == 0 and "The keys are included" in said.out
    assert place.secret("vault") not in (tmp_path / "a.backup").read_bytes()
    before = everything(place)
    other = Workspace(tmp_path / "new")
    assert waakvlam(other, "restore", tmp_path / "a.backup").code == 0
    assert everything(other) == before
    monkeypatch.setenv(backups.PASSPHRASE, "een heel andere lange zin")
    with pytest.raises(ConfigurationError, match="does not open keys of the backup"):
        restoring.restore(tmp_path / "a.backup", tmp_path / "third")


def test_nothing_is_replaced_unasked(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "a.backup")
    (place.stores / "warehouse.duckdb").write_bytes(b"broken")
    said = waakvlam(place, "restore", result.path)
    assert said.code == 2 and "--replace" in said.err
    assert (place.stores / "warehouse.duckdb").read_bytes() == b"broken"
    assert waakvlam(place, "restore", result.path, "--replace").code == 0
    assert len(tables(place)["raw.huurovereenkomsten"]) == 12
    with pytest.raises(ConfigurationError, match="target of the backup exists already"):
        backups.backup(place, result.path)


def damaged(path: Path, at: float) -> Path:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0xFF
    other = path.with_name(f"damaged{at}")
    other.write_bytes(content)
    return other


@pytest.mark.parametrize("at", [0.1, 0.4, 0.7, 0.9])
def test_a_damaged_backup_is_refused_and_nothing_is_touched(place: Workspace, tmp_path: Path, at: float):
    result = backups.backup(place, tmp_path / "a.backup")
    before = everything(place)
    with pytest.raises(WaakvlamError, match=r"damaged|no backup"):
        restoring.restore(damaged(result.path, at), place.home, replace=True)
    assert everything(place) == before


def test_a_half_copied_backup_is_refused(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "a.backup")
    (tmp_path / "half").write_bytes(result.path.read_bytes()[: result.bytes // 2])
    said = waakvlam(place, "restore", tmp_path / "half", "--replace")
    assert said.code == 2 and "incomplete" in said.err


def test_a_newer_backup_is_refused(place: Workspace, tmp_path: Path):
    result = backups.backup(place, tmp_path / "a.backup")
    with zipfile.ZipFile(result.path) as packed, zipfile.ZipFile(tmp_path / "newer", "w") as other:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | {"schema": 99}).encode()
            other.writestr(name, content)
    with pytest.raises(ConfigurationError, match="newer Waakvlam"):
        restoring.restore(tmp_path / "newer", tmp_path / "new")


def test_cut_off_while_restoring_nothing_opens_until_it_is_finished(
    place: Workspace, tmp_path: Path, monkeypatch
):
    result = backups.backup(place, tmp_path / "a.backup")
    before, put, calls = everything(place), restoring.put_in_place, []

    def once(fresh: Path, path: Path) -> None:
        calls.append(path)
        if len(calls) == 2:
            raise KeyboardInterrupt
        put(fresh, path)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(restoring, "put_in_place", once)
        restoring.restore(result.path, place.home, replace=True)
    said = waakvlam(place, "weekly", "--as-of", "2026-11-16")
    assert said.code == 1 and "half restored" in said.err
    restoring.restore(result.path, place.home, replace=True)
    assert everything(place) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_while_a_run_is_busy_it_waits_its_turn_and_after_a_kill_holds_what_was_committed(
    place: Workspace, tmp_path: Path
):
    before = everything(place)
    ready, started = os.pipe()
    pid = os.fork()
    if pid == 0:
        with open_warehouse(place) as con:
            attach_vault(con, place)
            con.execute("INSERT INTO run.snapshots VALUES (99, 'committed', DATE '2026-01-01')")
            con.execute("BEGIN; DELETE FROM raw.huurovereenkomsten")
            os.write(started, b"x")
            signal.pause()
    try:
        waits.heard(ready, started)
        said = waakvlam(place, "backup", tmp_path / "a.backup")
        assert said.code == 1 and "in use by another run" in said.err and str(pid) in said.err
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert not (tmp_path / "a.backup").exists()
    assert (place.stores / "warehouse.duckdb.wal").exists(), (
        "what was committed is in the log of the engine only"
    )
    result = backups.backup(place, tmp_path / "a.backup")
    restoring.restore(result.path, place.home, replace=True)
    after = everything(place)
    assert (99, "committed", date(2026, 1, 1)) in after[0].pop("run.snapshots")
    before[0].pop("run.snapshots")
    assert after == before
