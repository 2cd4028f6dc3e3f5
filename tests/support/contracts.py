"""Provide a folder of contracts that a test can extend or damage."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from pipelines.installation import contracts as installed
from pipelines.installation.places import DATA

EXTRACT = "schuldhulp_signalen"


def example() -> str:
    """Return the contract that the recipe in `data/contracts/README.md` adds."""
    text = (DATA / "contracts" / "README.md").read_text(encoding="utf-8")
    match = re.search(r"```toml\n(.*?)```", text, re.S)
    assert match
    return match[1]


@contextmanager
def contracts_in(folder: Path, **added: str) -> Iterator[Path]:
    """Use a copy of the contracts in `folder`, with the text of each added extract."""
    shutil.copytree(DATA / "contracts", folder, dirs_exist_ok=True)
    for name, text in added.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    installed.contracts.cache_clear()
    try:
        with mock.patch.object(installed, "FOLDER", folder):
            yield folder
    finally:
        installed.contracts.cache_clear()
