"""Random erasures with kills and files that cannot be removed: after the run that ends well, nothing of the person is left.

Each run chooses how often it is interrupted, at which call to the disk or the stores, and which files refuse to go. The last
attempt runs undisturbed. Then the bytes of every file are searched, and every text in both stores.
"""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.workspace import STORES, Workspace
from pipelines.operations import subject
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.pipelines.operations.test_erasure import HUURDER, PERSON, STEPS, WORDS, loaded
from tests.support.cases import cases

pytestmark = pytest.mark.dear

__all__ = ["loaded"]
RUNS = cases(2, 200)
REFUSED = (
    "export van maandag.csv",
    "reparaties.csv.gz",
    "contacten_2026-11-15.csv",
    "huurovereenkomsten_2026-11-17.csv",
)
"""Files that another program may hold open."""
SHORT = 5


def texts(place: Workspace) -> list[str]:
    """Return every table of both stores in which a text holds a word of the person."""
    words = [PERSON["naam"].split()[-1], PERSON["straatnaam"], PERSON["telefoon"], HUURDER]
    actual = []
    with open_warehouse(place) as con:
        attach_vault(con, place)
        columns = con.execute(
            "SELECT database_name, schema_name, table_name, column_name FROM duckdb_columns() JOIN duckdb_tables() "
            "USING (database_name, schema_name, table_name) WHERE database_name IN ('warehouse', 'vault')"
        ).fetchall()
        for *table, column in columns:
            name = ".".join(f'"{part}"' for part in table)
            query = f'SELECT count(*) FROM {name} WHERE list_bool_or(list_transform(?, w -> contains("{column}"::VARCHAR, w)))'
            if con.execute(query, [words]).fetchall()[0][0]:
                actual.append(f"{name}.{column}")
    return actual


def remains(place: Workspace) -> list[str]:
    """Return the files whose bytes hold a word of the person, packed ones included, and the texts of the stores."""
    files = []
    for path in place.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            content = gzip.decompress(content) if path.suffix == ".gz" else content
            # A short word can occur in the bytes of an encrypted file by chance.
            words = [word for word in WORDS if len(word) > SHORT or path.suffix != ".duckdb"]
            files += [path.name for word in words if word in content]
    return files + texts(place)


def interrupted(place: Workspace, random: Random) -> None:
    """Erase in a child process that kills itself at a random call, or in which a random file cannot be removed."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    left = [random.randrange(1, 60)]
    stuck = set(random.sample(REFUSED, random.randrange(len(REFUSED) + 1)))

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] <= 0:
                os._exit(9)
            return real(*arguments, **options)

        return call

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name in stuck:
            raise PermissionError(13, "in use", str(path))
        counted(real_unlink)(path, missing_ok=missing_ok)

    real_unlink = Path.unlink
    Path.unlink = unlink  # type: ignore[method-assign]
    os.replace = counted(os.replace)
    for name in (*STEPS, "_delete"):
        setattr(subject, name, counted(getattr(subject, name)))
    try:
        subject.erase(place, HUURDER)
    except (WaakvlamError, duckdb.Error):
        os._exit(1)
    os._exit(0)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_whatever_interrupts_an_erasure_the_next_one_leaves_nothing(loaded: Workspace, tmp_path: Path):
    for number in range(RUNS):
        random = Random(number)
        place = Workspace(tmp_path / str(number))
        shutil.copytree(loaded.home, place.home)
        for _ in range(random.randrange(1, 4)):
            interrupted(place, random)
        try:
            subject.erase(place, HUURDER)
        except ConfigurationError as error:  # an attempt went through, so nothing is left to find
            assert "There are no data about this tenant" in str(error)
        assert remains(place) == [], f"run {number}"
        assert {path.stem for path in place.stores.glob("*.duckdb")} == set(STORES)
        shutil.rmtree(place.home)
