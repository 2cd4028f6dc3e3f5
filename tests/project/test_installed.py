"""Weigh what an installation holds, as `docs/install.md` does, and hold it to its goal."""

from __future__ import annotations

from importlib.metadata import distributions
from importlib.util import cache_from_source
from pathlib import Path

from benchmarks import installed


def test_files_bytecode_and_tests_are_counted_once(tmp_path: Path, capsys):
    megabyte = 1_000_000
    sizes = {
        "big/code.py": 3,
        "big/data.so": 4,
        "big/tests/test_code.py": 2,
        "big.dist-info/METADATA": 0,
        "big.dist-info/RECORD": 0,
    }
    for name, size in sizes.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size * megabyte)
    for name in ("big/code.py", "big/tests/test_code.py"):
        compiled = Path(cache_from_source(str(tmp_path / name)))
        compiled.parent.mkdir()
        compiled.write_bytes(b"x" * megabyte)
    names = [*sizes, str(Path(cache_from_source("big/code.py"))), "big/gone.py"]
    (tmp_path / "big.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: big\nVersion: 1\n")
    (tmp_path / "big.dist-info/RECORD").write_text("".join(f"{name},,\n" for name in names))
    wheel = (
        "Metadata-Version: 2.1\nName: waakvlam\nVersion: 1\nRequires-Dist: Big[fast]\n"
        "Provides-Extra: more\nRequires-Dist: other; extra == 'more'\nRequires-Dist: other; python_version < '3'\n"
    )
    for name, metadata in {"waakvlam": wheel, "other": "Name: other\nVersion: 1\n"}.items():
        (tmp_path / f"{name}.dist-info").mkdir()
        (tmp_path / f"{name}.dist-info/METADATA").write_text(metadata)

    installed.main([str(tmp_path)])
    assert capsys.readouterr().out.splitlines()[2:4] == ["| all 2 | 9 | 11 | 3 |", "| big | 9 | 11 | 3 |"]


def test_what_the_wheel_requires_stays_within_150_packages_and_900_mb():
    weights = [installed.weigh(one) for one in installed.needed("waakvlam", distributions())]
    assert 100 < len(weights) <= 150
    assert 500e6 < sum(one.files for one in weights) <= 900e6, (
        "a package came along that is not worth its size"
    )
