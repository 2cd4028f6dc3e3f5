"""Test that warehouse and vault have separate keys, which can be changed without changing anything else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import KEY_VARIABLE, Workspace
from pipelines.warehouse import copies, keys, stores
from pipelines.warehouse.stores import read_pepper
from tests.support.deliveries import corporation, deliver, deliver_all, load_well, tables, waakvlam
from tests.support.small import no_gate, small

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def keys_in_files(monkeypatch):
    for name in (KEY_VARIABLE, "WAAKVLAM_WAREHOUSE_KEY", "WAAKVLAM_VAULT_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> Workspace:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        return small(tmp_path_factory.mktemp("loaded") / "home")


@pytest.fixture
def place(loaded: Workspace, tmp_path: Path) -> Workspace:
    shutil.copytree(loaded.home, tmp_path / "home")
    return Workspace(tmp_path / "home")


def both(place: Workspace) -> tuple[dict, dict]:
    return tables(place), tables(place, "vault")


@pytest.fixture(scope="module")
def before(loaded: Workspace) -> tuple[dict, dict]:
    """What both stores of the loaded workspace hold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(KEY_VARIABLE, raising=False)
        return both(loaded)


def key_files(place: Workspace) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in place.keys.glob("*.key")}


def test_a_new_installation_has_two_keys(place: Workspace):
    actual = key_files(place)
    assert set(actual) == {"warehouse.key", "vault.key"} and len(set(actual.values())) == 2


def test_after_a_change_of_keys_all_data_remain_and_the_old_keys_fail(place: Workspace, before):
    old = key_files(place)
    said = waakvlam(place, "rotate-key")
    assert said.code == 0 and "Make a backup now" in said.out
    assert both(place) == before
    new = key_files(place)
    assert set(new) == set(old) and not set(new.values()) & set(old.values())
    retired = {path.name: path.read_bytes() for path in (place.keys / "retired").iterdir()}
    assert retired == {"warehouse-1.key": old["warehouse.key"], "vault-1.key": old["vault.key"]}
    for path in (place.keys / "retired").iterdir():
        assert path.stat().st_mode & 0o077 == 0
    shutil.copyfile(place.keys / "retired" / "vault-1.key", place.keys / "vault.key")
    with pytest.raises(ConfigurationError, match="does not open the vault"):
        tables(place, "vault")


def test_pseudonyms_stay_the_same_so_that_history_goes_on(place: Workspace, tmp_path: Path):
    """With another secret the same complaint would be a second version, and the same reporter another."""
    untouched = Workspace(tmp_path / "untouched")
    shutil.copytree(place.home, untouched.home)
    keys.rotate(place)
    for one in (place, untouched):
        deliver_all(one, "2026-11-16", corporation())
        with no_gate():
            load_well(one)
    assert both(place) == both(untouched)


@pytest.mark.parametrize(
    ("moment", "after"), [("copy_store", False), ("put_in_place", False), ("put_in_place", True)]
)
@pytest.mark.parametrize("turn", [1, 2])
def test_cut_off_at_any_moment_the_stores_open(
    place: Workspace, before, monkeypatch, moment: str, turn: int, after: bool
):
    """For each store: before it is copied, before the copy takes its place, and before its key does."""
    calls, real = [], getattr(copies, moment)

    def dies(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == turn and not after:
            raise KeyboardInterrupt
        result = real(*arguments)
        if len(calls) == turn:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(copies, moment, dies)
        keys.rotate(place)
    assert both(place) == before
    keys.rotate(place)
    assert both(place) == before
    assert not list(place.keys.glob("*.new"))


def test_one_key_of_an_older_installation_becomes_two(tmp_path: Path):
    shared = "3" * 64
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY_VARIABLE, shared)
        place = small(tmp_path / "home")
        before = both(place)
    (place.keys / "waakvlam.key").write_text(shared + "\n", encoding="ascii")
    path = place.home / "settings.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('keys = "keys"', 'key_file = "keys/waakvlam.key"'), encoding="utf-8")
    place = Workspace(place.home)
    assert both(place) == before, "it works as it is"
    keys.rotate(place)
    assert both(place) == before
    assert set(key_files(place)) == {"warehouse.key", "vault.key"}
    assert (place.keys / "retired" / "waakvlam-1.key").read_text(encoding="ascii").strip() == shared


def test_a_key_from_the_environment_is_not_changed_behind_its_back(place: Workspace, monkeypatch):
    monkeypatch.setenv("WAAKVLAM_VAULT_KEY", place.secret("vault").decode())
    said = waakvlam(place, "rotate-key")
    assert said.code == 2 and "comes from the environment" in said.err


def test_each_store_can_have_its_key_from_the_environment(place: Workspace, before, monkeypatch):
    for store in ("warehouse", "vault"):
        monkeypatch.setenv(f"WAAKVLAM_{store.upper()}_KEY", place.secret(store).decode())
    shutil.rmtree(place.keys)
    assert both(place) == before


def test_without_the_key_of_the_vault_points_can_be_read_and_names_cannot(place: Workspace):
    (place.keys / "vault.key").unlink()
    assert len(tables(place)["raw.huurovereenkomsten"]) == 12
    assert waakvlam(place, "explain", "O1", "--as-of", "2026-11-16").code == 0
    with pytest.raises(ConfigurationError, match="The key of the vault is missing"):
        tables(place, "vault")
    said = waakvlam(place, "weekly", "--as-of", "2026-11-16")
    assert said.code == 2 and "The key of the vault is missing" in said.err


def test_temporary_files_are_encrypted(place: Workspace):
    with stores.open_warehouse(place) as con:
        assert con.execute("SELECT current_setting('temp_file_encryption')").fetchall() == [(True,)]
        con.execute("SET memory_limit = '60MB'; SET threads = 1; SET preserve_insertion_order = false")
        mark = "ZZNAAM van een huurder"
        con.execute(
            f"CREATE TEMP TABLE t AS SELECT '{mark} ' || i AS n, hash(i) AS h FROM range(1500000) r(i)"
        )
        con.execute("CREATE TEMP TABLE s AS FROM t ORDER BY h")
        spilled = [path for path in place.stores.rglob("spill-*/*") if path.is_file()]
        assert spilled and sum(path.stat().st_size for path in spilled) > 1_000_000
        for path in spilled:
            assert mark.encode() not in path.read_bytes()


def test_a_copy_that_differs_is_never_put_in_place(place: Workspace, before, monkeypatch):
    real = copies.fingerprint

    def other(con: object, store: str) -> dict:
        return real(con, store) | ({"raw.x": [1, 1]} if store == "copied" else {})

    with monkeypatch.context() as patch, pytest.raises(WaakvlamError, match="differs from the original"):
        patch.setattr(copies, "fingerprint", other)
        keys.rotate(place)
    assert both(place) == before


def test_the_secret_of_the_pseudonyms_is_in_the_vault_only(place: Workspace):
    with stores.open_warehouse(place) as con:
        stores.attach_vault(con, place)
        pepper = read_pepper(con)
    assert len(pepper) == 64
    assert pepper not in repr(tables(place))
    deliver(place, "huurachterstanden", "2026-11-16", corporation()["huurachterstanden"])
    assert (
        pepper not in waakvlam(place, "check", place.inbox / "huurachterstanden_2026-11-16.csv", "--json").out
    )
