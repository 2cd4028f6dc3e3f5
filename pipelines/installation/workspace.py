"""The workspace: the directory that holds everything of one installation."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.installation.contracts import expected_by_default
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_bytes, write_text
from pipelines.installation.mapping import Mapping, read_mapping
from pipelines.installation.places import DATA
from pipelines.installation.settings import Settings, read_settings
from pipelines.installation.toml_models import nearest

KEY_VARIABLE = "WAAKVLAM_KEY"
SHARED_KEY = "waakvlam.key"
STORES = ("warehouse", "vault")


@dataclass(frozen=True)
class Workspace:
    """Paths and settings of one installation (`--home`, `WAAKVLAM_HOME`, default `./data`)."""

    home: Path

    @property
    def inbox(self) -> Path:
        """The folder of new deliveries; a subfolder belongs to the corporation that delivers."""
        return self.home / "inbox"

    @property
    def mappings(self) -> Path:
        """The folder of mapping files."""
        return self.home / "mappings"

    @property
    def queries(self) -> Path:
        """The folder of the queries that `[[sources]]` run."""
        return self.home / "queries"

    @property
    def stores(self) -> Path:
        """The folder of the encrypted warehouse and vault."""
        return self.home / "warehouse"

    @property
    def output(self) -> Path:
        """The folder of weekly lists, with one subfolder per as-of date."""
        return self.home / "output"

    @property
    def artefacts(self) -> Path:
        """The folder of installed scorecards and training proposals."""
        return self.home / "artefacts"

    @cached_property
    def settings(self) -> Settings:
        """The checked settings."""
        if not self.home.is_dir():
            raise ConfigurationError(
                "This is not a workspace.", where=str(self.home), mend="`waakvlam init` creates one."
            )
        return read_settings(self.home / "settings.toml")

    def mapping(self, extract: str) -> Mapping:
        """Read the mapping that the settings choose for an extract."""
        name = self.settings.mapping.of(extract)
        path = self.mappings / f"{name}.toml"
        if not path.exists():
            mapping_names = sorted(p.stem for p in self.mappings.glob("*.toml"))
            raise ConfigurationError(
                f"[mapping] names {name!r}, which is not in mappings/{nearest(name, mapping_names)}.",
                where=str(self.home / "settings.toml"),
            )
        return read_mapping(path)

    @property
    def logs(self) -> Path:
        """The folder of run logs, with one JSON line per event."""
        return self.home / "logs"

    @property
    def withdrawn(self) -> Path:
        """The folder of deliveries that were loaded and later withdrawn (`waakvlam retract`)."""
        return self.home / "withdrawn"

    @property
    def proof(self) -> Path:
        """The folder of the chains of seals and of the records that they name."""
        return self.home / "proof"

    @property
    def keys(self) -> Path:
        """The folder of the key files."""
        return self.home / self.settings.keys

    def secret(self, store: str) -> bytes:
        """Return the secret of one store; see `secret`."""
        return secret(self.keys, store)

    def secret_of_source(self, name: str) -> str:
        """Return the password, token or database address with this name: from the environment, else a file of `keys`.

        Raises
        ------
        ConfigurationError
            Neither holds it.
        """
        path = self.keys / name
        value = os.environ.get(name) or (path.read_text(encoding="utf-8") if path.is_file() else "")
        if not value.strip():
            raise ConfigurationError(
                f"The secret {name} of a source is not set.",
                where=str(self.home / "settings.toml"),
                mend=f"Set {name} in the environment, or write it into the file {path}.",
            )
        return value.strip()


def secret(folder: Path, store: str) -> bytes:
    """Return the secret of one store ("warehouse" or "vault").

    Each store has its own key, so someone allowed to read scores need not be able to read names. The secret comes from
    the first of these places that has one: the environment (`WAAKVLAM_WAREHOUSE_KEY`, `WAAKVLAM_VAULT_KEY`;
    `WAAKVLAM_KEY` serves both), the key file of the store, or the single key file of older installations, which
    `waakvlam rotate-key` splits.
    """
    places: list[str | Path] = [
        f"WAAKVLAM_{store.upper()}_KEY",
        KEY_VARIABLE,
        folder / f"{store}.key",
        folder / SHARED_KEY,
    ]
    for place in places:
        if isinstance(place, str):
            key = os.environ.get(place) or None
        else:
            key = place.read_text(encoding="ascii", errors="replace") if place.exists() else None
        if key is not None:
            if len(key.strip()) < 32:
                raise ConfigurationError("The key is shorter than 32 characters.", where=str(place))
            return key.strip().encode()
    raise ConfigurationError(
        f"The key of the {store} is missing.",
        where=str(folder / f"{store}.key"),
        mend=f"Put the key file back or set {places[0]}; `waakvlam init` creates keys for a new installation.",
    )


DEMO = "demo"
DEMO_ID = (
    f'corporatie_id is "{DEMO}" in settings.toml. Change it before the first real load: it stays in each row, and another id later '
    "would count every agreement twice."
)


def write_key(path: Path) -> None:
    """Write a new secret that only its owner can read."""
    write_text(path, secrets.token_hex(32) + "\n", private=True)


def settings_text(corporatie_id: str, naam: str) -> str:
    """Return the commented settings of a new installation, filled with the defaults."""
    template = (DATA / "presets" / "settings.toml").read_text(encoding="utf-8")
    values = {"@corporatie_id@": corporatie_id, "@naam@": naam, "@expected@": expected_by_default()}
    for mark, value in values.items():
        # Strings and lists of strings are written the same way in TOML and in JSON.
        template = template.replace(f'"{mark}"', json.dumps(value, ensure_ascii=False))
    return template


def init(
    home: Path,
    *,
    corporatie_id: str = DEMO,
    naam: str = "Woningstichting Voorbeeld",
    portal: bool = False,
) -> list[str]:
    """Create a workspace with folders, commented settings, mapping presets and keys.

    Parameters
    ----------
    home : Path
        The directory, created if missing. Existing files are kept.
    corporatie_id, naam : str
        Identification of the corporation in new settings.
    portal : bool
        Whether new settings switch the portal on.

    Returns
    -------
    list of str
        What was created, relative to `home`.
    """
    created = []
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("mappings", "inbox", "warehouse", "output", "artefacts", "keys", "logs"):
        if not (home / name).exists():
            (home / name).mkdir(mode=0o700)
            created.append(f"{name}/")
    settings = home / "settings.toml"
    if not settings.exists():
        template = settings_text(corporatie_id, naam)
        if portal:
            before, own = template.split("[portal]\n")
            template = f"{before}[portal]\n{own.replace('enabled = false', 'enabled = true', 1)}"
        write_text(settings, template)
        created.append("settings.toml")
    for preset in sorted((DATA / "presets" / "mappings").glob("*.toml")):
        if not (home / "mappings" / preset.name).exists():
            write_bytes(home / "mappings" / preset.name, preset.read_bytes())
            created.append(f"mappings/{preset.name}")
    folder = home / "keys"
    from_outside = [bool(os.environ.get(f"WAAKVLAM_{store.upper()}_KEY")) for store in STORES]
    if not (folder / SHARED_KEY).exists() and not os.environ.get(KEY_VARIABLE) and not all(from_outside):
        for store in STORES:
            if not (folder / f"{store}.key").exists():
                write_key(folder / f"{store}.key")
                created.append(f"keys/{store}.key")
    return created
