"""A retired key is never overwritten."""

from __future__ import annotations

import stat
from pathlib import Path

from pipelines.warehouse.keys import retire


def test_retiring_after_an_older_key_was_removed_takes_a_new_number(tmp_path: Path):
    """Retention removes the oldest keys first, so counting the files would name one that exists."""
    key = tmp_path / "vault.key"
    for number in range(1, 4):
        key.write_text(f"secret {number}")
        retire(key)
    (tmp_path / "retired" / "vault-1.key").unlink()
    key.write_text("secret 4")
    assert retire(key).name == "vault-4.key"
    kept = {path.name: path.read_text() for path in (tmp_path / "retired").iterdir()}
    assert kept == {f"vault-{number}.key": f"secret {number}" for number in (2, 3, 4)}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (tmp_path / "retired").iterdir())
