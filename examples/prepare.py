"""Make a workspace for one of the examples from a copy of its public data set.

    python examples/prepare.py fines path/to/fines workspace
    waakvlam --home workspace weekly --as-of 2004-06-07
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path

from pipelines import workspace

HERE = Path(__file__).resolve().parent


def prepare(name: str, source: Path, home: Path) -> None:
    """Make the workspace `home` with settings, mapping and deliveries of the example `name`."""
    example = HERE / name
    workspace.init(home)
    shutil.copyfile(example / "settings.toml", home / "settings.toml")
    for mapping in (example / "mappings").glob("*.toml"):
        shutil.copyfile(mapping, home / "mappings" / mapping.name)
    files = tomllib.loads((example / "deliveries.toml").read_text(encoding="utf-8"))
    for file, delivery in files.items():
        shutil.copyfile(source / file, home / "inbox" / delivery)


if __name__ == "__main__":
    if len(sys.argv) != 4 or not (HERE / sys.argv[1]).is_dir():
        sys.exit(__doc__)
    prepare(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
