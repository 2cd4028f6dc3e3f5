"""Describe the content of a backup, so that it can be verified before and after it is restored."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.as_json import OPTIONAL
from pipelines.installation.errors import ConfigurationError
from pipelines.warehouse import migrations

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """The content of a backup, without personal data.

    Parameters
    ----------
    format, schema : int
        Version of the backup file, and of the tables of the stores.
    made : str
        Moment of the backup in UTC, as ISO 8601.
    tables : mapping of str to mapping
        Per store and table: the number of rows and the sum of their hashes.
    salt : str, optional
        Salt of the passphrase; only if the backup includes the keys.
    sha256 : mapping of str to str
        Hash of each member.
    """

    format: int
    schema: int
    made: str
    tables: Mapping[str, Mapping[str, Sequence[int]]]
    salt: str | None = field(metadata=OPTIONAL)
    sha256: Mapping[str, str]


def read_manifest(file: Path) -> Manifest:
    """Read the manifest of a backup.

    Raises
    ------
    ConfigurationError
        The file cannot be read, is not a backup, or was written by a newer Waakvlam.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            content = json.loads(packed.read(MANIFEST))
        migrations.refuse_newer(int(content["schema"]), "backup", str(file))
        manifest = Manifest(
            format=int(content["format"]),
            schema=int(content["schema"]),
            made=content["made"],
            tables=content["tables"],
            salt=content.get("salt"),
            sha256=content["sha256"],
        )
    except OSError as error:
        raise ConfigurationError(f"The backup cannot be read ({error.strerror}).", where=str(file)) from None
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise ConfigurationError(
            "This is not a Waakvlam backup, or it is incomplete.", where=str(file), mend="Use another backup."
        ) from None
    if manifest.format > FORMAT:
        raise ConfigurationError(
            "A newer Waakvlam made this backup.", where=str(file), mend="Install that version."
        )
    return manifest
