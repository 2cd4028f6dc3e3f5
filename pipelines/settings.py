"""The settings of one installation: `settings.toml` in the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipelines.toml_models import Strict, read_toml

Share = Annotated[float, Field(ge=0, le=1)]


class MappingChoice(Strict):
    """Which mapping file reads which extract; names of files in `mappings/` without `.toml`."""

    default: str = "canoniek"
    huurovereenkomsten: str | None = None
    huurachterstanden: str | None = None
    overlastmeldingen: str | None = None
    reparatieverzoeken: str | None = None
    boekingen: str | None = None
    signaleringen: str | None = None
    contactmomenten: str | None = None
    meldingen_medewerkers: str | None = None
    contacten: str | None = None
    bezwaren: str | None = None

    def of(self, extract: str) -> str:
        """Name the mapping of one extract."""
        return getattr(self, extract) or self.default


class Shortlist(Strict):
    """The weekly list: how long, how chosen."""

    capacity: Annotated[int, Field(ge=1, le=100)] = 8
    exploration: Annotated[int, Field(ge=0, le=10)] = 1
    cooldown_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    minimum_points: Annotated[int, Field(ge=1)] = 5
    seed: int = 1
    show_contact: bool = True
    scorecard: str = "expert"


class Coach(Strict):
    """One wooncoach and the neighbourhoods that this coach visits."""

    name: str
    wijken: list[str] = []
    corporaties: list[str] = []
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None


class Gates(Strict):
    """What a delivery must keep to before anything of it counts."""

    quarantined_share: Share = 0.05
    bad_value_share: Share = 0.05
    unmapped_share: Share = 0.05
    unknown_agreement_share: Share = 0.10
    tolerated_rows: Annotated[int, Field(ge=0)] = 3
    volume_least: Annotated[float, Field(ge=0)] = 0.5
    volume_most: Annotated[float, Field(ge=1)] = 2.0
    total_least: Annotated[float, Field(ge=0)] = 0.5
    total_most: Annotated[float, Field(ge=1)] = 2.0
    volume_from_rows: Annotated[int, Field(ge=1)] = 50


class Freshness(Strict):
    """How old the newest delivery of an expected extract may be on the as-of date, in days."""

    max_age_days: Annotated[int, Field(ge=0)] = 8
    huurachterstanden: Annotated[int, Field(ge=0)] | None = None

    def of(self, extract: str) -> int:
        """Give the limit for one extract, in days."""
        own = getattr(self, extract, None)
        return self.max_age_days if own is None else int(own)


class Engine(Strict):
    """Resources of the warehouse engine."""

    memory_limit: str = "4GB"
    threads: Annotated[int, Field(ge=1)] | None = None


class Settings(Strict):
    """Everything that an installation decides; defaults are documented in `settings.toml` itself."""

    corporatie_id: str
    naam: str
    expected: list[
        Literal[
            "huurovereenkomsten",
            "huurachterstanden",
            "overlastmeldingen",
            "reparatieverzoeken",
            "boekingen",
            "signaleringen",
            "contactmomenten",
            "meldingen_medewerkers",
            "contacten",
            "bezwaren",
        ]
    ] = ["huurovereenkomsten", "huurachterstanden", "overlastmeldingen", "reparatieverzoeken"]
    key_file: str = "keys/waakvlam.key"
    mapping: MappingChoice = MappingChoice()
    shortlist: Shortlist = Shortlist()
    coaches: list[Coach] = [Coach(name="Wooncoach")]
    gates: Gates = Gates()
    freshness: Freshness = Freshness()
    engine: Engine = Engine()


def read_settings(path: Path) -> Settings:
    """Read `settings.toml`; raises ConfigurationError naming what is wrong."""
    return read_toml(path, Settings)
