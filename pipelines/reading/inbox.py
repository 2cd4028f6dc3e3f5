"""List the deliveries in the inbox, named `<extract>_<peildatum>[_v2].<csv|csv.gz|xlsx|parquet>`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines.installation.contracts import contracts
from pipelines.installation.errors import DeliveryError
from pipelines.installation.files import is_unfinished
from pipelines.installation.toml_models import nearest

PATTERN = re.compile(
    r"(?P<extract>[a-z_]+?)_(?P<day>\d{4}-\d{2}-\d{2})(?:_v(?P<version>[1-9]\d?))?\.(csv|csv\.gz|xlsx|parquet)"
)
FORM = "<extract>_<yyyy-mm-dd>.csv, .csv.gz, .xlsx or .parquet"


@dataclass(frozen=True)
class Delivery:
    """One delivered file.

    `version` orders files of the same extract and peildatum: `_v2` replaces a failed export wholly. `source` is the
    subfolder of the inbox, the corporation that delivers ("" for a single corporation).
    """

    path: Path
    extract: str
    peildatum: date
    version: int = 1
    source: str = ""

    @property
    def name(self) -> str:
        """The name of the file in reports."""
        return f"{self.source}/{self.path.name}" if self.source else self.path.name


def parse(path: Path, source: str = "") -> Delivery:
    """Read extract, peildatum and version from a file's name.

    Raises
    ------
    DeliveryError
        The name is not that of a delivery; the message holds the nearest valid extract.
    """
    match = PATTERN.fullmatch(path.name.lower())
    if not match:
        raise DeliveryError(path.name, "This is not the name of a delivery.", mend=f"Name it {FORM}.")
    extract, day = match["extract"], match["day"]
    if extract not in contracts():
        raise DeliveryError(path.name, f"Unknown extract {extract!r}{nearest(extract, list(contracts()))}.")
    try:
        peildatum = date.fromisoformat(day)
    except ValueError:
        raise DeliveryError(path.name, f"{day} is not a date.", mend=f"Name it {FORM}.") from None
    return Delivery(path, extract, peildatum, int(match["version"] or 1), source)


def locate(path: Path, inbox: Path) -> Delivery:
    """Parse a file's name as `find` does: a folder of the inbox names the corporation that delivers."""
    folder = path.resolve().parent
    return parse(path, folder.name if folder.parent == inbox.resolve() else "")


def find(inbox: Path) -> tuple[list[Delivery], list[DeliveryError]]:
    """List the deliveries in loading order, and the other files with the reason why each is not a delivery.

    Temporary files of copying programs (`.part`, `.tmp`, `~$...`, hidden files) are skipped. Links and pipes are not opened.
    """
    deliveries, wrong = [], []
    for path in sorted(inbox.rglob("*")):
        if is_unfinished(path.name) or PATTERN.fullmatch(path.parent.name.lower()):
            continue  # a folder with the name of a delivery is reported once, without its files
        try:
            if delivery := _delivery(path, path.relative_to(inbox).parts):
                deliveries.append(delivery)
        except DeliveryError as error:
            wrong.append(error)
    return sort(deliveries), wrong


def _delivery(path: Path, parts: tuple[str, ...]) -> Delivery | None:
    """Return a file of the inbox as a delivery, or None for the folder of a corporation; raise DeliveryError otherwise."""
    name = "/".join(parts)
    if path.is_symlink():
        raise DeliveryError(name, "This is a link, not a delivery.", mend="Put the file itself here.")
    if path.is_dir():
        if PATTERN.fullmatch(path.name.lower()):
            raise DeliveryError(name, "This is a folder, not a delivery.", mend="Put the file itself here.")
        return None
    if not path.is_file():
        raise DeliveryError(name, "This is not a file but a pipe or a device.", mend="Remove it.")
    if len(parts) > 2:
        raise DeliveryError(name, "Deliveries belong in the inbox itself or in one folder per corporation.")
    if not name.isprintable():
        raise DeliveryError(name, "This name has characters that cannot be shown.", mend=f"Name it {FORM}.")
    return parse(path, parts[0] if len(parts) == 2 else "")


def sort(deliveries: list[Delivery]) -> list[Delivery]:
    """Return deliveries in loading order: by peildatum, and on one day the register first."""
    order = {name: number for number, name in enumerate(contracts())}
    return sorted(deliveries, key=lambda d: (d.peildatum, order[d.extract], d.source, d.version, d.path.name))
