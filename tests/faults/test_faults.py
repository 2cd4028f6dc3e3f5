"""Test that each fault is reported with its remedy, that nothing is lost, and that the next run leaves no trace of it.

Each fault is injected before the second week is loaded. The run then ends with its message, or does its work all the same.
Once the fault is fixed, the next run leaves the list and the tables of a workspace in which nothing was ever wrong. If the
fault changed no file, the next run starts from the same files as the undisturbed one, and is not repeated.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import duckdb
import pytest

from pipelines.delivery import refresh, write
from pipelines.installation import logs
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.reading import inbox
from pipelines.warehouse import crypto, stores
from pipelines.week import steps
from tests.support import waits
from tests.support.breaking import failing, failing_list, put_aside, replaced
from tests.support.deliveries import Said, corporation, deliver, deliver_all, put, waakvlam
from tests.support.disks import small_disk
from tests.support.small import MARK, content, no_gate, small

pytestmark = pytest.mark.slow
DAY, AS_OF = "2026-11-16", "2026-11-16"
LIST = Path("output") / AS_OF / "shortlist.csv"


class Undisturbed(NamedTuple):
    """A workspace in which the second week waits, its files, and what the run then makes."""

    home: Path
    files: dict[str, str]
    list: bytes
    content: dict


def files(home: Path) -> dict[str, str]:
    """Return the digest of each file of a workspace, and "" for a folder; the logs are left out."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in home.rglob("*")
        if path.relative_to(home).parts[0] != "logs"
    }


def run(place: Workspace) -> Said:
    with no_gate():
        return waakvlam(Workspace(place.home), "weekly", "--as-of", AS_OF, "--top", 0)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> Undisturbed:
    """Return a workspace in which the first week is loaded and the second waits, with the result of the next run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        place = small(tmp_path_factory.mktemp("base") / "home", "2026-11-09")
        extracts = corporation()
        extracts["huurovereenkomsten"] = [row | MARK for row in extracts["huurovereenkomsten"]]
        deliver_all(place, DAY, extracts)
        other = Workspace(tmp_path_factory.mktemp("other") / "home")
        shutil.copytree(place.home, other.home)
        before = files(place.home)
        said = run(other)
        assert said.code == 0, said
        return Undisturbed(place.home, before, (other.home / LIST).read_bytes(), content(other))


@pytest.fixture
def place(undisturbed: Undisturbed, tmp_path: Path, monkeypatch) -> Workspace:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    shutil.copytree(undisturbed.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


@contextmanager
def small_stores(place: Workspace, room: int) -> Iterator[None]:
    """Move the stores to a disk with this many kilobytes to spare."""
    size = sum(path.stat().st_size for path in place.stores.glob("*.duckdb"))
    aside = place.home / "warehouse.aside"
    place.stores.replace(aside)
    with small_disk(place.stores, f"{size // 1024 + room}k"):
        for path in aside.glob("*.duckdb"):
            shutil.copy2(path, place.stores / path.name)
        yield
        for path in place.stores.glob("*.duckdb*"):
            shutil.copy2(path, aside / path.name)
    place.stores.rmdir()
    aside.replace(place.stores)


@contextmanager
def other_run(place: Workspace) -> Iterator[None]:
    ready, started = os.pipe()
    pid = os.fork()
    if pid == 0:
        log = logs.Log(place.logs, "weekly")
        log.event("started")
        with stores.open_warehouse(place):
            os.write(started, b"x")
            __import__("signal").pause()
    try:
        waits.heard(ready, started)
        yield
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def settings(place: Workspace, old: str, new: str) -> AbstractContextManager[None]:
    path = place.home / "settings.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    return replaced(path, text.replace(old, new).encode())


@contextmanager
def also(place: Workspace, name: str, content: str | bytes) -> Iterator[None]:
    path = put(place, name, content)
    yield
    path.unlink()


def truncated(path: Path) -> bytes:
    return path.read_bytes()[: path.stat().st_size // 2]


def flipped(path: Path, at: float) -> bytes:
    """Return the content of a file with one bit flipped, at this share of its length."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 0x10
    return bytes(content)


