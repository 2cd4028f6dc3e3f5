"""The workspace: one directory that holds everything of one installation."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pipelines.contracts import DATA
from pipelines.errors import ConfigurationError
from pipelines.mapping import Mapping, read_mapping
from pipelines.settings import Settings, read_settings
from pipelines.toml_models import nearest

KEY_VARIABLE = "WAAKVLAM_KEY"


@dataclass(frozen=True)
class Workspace:
    """Paths and settings of one installation (`--home`, `WAAKVLAM_HOME`, default `./data`)."""

    home: Path

    @property
    def inbox(self) -> Path:
        """Where deliveries arrive; a subfolder is the corporation that delivers."""
        return self.home / "inbox"

    @property
    def mappings(self) -> Path:
        """The mapping files."""
        return self.home / "mappings"

    @property
    def stores(self) -> Path:
        """The encrypted warehouse and vault."""
        return self.home / "warehouse"

    @property
    def output(self) -> Path:
        """The weekly lists, a folder per as-of date."""
        return self.home / "output"

    @property
    def artefacts(self) -> Path:
        """Installed scorecards and what training proposes."""
        return self.home / "artefacts"

    @cached_property
    def settings(self) -> Settings:
        """The checked settings."""
        if not self.home.is_dir():
            raise ConfigurationError(
                "There is no workspace here.", where=str(self.home), mend="`waakvlam init` makes one."
            )
        return read_settings(self.home / "settings.toml")

    def mapping(self, extract: str) -> Mapping:
        """Read the mapping that the settings choose for an extract."""
        name = self.settings.mapping.of(extract)
        path = self.mappings / f"{name}.toml"
        if not path.exists():
            there = sorted(p.stem for p in self.mappings.glob("*.toml"))
            raise ConfigurationError(
                f"[mapping] names {name!r}, which is not in mappings/{nearest(name, there)}.",
                where=str(self.home / "settings.toml"),
            )
        return read_mapping(path)

    @cached_property
    def key(self) -> bytes:
        """The installation's secret: from the environment, else from the key file."""
        given = os.environ.get(KEY_VARIABLE) or None
        path = self.home / self.settings.key_file
        if given is None and not path.exists():
            raise ConfigurationError(
                "There is no key: the warehouse and the vault cannot be opened.",
                where=str(path),
                mend=f"Put the key file back or set {KEY_VARIABLE}; `waakvlam init` makes a key for a new installation.",
            )
        text = (path.read_text(encoding="ascii", errors="replace") if given is None else given).strip()
        if len(text) < 32:
            raise ConfigurationError(
                "The key is shorter than 32 characters.", where=KEY_VARIABLE if given else str(path)
            )
        return text.encode()


def init(home: Path, *, corporatie_id: str = "demo", naam: str = "Woningstichting Voorbeeld") -> list[str]:
    """Make a workspace: folders, commented settings, mapping presets and a key.

    Parameters
    ----------
    home : Path
        The directory; made where it does not exist. What is there already is kept.
    corporatie_id, naam : str
        Written into new settings.

    Returns
    -------
    list of str
        What was made, relative to `home`.
    """
    made = []
    home.mkdir(parents=True, exist_ok=True)
    for folder in ("mappings", "inbox", "warehouse", "output", "artefacts", "keys"):
        if not (home / folder).exists():
            (home / folder).mkdir(mode=0o700)
            made.append(f"{folder}/")
    settings = home / "settings.toml"
    if not settings.exists():
        template = (DATA / "presets" / "settings.toml").read_text(encoding="utf-8")
        # TOML's quoted strings are those of JSON.
        given = {"@corporatie_id@": corporatie_id, "@naam@": naam}
        for mark, value in given.items():
            template = template.replace(f'"{mark}"', json.dumps(value, ensure_ascii=False))
        settings.write_text(template, encoding="utf-8")
        made.append("settings.toml")
    for preset in sorted((DATA / "presets" / "mappings").glob("*.toml")):
        if not (home / "mappings" / preset.name).exists():
            shutil.copyfile(preset, home / "mappings" / preset.name)
            made.append(f"mappings/{preset.name}")
    key = home / "keys" / "waakvlam.key"
    if not key.exists() and not os.environ.get(KEY_VARIABLE):
        with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        made.append("keys/waakvlam.key")
    return made
