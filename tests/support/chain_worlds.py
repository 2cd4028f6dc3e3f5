"""Invent one year of a region, from known data to a kept home, without bias or with one bias planted at one step.

Groups differ in need, as real ones do: some areas and short tenancies have more arrears, so they are ranked and listed more
often. That is no bias. A planted bias treats agreements that are alike differently.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.evaluate.alike import Step

AGREEMENTS = 40_000
"""Homes of a region. About 1,500 are listed in a year, as by four coaches with nine places a week, some of them twice."""
DIMENSIONS = ("wijk", "huishouden", "leeftijd", "huurduur", "taal")
STEPS = (
    Step("known"),
    Step("in_scope", reason="excluded_by"),
    Step("ranked", alike=("need",), explained_by=("corporation",)),
    Step("listed", alike=("points",), explained_by=("coach",), reason="not_listed_because"),
    Step("visited", explained_by=("coach",)),
    Step("reached", explained_by=("coach",)),
    Step("helped", explained_by=("coach",)),
    Step("kept", explained_by=("coach",)),
)


@dataclass(frozen=True)
class Bias:
    """One bias.

    Parameters
    ----------
    title : str
        What went wrong.
    step : str
        The step at which it belongs.
    group : dict of str to str
        The agreements that it hits, by dimension.
    share : float
        Share of the hit agreements that would have passed and now fail.
    """

    title: str
    step: str
    group: dict[str, str]
    share: float


BIASES = (
    Bias("complaints of one area are delivered late", "known", {"wijk": "W3"}, 0.10),
    Bias("repairs of new tenancies are delivered late", "known", {"huurduur": "< 1"}, 0.10),
    Bias("an objection of one estate is taken for all of it", "in_scope", {"wijk": "W5"}, 0.06),
    Bias("an unmapped step of collection hits other languages", "in_scope", {"taal": "anders"}, 0.06),
    Bias("tenancies under a year are left out by a rule", "in_scope", {"huurduur": "< 1"}, 0.10),
    Bias("points fall for long tenancies", "ranked", {"huurduur": "10 +"}, 0.25),
    Bias("a mapping loses the complaints of one area", "ranked", {"wijk": "W2"}, 0.35),
    Bias("a signal does not see singles", "ranked", {"huishouden": "alleen"}, 0.2),
    Bias(
        "a signal misses one language in one area", "ranked", {"wijk": "W1", "taal": "anders"}, 0.5
    ),
    Bias("an area has no coach", "listed", {"wijk": "W7"}, 0.8),
    Bias("a coach has too few places for one area", "listed", {"wijk": "W4"}, 0.4),
    Bias("older tenants are set aside as not fitting", "listed", {"leeftijd": "65 +"}, 0.35),
    Bias("a coach skips an area", "visited", {"wijk": "W6"}, 0.4),
    Bias("a coach skips other languages", "visited", {"taal": "anders"}, 0.35),
    Bias("families are not visited", "visited", {"huishouden": "met kinderen"}, 0.25),
    Bias("the young are not at home in office hours", "reached", {"leeftijd": "18-34"}, 0.45),
    Bias("letters in Dutch reach other languages less", "reached", {"taal": "anders"}, 0.5),
    Bias("the old are reached and not helped", "helped", {"leeftijd": "65 +"}, 0.5),
    Bias("help stops at the border of an area", "helped", {"wijk": "W0"}, 0.5),
    Bias("families lose their home after all", "kept", {"huishouden": "met kinderen"}, 0.3),
)  # fmt: skip


def world(seed: int, bias: Bias | None = None, agreements: int = AGREEMENTS) -> pd.DataFrame:
    """Return one row per agreement, with the columns of `STEPS`."""
    rng = np.random.default_rng(seed)
    rows = _people(rng, agreements)
    rows["excluded_by"] = rng.choice(["too_late", "notice_given", "objection"], agreements, p=[0.5, 0.4, 0.1])
    rows["not_listed_because"] = "beyond_capacity"
    need = rows["need"].to_numpy()
    points = need * 4 + rng.poisson(3, agreements)
    rows["points"] = np.clip(points, 0, 18)
    chance = {
        "known": np.where(rng.random(agreements) < 0.3, 0.97, np.nan),
        "in_scope": np.full(agreements, 0.94),
        "ranked": np.array([0.03, 0.3, 0.6, 0.9])[need],
        "listed": np.clip(0.25 + 0.06 * (rows["points"] - 2), 0.1, 0.95).to_numpy(),
        "visited": np.full(agreements, 0.75),
        "reached": np.full(agreements, 0.5),
        "helped": np.full(agreements, 0.55),
        "kept": np.full(agreements, 0.92),
    }
    before = np.ones(agreements, dtype=bool)
    for step in STEPS:
        likely = chance[step.name].copy()
        if bias is not None and bias.step == step.name:
            hit = np.logical_and.reduce([(rows[d] == g).to_numpy() for d, g in bias.group.items()])
            likely[hit] *= 1 - bias.share
            if step.reason:
                rows.loc[hit, step.reason] = "planted"
        passed = rng.random(agreements) < likely
        at_risk = before & ~np.isnan(likely)
        rows[step.name] = np.where(at_risk, passed.astype(float), np.nan)
        if step.name != "known":
            before = before & passed
    return rows


def _people(rng: np.random.Generator, n: int) -> pd.DataFrame:
    area = rng.choice(8, n, p=[0.18, 0.16, 0.14, 0.13, 0.12, 0.1, 0.09, 0.08])
    years = rng.choice(4, n, p=[0.1, 0.3, 0.25, 0.35])
    # Age goes with the length of the tenancy, language with the area, need with both.
    age = np.clip(years + rng.choice([-1, 0, 1], n, p=[0.3, 0.4, 0.3]), 0, 3)
    other = rng.random(n) < np.where(area < 4, 0.2, 0.08)
    need = np.minimum(rng.poisson(np.where(area < 3, 0.22, 0.14) + np.where(years == 0, 0.08, 0.0)), 3)
    return pd.DataFrame(
        {
            "wijk": np.char.add("W", area.astype(str)),
            "huishouden": rng.choice(["alleen", "samen", "met kinderen"], n, p=[0.5, 0.25, 0.25]),
            "leeftijd": np.array(["18-34", "35-49", "50-64", "65 +"])[age],
            "huurduur": np.array(["< 1", "1-5", "5-10", "10 +"])[years],
            "taal": np.where(other, "anders", "nl"),
            "need": need,
            "corporation": np.where(area < 5, "haven", "polder"),
            "coach": np.char.add("coach ", (area // 2).astype(str)),
        }
    )
