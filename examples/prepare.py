"""Make a workspace for one of the examples from a copy of its public data set.

python examples/prepare.py fines path/to/fines workspace
waakvlam --home workspace weekly --as-of 2004-06-07
"""

from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path

from pipelines.installation import workspace

HERE = Path(__file__).resolve().parent


def prepare(name: str, source: Path, home: Path) -> None:
    """Make the workspace `home` with settings, mapping and deliveries of the example `name`.

    Raises
    ------
    FileNotFoundError
        A file of the data set is not in `source`; nothing has been made.
    FileExistsError
        There is something in `home` already: the settings of an installation are not to be written over.
    """
    example = HERE / name
    files = tomllib.loads((example / "deliveries.toml").read_text(encoding="utf-8"))
    if absent := [file for file in files if not (source / file).is_file()]:
        raise FileNotFoundError(f"{source} holds no {', '.join(absent)}.")
    if home.exists() and any(home.iterdir()):
        raise FileExistsError(f"{home} is not empty.")
    workspace.init(home)
    shutil.copyfile(example / "settings.toml", home / "settings.toml")
    for mapping in (example / "mappings").glob("*.toml"):
        shutil.copyfile(mapping, home / "mappings" / mapping.name)
    for file, delivery in files.items():
        shutil.copyfile(source / file, home / "inbox" / delivery)


if __name__ == "__main__":
    if len(sys.argv) != 4 or not (HERE / sys.argv[1] / "deliveries.toml").is_file():
        sys.exit(__doc__)
    try:
        prepare(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
    except OSError as error:
        sys.exit(f"{error}")
