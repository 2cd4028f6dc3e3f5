"""Rotate the keys of the stores: rewrite each store with a new secret of its own."""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import put_in_place, write_bytes
from pipelines.installation.workspace import KEY_VARIABLE, SHARED_KEY, STORES, Workspace, write_key
from pipelines.warehouse.copies import replace
from pipelines.warehouse.stores import attach, derive, memory_connection, path_of

RETIRED = "retired"


def rotate(workspace: Workspace) -> list[Path]:
    """Rewrite warehouse and vault with new keys, and retire the old keys, which older backups still need.

    The secret of the pseudonyms is inside the vault and does not change. The stores still open if the process is killed
    at any moment: the new key is first written under a temporary name, and renamed once the rewritten file is in place.

    Returns
    -------
    list of Path
        The retired keys.

    Raises
    ------
    ConfigurationError
        A key comes from the environment and cannot be changed from here, or the stores do not exist yet.
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
                f"The {store} does not exist yet.",
                where=str(workspace.home),
                mend="Run `waakvlam weekly` first.",
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
    """Copy a key to the folder of retired keys, and return the copy; delete the original if it is the shared key.

    The caller replaces a key that is not shared.
    """
    folder = key.parent / RETIRED
    folder.mkdir(mode=0o700, exist_ok=True)
    numbers = [int(path.stem.rpartition("-")[2]) for path in folder.glob(f"{key.stem}-*.key")]
    copy = folder / f"{key.stem}-{max(numbers, default=0) + 1}.key"
    write_bytes(copy, key.read_bytes(), private=True)
    if key.name == SHARED_KEY:
        key.unlink()
    return copy
