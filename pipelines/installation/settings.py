"""Define and read the settings of one installation: `settings.toml` in the workspace."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from pipelines.installation.calendar import WEEK
from pipelines.installation.contracts import contracts, expected_by_default
from pipelines.installation.evidence_settings import Account, Costs, EarlySignal, Figures
from pipelines.installation.retention_settings import Retention
from pipelines.installation.source_settings import SourceSettings
from pipelines.installation.toml_models import Strict, nearest, read_toml

if TYPE_CHECKING:  # both import pandas, which commands such as `status` do not need
    from models.selection.routing import Coach as RoutingCoach
    from models.selection.trial import WaitingList

Share = Annotated[float, Field(ge=0, le=1)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class PerExtract(BaseModel):
    """Settings with one optional key per extract, such as `huurachterstanden = 35`; other keys are refused."""

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
    """The mapping of each extract, as the name of a file in `mappings/` without `.toml`."""

    __pydantic_extra__: dict[str, str] = Field(init=False)
    default: str = "canoniek"

    def of(self, extract: str) -> str:
        """Return the name of the mapping of one extract."""
        return self.__pydantic_extra__.get(extract) or self.default


class Shortlist(Strict):
    """The length of the weekly list and how it is chosen."""

    capacity: Annotated[int, Field(ge=1, le=100)] = 8
    exploration: Annotated[int, Field(ge=0, le=10)] = 1
    cooldown_weeks: Annotated[int, Field(ge=0, le=52)] = 4
    lead_weeks: Annotated[int, Field(ge=0, le=13)] = 4
    minimum_points: Annotated[int, Field(ge=1, le=1000)] = 5
    seed: int = 1
    show_contact: bool = True
    scorecard: str = "expert"

    @property
    def cooldown_days(self) -> int:
        """Number of days that an address is left alone after its last contact."""
        return self.cooldown_weeks * WEEK.days


class CoachSettings(Strict):
    """One wooncoach and the neighbourhoods that this coach visits."""

    name: Text
    wijken: list[Text] = []
    corporaties: list[Text] = []
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None


class Trial(Strict):
    """A waiting list by lot for a range of ranks (`models.selection.trial`); without a start date there is no trial."""

    name: str = ""
    start: date | None = None
    weeks: Annotated[int, Field(ge=4, le=104)] = 52
    first: Annotated[int, Field(ge=1, le=1000)] = 4
    last: Annotated[int, Field(ge=1, le=1000)] = 24
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


class Gates(Strict):
    """Checks that a delivery must pass before anything of it is loaded."""

    quarantined_share: Share = 0.05
    bad_value_share: Share = 0.05
    unmapped_share: Share = 0.05
    unknown_agreement_share: Share = 0.10
    tolerated_rows: Annotated[int, Field(ge=0)] = 3
    volume_least: Annotated[float, Field(ge=0, le=1)] = 0.5
    volume_most: Annotated[float, Field(ge=1, le=100)] = 2.0
    total_least: Annotated[float, Field(ge=0, le=1)] = 0.5
    total_most: Annotated[float, Field(ge=1, le=100)] = 2.0
    volume_from_rows: Annotated[int, Field(ge=1)] = 50


class Freshness(PerExtract):
    """Maximum age of the newest delivery of an expected extract on the as-of date, in days."""

    __pydantic_extra__: dict[str, Annotated[int, Field(ge=0, le=366)]] = Field(init=False)
    max_age_days: Annotated[int, Field(ge=0, le=366)] = 8

    def of(self, extract: str) -> int:
        """Return the limit for one extract, in days."""
        return self.__pydantic_extra__.get(extract, self.max_age_days)


class Stop(Strict):
    """Limits beyond which the weekly list is no longer published until a named role decides (`pipelines.proof`)."""

    enabled: bool = True
    decides: Annotated[list[str], Field(min_length=1)] = ["bestuurder", "directeur"]
    refusals: Annotated[float, Field(gt=0, lt=1)] = 0.5
    harm: Annotated[float, Field(gt=0, lt=1)] = 0.02
    complaints: Annotated[float, Field(gt=0, lt=1)] = 0.05
    needs_ratio: Annotated[float, Field(gt=0, le=1)] = 1.0
    visited_ratio: Annotated[float, Field(gt=0, le=1)] = 0.67
    helped_ratio: Annotated[float, Field(gt=0, le=1)] = 0.67
    drifting: Annotated[int, Field(ge=1)] = 5
    false_stops: Annotated[float, Field(gt=0, lt=0.5)] = 0.05


class Portal(Strict):
    """Whether the weekly run sends to the portal and reads from it. `DATABASE_URL` locates the portal's database.

    With `morning_mail`, `waakvlam recheck` also sends the number of addresses that wait for a coach.
    """

    enabled: bool = False
    show_score: bool = False
    morning_mail: bool = False
    weeks: Annotated[int, Field(ge=1, le=520)] = 104


class Webhook(Strict):
    """A program that receives signed messages (docs/api.md). Its secret is in `webhook_<name>.key` among the keys."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    url: str
    events: list[Literal["list.published", "handover.answered"]] = ["list.published", "handover.answered"]
    private: bool = False

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.fragment:
            raise ValueError("must be an https address without a user name")
        return url

    @model_validator(mode="after")
    def _encrypted(self) -> Webhook:
        if not self.private and not self.url.startswith("https://"):
            raise ValueError(
                "url must be an https address, unless the program is in a private network (private)"
            )
        return self