def archive(**files: str) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("_", "/"), content)
    return memory.getvalue()


def delivery(place: Workspace, extract: str = "huurachterstanden") -> Path:
    return place.inbox / f"{extract}_{DAY}.csv"


def closed(place: Workspace) -> AbstractContextManager[Any]:
    path, real = delivery(place, "huurovereenkomsten"), Path.open

    def opens(self: Path, *arguments: Any, **named: Any) -> Any:
        if self == path:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(self, *arguments, **named)

    return mock.patch.object(Path, "open", opens)


def store(place: Workspace, name: str, content: Callable[[Path], bytes]) -> AbstractContextManager[None]:
    path = place.stores / f"{name}.duckdb"
    return replaced(path, content(path))


def vault_as_warehouse(place: Workspace) -> AbstractContextManager[None]:
    return store(place, "warehouse", lambda path: path.with_name("vault.duckdb").read_bytes())


def same_keys(place: Workspace) -> AbstractContextManager[None]:
    return replaced(place.keys / "vault.key", (place.keys / "warehouse.key").read_bytes())


def nowhere(place: Workspace) -> AbstractContextManager[None]:
    return replaced(place.keys / "notify", b"mailto://127.0.0.1:9?to=a@example.nl&from=a@example.nl")


def vanishes(place: Workspace) -> AbstractContextManager[Any]:
    """Take a delivery away after the run found it and before it is read."""

    def find(folder: Path) -> Any:
        actual = inbox.find(folder)
        delivery(place).replace(place.home / "taken")
        return actual

    stack = ExitStack()
    stack.enter_context(mock.patch.object(steps, "FIND", replace(steps.FIND, function=find)))
    stack.callback(lambda: (place.home / "taken").replace(delivery(place)))
    return stack


FULL = OSError(errno.ENOSPC, "No space left on device", "shortlist.html")
DENIED = PermissionError(errno.EACCES, "Permission denied", "shortlist.html")
AWAY = OSError(errno.EIO, "Input/output error", "shortlist.html")
MEMORY = duckdb.OutOfMemoryException("Out of Memory Error: ZZNAAM")
IO = duckdb.IOException("IO Error: Could not read ZZNAAM")

