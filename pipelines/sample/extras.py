"""Simulate the extracts with few rows: flags, recent contacts of a wooncoach, objections to the processing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipelines.sample.households import NEVER
from pipelines.sample.text import DAY, Columns, Keys, days, words
from pipelines.sample.world import World

# The state after a contact and, if any, its result as DDAS vroegsignalering 1.2 names it (EnumEindresultaat).
_COURSES = (
    (
        ("benaderd", ""),
        ("in_contact", ""),
        ("in_contact", ""),
        ("waakvlam", "(Budget)advies en/of quick fix"),
    ),
    (("benaderd", ""), ("benaderd", ""), ("afgesloten", "Definitief geen contact kunnen krijgen")),
    (("in_contact", ""), ("in_contact", ""), ("in_contact", "")),
    (("benaderd", ""), ("afgesloten", "Inwoner regelt het zelf/hoeft geen hulp vanuit vroegsignalering")),
    (("niet_passend", "Niet opgepakt: andere reden"),),
    (("in_contact", ""), ("afgesloten", "Vervolghulp en/of verwijzing")),
)


class Extras:
    """The optional extracts that do not follow from the causes.

    For the last fourteen weeks a coach has picked two or three addresses a week by hand. The visits change nothing in
    this world: they show how contacts are delivered and have no effect to measure.
    """

    def __init__(self, world: World, keys: Keys, rng: np.random.Generator) -> None:
        self.keys = keys
        self.flags = _flags(world, rng)
        self.contacts = _contacts(world, rng)
        self.objections = _objections(world, rng)

    def as_of(self, day: int, since: int) -> dict[str, Columns]:
        """Return the extracts delivered on a day; an extract with no new rows is left out."""
        return {
            "signaleringen": self._flags(day, since),
            "contacten": self._contacts(day, since),
            "bezwaren": self._objections(day, since),
        }

    def _flags(self, day: int, since: int) -> Columns:
        part = _news(self.flags, ["begin", "end"], day, since)
        if part.empty:
            return {}
        tenant = part["tenant"].to_numpy()
        # A flag on ONBEKEND would be nobody's, so the office puts it on the home.
        by_home = (tenant < 0) | self.keys.without_number(tenant)
        return {
            "signalering_id": self.keys.event("SG", part.index.to_numpy()),
            "huurder_id": self.keys.tenant(tenant),
            "eenheid_id": self.keys.home(np.where(by_home, part["home"], -1)),
            "soort_code": words(part["sort"]),
            "detailsoort_code": words(part["detail"]),
            "begindatum": days(part["begin"].to_numpy()),
            "einddatum": days(np.where(part["end"] < day, part["end"], NEVER)),
        }

    def _contacts(self, day: int, since: int) -> Columns:
        part = _news(self.contacts, ["on"], day, since)
        if part.empty:
            return {}
        return {
            "contact_id": self.keys.event("CT", part.index.to_numpy()),
            "overeenkomst_id": self.keys.agreement(part["agreement"].to_numpy()),
            "datum": days(part["on"].to_numpy()),
            "soort": words(part["kind"]),
            "bereikt": np.where(part["reached"], "Ja", "Nee").astype(object),
            "dagdeel": words(part["part"]),
            "resultaat": words(part["result"]),
            "stand": words(part["state"]),
            "opvolgdatum": days(part["next"].to_numpy()),
        }

    def _objections(self, day: int, since: int) -> Columns:
        part = _news(self.objections, ["on", "withdrawn"], day, since)
        if part.empty:
            return {}
        return {
            "bezwaar_id": self.keys.event("BZ", part.index.to_numpy()),
            "overeenkomst_id": self.keys.agreement(part["agreement"].to_numpy()),
            "datum": days(part["on"].to_numpy()),
            "ingetrokken_op": days(np.where(part["withdrawn"] < day, part["withdrawn"], NEVER)),
        }


def _news(table: pd.DataFrame, dates: list[str], day: int, since: int) -> pd.DataFrame:
    """Return the rows whose first date is before `day` and that have a date on or after `since`."""
    fresh = pd.concat([(table[d] >= since) & (table[d] < day) for d in dates], axis=1).any(axis=1)
    return table[fresh & (table[dates[0]] < day)]


def _flags(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Flag half of the tenants with a complaint of aggression for visits in pairs, and flag some homes for noise."""
    about = world.complaints[world.complaints["agreement"] >= 0].drop_duplicates("agreement")
    tenant = world.begins.set_index("agreement")["tenant"].loc[about["agreement"]].to_numpy()
    aggressive = (about["kind"] == "AGR").to_numpy()
    kept = rng.random(len(about)) < np.where(aggressive, 0.6, np.where(about["kind"] == "GEL", 0.04, 0.0))
    begin = about["registered"].to_numpy() // DAY + rng.integers(1, 12, len(about))
    flags = pd.DataFrame(
        {
            "tenant": np.where(aggressive, tenant, -1),
            "home": about["home"].to_numpy(),
            "sort": np.where(aggressive, "AGR", "OVE"),
            "detail": np.where(aggressive, "BEZ", "GEL"),
            "begin": begin,
            "end": np.where(rng.random(len(about)) < 0.3, begin + rng.integers(90, 500, len(about)), NEVER),
        }
    )[kept]
    return flags.sort_values("begin", kind="stable", ignore_index=True)