class Engine(Strict):
    """Resources of the warehouse engine."""

    memory_limit: Annotated[str, Field(pattern=r"^\d+(\.\d+)? ?([KMGT]i?B|%)$")] = "4GB"
    threads: Annotated[int, Field(ge=1)] | None = None
    httpfs: str = ""


class Settings(Strict):
    """All settings of an installation; `settings.toml` itself documents the defaults."""

    corporatie_id: Text
    naam: Text
    corporaties: list[Text] = []
    expected: list[str] = Field(default_factory=expected_by_default)
    keys: str = "keys"
    mapping: MappingChoice = MappingChoice()
    sources: list[SourceSettings] = []
    shortlist: Shortlist = Shortlist()
    coaches: list[CoachSettings] = [CoachSettings(name="Wooncoach")]
    webhooks: list[Webhook] = []
    trial: Trial = Trial()
    costs: Costs = Costs()
    early_signal: EarlySignal = EarlySignal()
    account: Account = Account()
    gates: Gates = Gates()
    freshness: Freshness = Freshness()
    engine: Engine = Engine()
    portal: Portal = Portal()
    figures: Figures = Figures()
    stop: Stop = Stop()
    retention: Retention = Retention()

    @field_validator("expected")
    @classmethod
    def _are_extracts(cls, expected: list[str]) -> list[str]:
        for name in expected:
            if name not in contracts():
                raise ValueError(f"unknown extract {name!r}{nearest(name, list(contracts()))}")
        return expected

    @field_validator("coaches")
    @classmethod
    def _have_names_of_their_own(cls, coaches: list[CoachSettings]) -> list[CoachSettings]:
        """Refuse settings without a coach, and two coaches with the same name: each would get the list of the other."""
        if not coaches:
            raise ValueError("there is no coach: no address would ever be listed")
        names = [coach.name.casefold() for coach in coaches]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two coaches are called {twice[0]!r}: give each a different name")
        return coaches

    @model_validator(mode="after")
    def _sources_are_known(self) -> Settings:
        """Refuse two sources with the same name, and a source of a corporation that is not in this installation."""
        names = [source.name for source in self.sources]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two [[sources]] are called {min(twice)!r}")
        for source in self.sources:
            if source.corporation and source.corporation not in self.corporations:
                raise ValueError(
                    f"source {source.name!r}: no setting names the corporation {source.corporation!r}; add it to `corporaties`"
                )
        return self

    @model_validator(mode="after")
    def _kept_long_enough(self) -> Settings:
        """Refuse a trial whose lists would be removed before its last outcome is known: it would have no result."""
        if self.trial.start and self.retention.lists_months * 52 / 12 < self.trial.weeks + 52:
            least = -(-(self.trial.weeks + 52) * 12 // 52)
            raise ValueError(f"while there is a [trial], [retention] lists_months must be at least {least}")
        return self

    @model_validator(mode="before")
    @classmethod
    def _earlier_key_file(cls, content: Any) -> Any:
        """Convert `key_file`, from the first release in which the stores shared one key, into the folder of that file."""
        if isinstance(content, dict) and Path(str(content.get("key_file"))).name == "waakvlam.key":
            content = dict(content)
            content.setdefault("keys", str(Path(content.pop("key_file")).parent))
        return content

    @property
    def corporations(self) -> tuple[str, ...]:
        """The corporations of this installation, its own first. Each of them may have a folder in the inbox."""
        named = [name for coach in self.coaches for name in coach.corporaties]
        return tuple(dict.fromkeys([self.corporatie_id, *self.corporaties, *named]))

    @property
    def capacity(self) -> int:
        """Number of addresses that all coaches together visit in a week."""
        return sum(coach.capacity or self.shortlist.capacity for coach in self.coaches)

    def list_coaches(self) -> list[RoutingCoach]:
        """Return the coaches in the form that the selection uses."""
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
