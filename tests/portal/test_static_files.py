"""Test that static files are collected once for each version of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from portal import static_files


@pytest.fixture
def own(settings, tmp_path: Path) -> Path:
    """A folder with one style sheet, the only static file."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "page.css").write_text("main { color: black }\n" * 50, encoding="utf-8")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "portal.static_files.Storage"}}
    return folder


def hashed(root: Path) -> list[Path]:
    return sorted(root.glob("page.*.css"))


def test_unchanged_files_are_collected_once(own: Path, settings):
    assert static_files.collect()
    (page,) = hashed(settings.STATIC_ROOT)
    packed = page.with_name(f"{page.name}.gz")
    assert gzip.decompress(packed.read_bytes()) == page.read_bytes()
    assert not list(settings.STATIC_ROOT.glob("*.br"))
    assert not static_files.collect()


def test_a_file_has_the_address_of_its_hash_each_time(own: Path, settings):
    static_files.collect()
    (page,) = hashed(settings.STATIC_ROOT)
    storage = static_files.Storage()
    assert [storage.url("page.css"), storage.url("page.css")] == [f"/static/{page.name}"] * 2


@pytest.mark.parametrize("change", ["content", "another file", "half collected"])
def test_a_change_is_collected(own: Path, settings, change: str):
    static_files.collect()
    if change == "content":
        (own / "page.css").write_text("main { color: green }\n" * 50, encoding="utf-8")
    elif change == "another file":
        (own / "other.css").write_text("", encoding="utf-8")
    else:
        (settings.STATIC_ROOT / static_files.COLLECTED).unlink()
    assert static_files.collect()
    assert len(hashed(settings.STATIC_ROOT)) == (2 if change == "content" else 1)
    assert not static_files.collect()


def test_an_interrupted_collection_is_done_again(own: Path, monkeypatch: pytest.MonkeyPatch):
    static_files.collect()
    (own / "page.css").write_text("main { color: green }\n", encoding="utf-8")

    def fails(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(static_files, "call_command", fails)
        with pytest.raises(KeyboardInterrupt):
            static_files.collect()
    (own / "page.css").write_text("main { color: black }\n" * 50, encoding="utf-8")
    assert static_files.collect()


def test_another_way_to_store_files_collects_anew(own: Path, settings):
    way = settings.STORAGES
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**way, "staticfiles": plain}
    static_files.collect()
    assert not hashed(settings.STATIC_ROOT)
    settings.STORAGES = way
    assert static_files.collect()
    assert hashed(settings.STATIC_ROOT)