# name: (what breaks, exit code, what is said); 1 and 2 without a list, 1 with "list" where it is made all the same.
Fault = Callable[[Workspace], AbstractContextManager[Any]]
WRONG_FILES = (
    ("bezwaren_2026-11-09.xlsx", b"PK\3\4rubbish", "bezwaren_2026-11-09.xlsx"),
    ("bezwaren_2026-11-15.parquet", b"PAR1rubbishPAR1", "bezwaren_2026-11-15.parquet"),
    ("bezwaren_2026-11-16.csv.gz", b"\x1f\x8b\x08\0\0\0", "bezwaren_2026-11-16.csv.gz"),
    ("huurachterstand.csv", "x", "huurachterstand.csv"),
    ("huurachterstanden_2026-11-16_..%2f.csv", "x", "not the name of a delivery"),
)
"""Files besides the deliveries, each with its message."""
FAULTS: dict[str, tuple[Fault, int, str]] = {
    "disk full while publishing": (lambda p: failing_list(FULL, 2), 1, "The disk is full"),
    "disk full while loading": (lambda p: small_stores(p, 8), 1, "The disk is full"),
    "disk full after loading": (lambda p: small_stores(p, 300), 0, ""),  # the week is in the engine's log
    "disk gone while publishing": (lambda p: failing_list(AWAY), 1, "Check that the disk"),
    "no right to publish": (lambda p: failing_list(DENIED), 1, "Reading or writing is not allowed"),
    "engine out of memory": (lambda p: failing(write, "write_warehouse", MEMORY, 2), 2, "memory_limit under [engine]"),
    "engine cannot read": (lambda p: failing(refresh, "refresh_delivered", IO), 1, "waakvlam doctor"),
    "Python out of memory": (lambda p: failing(write, "write_vault", MemoryError()), 1, "Not enough memory"),
    "a fault of the program": (lambda p: failing(write, "write_vault", KeyError("ZZNAAM")), 1, "KeyError in breaking.py"),
    "interrupted between the stores": (lambda p: failing(write, "write_warehouse", OSError(errno.EINTR, "Cut")), 1, "Cut"),
    "a file where the list's folder goes": (lambda p: replaced(p.output / AS_OF, b"x"), 1, "not of the expected kind"),
    "a folder where the list goes": (lambda p: replaced(p.output / AS_OF / "shortlist.csv", None), 1, "not of the expected kind"),
    "a file where the scratch folder goes": (lambda p: replaced(p.stores / "scratch", b"x"), 1, "not of the expected kind"),
    "no folder for the stores": (lambda p: replaced(p.stores, b"x"), 1, "not of the expected kind"),
    "the log cannot be written": (lambda p: replaced(p.logs, b"x"), 0, ""),
    "warehouse cut off": (lambda p: store(p, "warehouse", truncated), 1, "waakvlam restore"),
    "a bit of the warehouse flipped": (lambda p: store(p, "warehouse", lambda path: flipped(path, 0.5)), 1, "damaged on the disk"),
    "a bit of the warehouse's head flipped": (lambda p: store(p, "warehouse", lambda path: flipped(path, 0.02)), 1, "is damaged"),
    "a bit of the vault flipped": (lambda p: store(p, "vault", lambda path: flipped(path, 0.4)), 1, "damaged on the disk"),
    "warehouse is rubbish": (lambda p: store(p, "warehouse", lambda _: b"\0" * 20000), 1, "waakvlam restore"),
    "warehouse is text": (lambda p: store(p, "warehouse", lambda _: b"hallo"), 1, "waakvlam restore"),
    "vault cut off": (lambda p: store(p, "vault", truncated), 1, "waakvlam restore"),
    "vault is rubbish": (lambda p: store(p, "vault", lambda _: b"\xff" * 20000), 1, "waakvlam restore"),
    "vault is gone": (lambda p: put_aside(p.stores / "vault.duckdb"), 1, "The vault is gone"),
    "vault and warehouse changed places": (vault_as_warehouse, 2, "key does not open"),
    "wrong key": (lambda p: replaced(p.keys / "vault.key", b"e" * 64), 2, "key does not open the vault"),
    "keys changed places": (same_keys, 2, "key does not open the vault"),
    "key gone": (lambda p: put_aside(p.keys / "warehouse.key"), 2, "The key of the warehouse is missing"),
    "key cut off": (lambda p: replaced(p.keys / "warehouse.key", b"abc"), 2, "shorter than 32"),
    "key is rubbish": (lambda p: replaced(p.keys / "warehouse.key", b"\xff" * 64), 2, "key does not open"),
    "half restored": (lambda p: replaced(p.stores / "restore.unfinished", b""), 1, "half restored"),
    "another run is busy": (other_run, 1, "in use by another run (weekly, process"),
    "settings gone": (lambda p: put_aside(p.home / "settings.toml"), 2, "settings.toml"),
    "settings cut off": (lambda p: replaced(p.home / "settings.toml", b'corporatie_id = "de'), 2, "settings.toml"),
    "settings misspelt": (lambda p: settings(p, "capacity = 8", "capacty = 8"), 2, "capacty"),
    "settings of another type": (lambda p: settings(p, "capacity = 8 ", 'capacity = "acht" '), 2, "capacity"),
    "memory limit is no amount": (lambda p: settings(p, '"4GB"', '"veel"'), 2, "memory_limit"),
    "mapping gone": (lambda p: put_aside(p.mappings / "canoniek.toml"), 2, "which is not in mappings/"),
    "mapping is rubbish": (lambda p: replaced(p.mappings / "canoniek.toml", b"\xff\xfe["), 2, "canoniek.toml"),
    "scorecard gone": (lambda p: settings(p, '"expert"', '"exprt"'), 2, "exprt"),
    "scorecard is rubbish": (lambda p: replaced(p.artefacts / "scorecards" / "expert.json", b"{"), 2, "expert.json"),
    "extension for encryption gone": (lambda p: mock.patch.object(crypto, "find_spec", lambda _: None), 2, "httpfs extension"),
    "workspace gone": (lambda p: put_aside(p.home), 2, "This is not a workspace"),
    "notices go nowhere": (nowhere, 0, ""),
    "delivery cannot be opened": (closed, 1, "cannot be opened"),
    "delivery vanishes": (vanishes, 1, "cannot be opened"),
    "delivery is empty": (lambda p: replaced(delivery(p), b""), 1, "the file is empty"),
    "delivery is half copied": (lambda p: replaced(delivery(p), delivery(p).read_bytes()[:20]), 1, "huurachterstanden_2026-11-16.csv"),
    "delivery is a ZIP": (lambda p: replaced(delivery(p), archive(a_txt="hallo")), 1, "huurachterstanden_2026-11-16.csv"),
    "delivery is rubbish": (lambda p: replaced(delivery(p), bytes(range(256)) * 40), 1, "huurachterstanden_2026-11-16.csv"),
    "delivery has a header only": (lambda p: replaced(delivery(p), b"overeenkomst_id;saldo;oudste_vervaldatum\r\n"), 1, "not one row"),
}  # fmt: skip


