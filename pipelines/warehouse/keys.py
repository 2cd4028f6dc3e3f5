"""Change the keys of the stores: each is written anew with a secret of its own."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import put_in_place, write_bytes
from pipelines.installation.workspace import KEY_VARIABLE, SHARED_KEY, STORES, Workspace, write_key
from pipelines.warehouse.stores import attach, derive, memory_connection, path_of, replace

RETIRED = "retired"


def rotate(workspace: Workspace) -> list[Path]:
    """Give warehouse and vault new keys, and set the old ones aside: older backups open with those only.

    The pseudonyms keep their secret, which lies inside the vault. Killed at any moment, the stores still open: the new
    key is written first, under another name, and takes its own when the file that it opens is in its place.

    Returns
    -------
    list of Path
        Where the old keys are now.

    Raises
    ------
    ConfigurationError
        A key comes from the environment, where it cannot be changed from here; or there are no stores yet.
    """
    for name in (KEY_VARIABLE, *(f"WAAKVLAM_{store.upper()}_KEY" for store in STORES)):
        if os.environ.get(name):
            raise ConfigurationError(
                "The key comes from the environment and cannot be changed from here.",
                where=name,
                mend=f"Write its value into {workspace.keys / SHARED_KEY}, remove the variable, and start again.",
            )
    for store in STORES:
        if not path_of(workspace, store).exists():
            raise ConfigurationError(
                f"There is no {store} yet.", where=str(workspace.home), mend="Its key is as new as it is."
            )
    retired = []
    with memory_connection(workspace) as con:
        for store in STORES:
            attach(con, workspace, store)
        for store in STORES:
            key, fresh = workspace.keys / f"{store}.key", workspace.keys / f"{store}.key.new"
            write_key(fresh)
            replace(con, workspace, store, derive(fresh.read_bytes().strip(), store))
            if key.exists():
                retired.append(retire(key))
            put_in_place(fresh, key)
    shared = workspace.keys / SHARED_KEY
    if shared.exists():
        retired.append(retire(shared))
    return retired


def retire(key: Path) -> Path:
    """Copy a key among the old ones; the file itself is then replaced, or removed where all shared it."""
    folder = key.parent / RETIRED
    folder.mkdir(mode=0o700, exist_ok=True)
    numbers = [int(path.stem.rpartition("-")[2]) for path in folder.glob(f"{key.stem}-*.key")]
    aside = folder / f"{key.stem}-{max(numbers, default=0) + 1}.key"
    write_bytes(aside, key.read_bytes(), private=True)
    if key.name == SHARED_KEY:
        key.unlink()
    return aside
