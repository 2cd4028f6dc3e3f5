"""What a verdict shares with other corporations, without a person in it, and the verdict of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, ValidationError, model_validator

from models.evaluate.pooling import LEAST_HOUSEHOLDS, Counted, Group, hidden, pool
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.toml_models import Strict
from pipelines.proof.register import Period, Plan
from pipelines.proof.verdict import Against, Verdict, answer_of

Count = Annotated[int, Field(ge=0)]


class SharedGroup(Strict):
    """Households that only one of two lists chose; a small number of escalated ones is shared as a range."""

    households: Annotated[int, Field(ge=LEAST_HOUSEHOLDS)]
    escalated: Count | tuple[Count, Count]

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        least, most = self.escalated if isinstance(self.escalated, tuple) else (self.escalated,) * 2
        if not least <= most <= self.households:
            raise ValueError("escalated is not within the households")
        return self


class SharedPair(Strict):
    """The two groups of one rival."""

    ours: SharedGroup
    theirs: SharedGroup


class Shared(Strict):
    """The file ``verdict.json`` of one corporation.

    Parameters
    ----------
    period : str
        Name of the shadow period.
    registration : str
        SHA-256 of its registration, as in the chain: no two corporations have the same.
    horizon_weeks : int
        Weeks within which an escalation counts.
    rivals : dict of str to SharedPair
        The counts against each registered rival. Without a rival of which one group has fewer than ten households.
    """

    period: str
    registration: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    horizon_weeks: int
    rivals: dict[str, SharedPair]


def shared(verdict: Verdict, period: Period) -> Shared:
    """Return what may leave the corporation."""
    rivals = {
        against.rival: {
            "ours": asdict(hidden(against.counts.ours)),
            "theirs": asdict(hidden(against.counts.theirs)),
        }
        for against in verdict.against
        if against.rival in period.plan.rivals and against.pooled is not None
    }
    return Shared.model_validate(
        {
            "period": period.plan.name,
            "registration": period.record.entry.content["record"],
            "horizon_weeks": period.plan.horizon_weeks,
            "rivals": rivals,
        }
    )


def read(paths: Sequence[Path], own: Period) -> list[Shared]:
    """Read the files of other corporations.

    Raises
    ------
    ConfigurationError
        A file is not a ``verdict.json``, counts escalations within another time, or is of a corporation that was read before.
    """
    seen = {own.record.entry.content["record"]: "the verdict of this installation"}
    others = []
    for path in paths:
        other = _read(path)
        if other.registration in seen:
            raise ConfigurationError(
                f"This is the same verdict as {seen[other.registration]}: each corporation counts once.",
                where=str(path),
            )
        if other.horizon_weeks != own.plan.horizon_weeks:
            raise ConfigurationError(
                f"It counts escalations within {other.horizon_weeks} weeks, and {own.plan.name} within {own.plan.horizon_weeks}.",
                where=str(path),
                mend="Pool only verdicts of one plan.",
            )
        seen[other.registration] = str(path)
        others.append(other)
    return others


def _read(path: Path) -> Shared:
    try:
        return Shared.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ConfigurationError(f"The file cannot be read: {error.strerror}.", where=str(path)) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigurationError(
            f"This is not a verdict.json of `waakvlam shadow verdict` ({place}: {first['msg']}).",
            where=str(path),
            mend="Ask for that file again.",
        ) from None


def together(verdict: Verdict, others: Sequence[Shared], plan: Plan) -> tuple[tuple[Against, ...], str, str]:
    """Pool a verdict with those of other corporations.

    Returns
    -------
    (tuple of Against, str, str)
        The pooled comparisons, the pooled answer and its reason.
    """
    pooled = []
    for comparison in verdict.against:
        if comparison.rival in plan.rivals:
            pairs = filter(None, (other.rivals.get(comparison.rival) for other in others))
            counts = [comparison.counts, *map(_counted, pairs)]
            pooled.append(Against(comparison.rival, comparison.counts, pool(counts, error=plan.error)))
    return (tuple(pooled), *answer_of(pooled, plan.least_ratio))


def _counted(pair: SharedPair) -> Counted:
    ours, theirs = (Group(group.households, group.escalated) for group in (pair.ours, pair.theirs))
    return Counted(ours, theirs)