@pytest.mark.parametrize("name", list(FAULTS))
def test_a_fault_is_reported_and_nothing_is_lost(place: Workspace, undisturbed: Undisturbed, name: str):
    breaks, code, says = FAULTS[name]
    with breaks(place):
        said = run(place)
    assert said.code == code, said
    assert says in said.out + said.err, said
    assert "Traceback" not in said.err and "ZZ" not in said.out + said.err
    if files(place.home) != undisturbed.files:
        recovers(place, undisturbed)


def recovers(place: Workspace, undisturbed: Undisturbed) -> None:
    """Check that the next run leaves the list and the tables of a workspace in which nothing was wrong."""
    again = run(place)
    assert again.code == 0, again
    assert (place.home / LIST).read_bytes() == undisturbed.list
    assert content(place) == undisturbed.content
    assert {path.name for path in place.stores.rglob("*")} == {"scratch", "vault.duckdb", "warehouse.duckdb"}


def test_each_of_several_wrong_files_is_reported(place: Workspace, undisturbed: Undisturbed):
    with ExitStack() as stack:
        for name, content, _ in WRONG_FILES:
            stack.enter_context(also(place, name, content))
        said = run(place)
    assert said.code == 1, said
    for name, _, says in WRONG_FILES:
        assert says in said.out + said.err, (name, said)
    recovers(place, undisturbed)


def test_there_are_many_kinds():
    assert len(FAULTS) >= 30


def test_a_disk_that_is_full_keeps_no_half_backup(place: Workspace, tmp_path: Path):
    with small_disk(tmp_path / "full") as folder:
        said = waakvlam(place, "backup", folder / "a.backup")
        assert said.code == 1 and "The disk is full" in said.err
        assert list(folder.iterdir()) == []


def test_a_lost_warehouse_and_vault_come_back_from_the_inbox(place: Workspace, undisturbed: Undisturbed):
    for path in place.stores.glob("*.duckdb"):
        path.unlink()
    assert run(place).code == 0
    assert (place.home / LIST).read_bytes() == undisturbed.list


def test_a_clock_set_back_makes_an_older_list_and_changes_no_other(
    place: Workspace, undisturbed: Undisturbed
):
    assert waakvlam(place, "weekly", "--as-of", "2020-01-06", "--top", 0).code == 1
    assert run(place).code == 0
    assert (place.home / LIST).read_bytes() == undisturbed.list


def test_the_same_delivery_twice_at_once_counts_once(place: Workspace, undisturbed: Undisturbed):
    deliver(place, "huurachterstanden", DAY, corporation()["huurachterstanden"])
    shutil.copy2(delivery(place), place.inbox / f"huurachterstanden_{DAY}_v2.csv")
    assert run(place).code == 0
    assert (place.home / LIST).read_bytes() == undisturbed.list
