"""The settings of one installation: `settings.toml` in the workspace."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.installation.calendar import WEEK
from pipelines.installation.contracts import contracts, expected_by_default
from pipelines.installation.toml_models import Strict, nearest, read_toml

if TYPE_CHECKING:  # both load pandas, which commands such as `status` do without
    from models.selection.routing import Coach as RoutingCoach
    from models.selection.trial import WaitingList

Share = Annotated[float, Field(ge=0, le=1)]


class PerExtract(BaseModel):
    """Settings with one extra key per extract, such as `huurachterstanden = 35`; other keys are refused."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="after")
    def _are_extracts(self) -> Self:
        for name in self.model_extra or {}:
            if name not in contracts():
                raise ValueError(
                    f"unknown key {name!r}{nearest(name, [*type(self).model_fields, *contracts()])}"
                )
        return self


class MappingChoice(PerExtract):
    """The mapping file of each extract; names of files in `mappings/` without `.toml`."""

    __pydantic_extra__: dict[str, str] = Field(init=False)
    default: str = "canoniek"

    def of(self, extract: str) -> str:
        """Return the name of the mapping of one extract."""
        return self.__pydantic_extra__.get(extract) or self.default


class Shortlist(Strict):
    """The weekly list: how long, how chosen."""

    capacity: Annotated[int, Field(ge=1, le=100)] = 8
    exploration: Annotated[int, Field(ge=0, le=10)] = 1
    cooldown_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    minimum_points: Annotated[int, Field(ge=1)] = 5
    seed: int = 1
    show_contact: bool = True
    scorecard: str = "expert"

    @property
    def cooldown_days(self) -> int:
        """How many days an address rests after the last contact."""
        return self.cooldown_weeks * WEEK.days


class CoachSettings(Strict):
    """One wooncoach and the neighbourhoods that this coach visits."""

    name: str
    wijken: list[str] = []
    corporaties: list[str] = []
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None


class Trial(Strict):
    """A waiting list by lot inside a band of places (`models.selection.trial`); without a start there is none."""

    name: str = ""
    start: date | None = None
    weeks: Annotated[int, Field(ge=4, le=104)] = 52
    first: Annotated[int, Field(ge=1)] = 4
    last: Annotated[int, Field(ge=1)] = 24
    share: Annotated[float, Field(gt=0, lt=1)] = 0.5

    @model_validator(mode="after")
    def _whole(self) -> Trial:
        if self.last < self.first:
            raise ValueError("the band of the trial ends before it begins (first, last)")
        if self.start and not self.name:
            raise ValueError("a trial needs a name: the lots are drawn from it")
        return self

    def on(self, as_of: date) -> WaitingList | None:
        """Return the rules of the trial if it runs on this date, else None."""
        from models.selection.trial import WaitingList

        if self.start is None or not self.start <= as_of < self.start + timedelta(weeks=self.weeks):
            return None
        return WaitingList(self.name, self.first, self.last, self.share)


class Amount(Strict):
    """An amount that nobody knows exactly: a range, and who says so."""

    range: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=2, max_length=2)]
    source: Annotated[str, Field(min_length=3)]

    @model_validator(mode="after")
    def _rising(self) -> Amount:
        if not 0 < self.range[0] < self.range[1]:
            raise ValueError(
                "a range runs from an amount above 0 to a higher one: one figure would say more than is known"
            )
        return self


class Costs(Strict):
    """Amounts of the costs and benefits, in euro; what is absent is not computed with."""

    coach: Amount | None = None
    eviction: Amount | None = Amount(
        range=[5000, 10000], source="Edwards e.a. 2021, PLoS One 16(7) e0254489; hetvierdehuis.nl 2013"
    )
    society: Amount | None = None


class EarlySignal(Strict):
    """Rent arrears to the municipality (Wgs, Besluit gemeentelijke schuldhulpverlening art. 2)."""

    municipality: str = ""
    chamber_of_commerce: str = ""
    least_days: Annotated[int, Field(ge=0)] = 30
    most_days: Annotated[int, Field(ge=1)] = 100
    least_euro: Annotated[float, Field(ge=0)] = 75