def _contacts(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Let a coach pick two or three addresses a week with a notice and no plan from the arrears lists."""
    lists = world.arrears[(world.arrears["phase"].isin([2, 3])) & (world.arrears["plan"] != 1)]
    end = int(world.arrears["peildatum"].max())
    rows: list[tuple[int, int, str, bool, str, str, str, int]] = []
    seen: set[int] = set()
    for monday in range(end - 14 * 7, end, 7):
        known = lists[(lists["peildatum"] <= monday) & (lists["peildatum"] > monday - 31)]
        choice = known.loc[~known["agreement"].isin(seen), "agreement"].unique()
        for agreement in rng.choice(choice, min(int(rng.integers(2, 4)), len(choice)), replace=False):
            seen.add(int(agreement))
            rows += _course(int(agreement), monday, rng)
    columns = ["agreement", "on", "kind", "reached", "part", "result", "state", "next"]
    return pd.DataFrame(sorted(rows), columns=columns).sort_values(["on", "agreement"], ignore_index=True)


def _course(
    agreement: int, monday: int, rng: np.random.Generator
) -> list[tuple[int, int, str, bool, str, str, str, int]]:
    on = monday + int(rng.integers(1, 5))
    rows = []
    for state, result in _COURSES[int(rng.integers(0, len(_COURSES)))]:
        reached = state in ("in_contact", "waakvlam") or "zelf" in result or "verwijzing" in result
        kind = str(
            rng.choice(["Huisbezoek", "Telefoon", "Kaartje"] if not reached else ["Huisbezoek", "Telefoon"])
        )
        part = str(rng.choice(["Ochtend", "Middag", "Avond"]))
        later = on + int(rng.integers(7, 22))
        rows.append((agreement, on, kind, reached, part, result, state, NEVER if result else later))
        on = later
    return rows


def _objections(world: World, rng: np.random.Generator) -> pd.DataFrame:
    """Let one in 1,500 tenants object in the last year, and one in five of those withdraw the objection."""
    end = int(world.arrears["peildatum"].max())
    running = world.begins[world.begins["begin"] < end - 400]["agreement"].to_numpy()
    gone = world.ends["agreement"].to_numpy()
    running = running[~np.isin(running, gone)]
    count = max(2, len(running) // 1500)
    on = np.sort(rng.integers(end - 350, end - 8, count))
    withdrawn = np.where(np.arange(count) % 5 == 1, on + 7, NEVER)
    return pd.DataFrame(
        {"agreement": rng.choice(running, count, replace=False), "on": on, "withdrawn": withdrawn}
    )
