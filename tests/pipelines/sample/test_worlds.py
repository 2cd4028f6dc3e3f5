"""Test that the worlds *duin* and *polder* have the properties they are meant to have, and that the older ones are unchanged."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipelines.sample.collection import BAILIFF
from pipelines.sample.nuisance import DAY
from pipelines.sample.variants import named
from pipelines.sample.world import World, simulate
from pipelines.sample.write import write_corporation
from tests.support.deliveries import load, make_workspace
from tests.support.demo import UNTIL, deliveries, read

pytestmark = pytest.mark.dear

HOMES, WEEKS = 4000, 130
LAST = (UNTIL - date(1970, 1, 1)).days
HALF_YEAR = 26 * 7

DIGESTS = {"stad": "56f0aed44c2f7929", "kust": "64810df86006edb2", "veen": "b969d12185fbff5b"}
"""The start of the SHA-256 of all files of a small corporation, as they were before *duin* and *polder* were written."""


@cache
def lived(variant: str) -> World:
    return simulate(named(variant), HOMES, np.arange(LAST - 7 * (WEEKS - 1), LAST + 1, 7), seed=1)


@cache
def escalations(variant: str) -> pd.Series:
    """Return the first day of each agreement with a bailiff, or on which the home was lost, after the first 30 weeks."""
    world = lived(variant)
    bailiff = world.arrears[world.arrears["phase"] >= BAILIFF].groupby("agreement")["peildatum"].min()
    lost = world.ends[world.ends["detail"].isin(["ONT", "NOO"])].set_index("agreement")["end"]
    first = pd.concat([bailiff, lost]).groupby(level=0).min()
    return first[(first > LAST - 7 * (WEEKS - 30)) & (first <= LAST)]


@cache
def candidates(variant: str) -> pd.DataFrame:
    """Return who is on every eighth list without a bailiff, with days open, months owed and what followed in half a year."""
    world = lived(variant)
    lists = world.arrears[(world.arrears["saldo"] > 0) & (world.arrears["phase"] < BAILIFF)]
    rent = world.begins.set_index("agreement")["rent"]
    rows = lists[lists["peildatum"].isin(range(LAST - 7 * (WEEKS - 30), LAST - HALF_YEAR, 56))].copy()
    until = rows["agreement"].map(escalations(variant)) - rows["peildatum"]
    rows["escalates"] = (until > 0) & (until <= HALF_YEAR)
    rows["open"] = rows["peildatum"] - rows["due"]
    rows["never_paid"] = rows["paid"] <= 0
    rows["months"] = rows["saldo"] / rent.loc[rows["agreement"]].to_numpy()
    return rows


def before(variant: str, weeks: int) -> pd.DataFrame:
    """Return each escalation and the Monday that is this many weeks before; only tenants who had lived there a year."""
    first = escalations(variant)
    begin = lived(variant).begins.set_index("agreement")["begin"]
    first = first[first - begin.loc[first.index] > 365]
    monday = (first - LAST) // 7 * 7 + LAST - 7 * weeks
    return pd.DataFrame({"agreement": first.index, "monday": monday.to_numpy()})


def listed(variant: str, weeks: int) -> float:
    """Return the share of escalations that are on the arrears list this many weeks before."""
    lists = lived(variant).arrears
    keys = ["agreement", "monday"]
    owing = lists[lists["saldo"] > 0].rename(columns={"peildatum": "monday"})[keys]
    return len(before(variant, weeks).merge(owing, on=keys)) / len(before(variant, weeks))


def troubled(variant: str, weeks: int) -> float:
    """Return the share of escalations with a complaint or a missed visit in the eight weeks before that Monday."""
    world = lived(variant)
    complained = world.complaints.assign(day=world.complaints["registered"] // DAY)[["agreement", "day"]]
    missed = world.repairs.rename(columns={"missed_1": "day"})[["agreement", "day"]]
    events = before(variant, weeks).merge(pd.concat([complained, missed]), on="agreement")
    ago = events["monday"] - events["day"]
    return events[(ago > 0) & (ago <= 56)]["agreement"].nunique() / len(before(variant, weeks))


def contents(path: Path) -> bytes:
    """Return what a file holds, whatever library compressed it; of the register without the places, which came later."""
    if path.name.startswith("huurovereenkomsten"):
        lines = path.read_bytes().splitlines(keepends=True)
        assert lines[0].rstrip().endswith(b";breedtegraad;lengtegraad")
        return b"".join(b";".join(line.split(b";")[:-2]) + b"\r\n" for line in lines)
    return path.read_bytes() if path.suffix == ".csv" else repr(read(path)).encode()


@pytest.mark.parametrize("variant", list(DIGESTS))
def test_the_older_worlds_are_unchanged(variant: str, tmp_path: Path) -> None:
    """Figures that were published about these worlds hold only as long as their files are the same."""
    write_corporation(tmp_path, homes=240, weeks=40, seed=11, until=UNTIL, deliveries=2, variant=variant)
    digest = hashlib.sha256()
    for path in sorted(tmp_path.iterdir()):
        digest.update(path.name.encode() + contents(path))
    assert digest.hexdigest()[:16] == DIGESTS[variant]


@pytest.mark.parametrize("variant", ["duin", "polder"])
def test_escalations_are_as_frequent_as_in_the_sector(variant: str) -> None:
    per_quarter = len(escalations(variant)) / HOMES / ((WEEKS - 30) / 13)
    assert 0.005 < per_quarter < 0.012


def test_in_duin_trouble_is_visible_only_shortly_before_the_escalation() -> None:
    assert listed("stad", 13) > 0.8
    assert listed("duin", 13) < 0.5
    assert listed("duin", 4) > 0.95
    assert troubled("duin", 2) > 3 * troubled("duin", 13)


def test_in_duin_some_pay_late_long_before_and_so_do_more_healthy_households() -> None:
    """The traces are faint: they are about twice as frequent before an escalation, and mostly mean nothing."""
    world = lived("duin")
    lists = world.arrears[
        (world.arrears["saldo"] > 0) & (world.arrears["peildatum"] - world.arrears["due"] <= 14)
    ]
    lists = lists[["agreement", "peildatum"]]
    escalated = before("duin", 26).merge(lists, on="agreement")
    early = escalated["peildatum"].between(escalated["monday"] - HALF_YEAR, escalated["monday"])
    with_trace = escalated[early].groupby("agreement").size()
    share = (with_trace >= 2).sum() / len(before("duin", 26))
    monday = LAST - HALF_YEAR
    then = lists[lists["peildatum"].between(monday - HALF_YEAR, monday)].groupby("agreement").size()
    settled = world.begins.loc[world.begins["begin"] < monday - 365, "agreement"]
    traced = then[then >= 2].index.intersection(settled)
    usual = len(traced) / HOMES
    assert 1.2 * usual < share < 0.35
    later = escalations("duin").reindex(traced)
    assert ((later > monday) & (later <= LAST)).mean() < 0.2


def test_in_polder_the_middle_escalates_and_the_longest_arrears_do_not() -> None:
    rows = candidates("polder")
    middle = rows[(rows["open"] > 31) & (rows["open"] <= 180) & ~rows["never_paid"]]
    oldest = rows[rows["open"] > 365]
    assert len(oldest) > 0.15 * len(rows)
    assert oldest["escalates"].mean() < 0.2 * middle["escalates"].mean()
    largest = rows[rows["months"] > 4]
    assert len(largest) > 100 and largest["escalates"].mean() < 0.3 * middle["escalates"].mean()


def test_in_polder_people_who_never_paid_escalate_unless_their_agreement_is_a_mistake() -> None:
    rows = candidates("polder")
    never = rows[rows["never_paid"]]
    fresh = never["open"] <= 180
    assert never[fresh]["escalates"].mean() > 0.4
    assert (~fresh).sum() > 30 and not never[~fresh]["escalates"].any()
    assert 0.1 < (rows["escalates"] & rows["never_paid"]).sum() / rows["escalates"].sum() < 0.5


def test_in_polder_an_institution_is_in_arrears_each_quarter_and_never_escalates() -> None:
    world = lived("polder")
    own = world.begins.loc[(world.begins["tenant"] == 0) & (world.begins["begin"] < LAST - 800), "agreement"]
    own = own[~own.isin(world.ends["agreement"])]
    rows = candidates("polder")
    listed_then = rows[rows["agreement"].isin(own)]
    assert len(own) > 0.008 * HOMES and listed_then["months"].max() > 1.5
    assert listed_then.groupby("agreement").size().max() < rows["peildatum"].nunique()
    assert not escalations("polder").index.isin(own).any()


def test_in_polder_some_complain_and_some_report_repairs_all_the_time() -> None:
    world = lived("polder")
    years = WEEKS / 52
    pairs = (
        world.complaints[world.complaints["reporter"] >= 0].groupby(["reporter", "agreement"]).size() / years
    )
    chronic = pairs[pairs > 8].index.get_level_values("agreement")
    repairs = world.repairs.groupby("agreement").size() / years
    weekly = repairs[repairs > 26].index
    assert len(chronic) > 0.001 * HOMES and len(weekly) > 0.003 * HOMES
    for agreements in (chronic, weekly):
        assert escalations("polder").index.isin(agreements).sum() < 0.15 * len(agreements)


@pytest.mark.parametrize(
    ("variant", "warned"),
    [("duin", set()), ("polder", {"huurder_id.nobody.rows", "huurder_id.eenheid_id.most"})],
)
def test_every_delivery_loads_and_only_placeholders_are_named(
    variant: str, warned: set[str], tmp_path: Path
) -> None:
    place = make_workspace(tmp_path / "home")
    write_corporation(place.inbox, homes=600, weeks=40, seed=1, until=UNTIL, deliveries=1, variant=variant)
    outcomes = load(place)
    assert not [outcome.refusal for outcome in outcomes if outcome.refusal]
    gates = [outcome.gate for outcome in outcomes if outcome.gate]
    assert len(gates) >= 7 and all(gate.passed for gate in gates)
    assert {verdict.figure.name for gate in gates for verdict in gate.warnings} == warned
    tenants = [row["huurder_id"] for row in deliveries(place.inbox, "huurovereenkomsten")[UNTIL]]
    assert (tenants.count("ONBEKEND") > 0.01 * len(tenants)) == (variant == "polder")