class Account(Strict):
    """What only the organisation knows for its account to the public (`waakvlam account`)."""

    contact: str = ""
    begin_date: Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = ""
    website: str = ""
    officer: str = ""


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


class Freshness(PerExtract):
    """How old the newest delivery of an expected extract may be on the as-of date, in days."""

    __pydantic_extra__: dict[str, Annotated[int, Field(ge=0)]] = Field(init=False)
    max_age_days: Annotated[int, Field(ge=0)] = 8

    def of(self, extract: str) -> int:
        """Return the limit for one extract, in days."""
        return self.__pydantic_extra__.get(extract, self.max_age_days)


class Portal(Strict):
    """Whether the weekly run fills the portal and reads it back. Where its database is: `DATABASE_URL`."""

    enabled: bool = False
    show_score: bool = False
    weeks: Annotated[int, Field(ge=1, le=520)] = 104


class Engine(Strict):
    """Resources of the warehouse engine."""

    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?([KMGT]i?B|%)$")] = "4GB"
    threads: Annotated[int, Field(ge=1)] | None = None
    httpfs: str = ""


class Retention(Strict):
    """How long what is kept, as the law asks: no longer than its purpose needs (GDPR art. 5(1)(e))."""

    deliveries_days: Annotated[int, Field(ge=1)] = 90
    lists_months: Annotated[int, Field(ge=1)] = 12
    identities_months: Annotated[int, Field(ge=0)] = 24
    cases_months: Annotated[int, Field(ge=1)] = 24
    logs_months: Annotated[int, Field(ge=1)] = 12
    backups_days: Annotated[int, Field(ge=1)] = 35
    backups: str = ""


class Settings(Strict):
    """Everything that an installation decides; defaults are documented in `settings.toml` itself."""

    corporatie_id: str
    naam: str
    expected: list[str] = Field(default_factory=expected_by_default)
    keys: str = "keys"
    mapping: MappingChoice = MappingChoice()
    shortlist: Shortlist = Shortlist()
    coaches: list[CoachSettings] = [CoachSettings(name="Wooncoach")]
    trial: Trial = Trial()
    costs: Costs = Costs()
    early_signal: EarlySignal = EarlySignal()
    account: Account = Account()
    gates: Gates = Gates()
    freshness: Freshness = Freshness()
    engine: Engine = Engine()
    portal: Portal = Portal()
    retention: Retention = Retention()

    @field_validator("expected")
    @classmethod
    def _are_extracts(cls, expected: list[str]) -> list[str]:
        for name in expected:
            if name not in contracts():
                raise ValueError(f"unknown extract {name!r}{nearest(name, list(contracts()))}")
        return expected

    @model_validator(mode="after")
    def _kept_long_enough(self) -> Settings:
        """Refuse a trial whose lists are removed before its last outcome is known: tenants would wait for nothing."""
        if self.trial.start and self.retention.lists_months * 52 / 12 < self.trial.weeks + 52:
            least = -(-(self.trial.weeks + 52) * 12 // 52)
            raise ValueError(f"while there is a [trial], [retention] lists_months must be at least {least}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _earlier_key_file(cls, given: Any) -> Any:
        """Read `key_file` of the first release, in which the stores shared one key, as the folder it lies in."""
        if isinstance(given, dict) and Path(str(given.get("key_file"))).name == "waakvlam.key":
            given = dict(given)
            given.setdefault("keys", str(Path(given.pop("key_file")).parent))
        return given

    @property
    def capacity(self) -> int:
        """How many addresses all coaches take together in a week."""
        return sum(coach.capacity or self.shortlist.capacity for coach in self.coaches)

    def list_coaches(self) -> list[RoutingCoach]:
        """Return the coaches in the form that the selection takes."""
        from models.selection.routing import Coach as RoutingCoach

        return [
            RoutingCoach(
                coach.name,
                frozenset(coach.wijken) or None,
                frozenset(coach.corporaties) or None,
                coach.capacity or self.shortlist.capacity,
            )
            for coach in self.coaches
        ]


def read_settings(path: Path) -> Settings:
    """Read `settings.toml`; see `read_toml` for what it raises."""
    return read_toml(path, Settings)
