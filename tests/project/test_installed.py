"""Weigh an invented package as `docs/install.md` does the real ones."""

from __future__ import annotations

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
    (tmp_path / "pip.dist-info").mkdir()
    (tmp_path / "pip.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: pip\nVersion: 1\n")

    installed.main(str(tmp_path), ["pip"])
    assert capsys.readouterr().out.splitlines()[2:] == ["| all 1 | 9 | 11 | 3 |", "| big | 9 | 11 | 3 |"]
