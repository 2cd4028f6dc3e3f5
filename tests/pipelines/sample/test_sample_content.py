"""Test that the demo corporation has the rates of the sector and the errors of real exports, and no real person."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from pipelines.sample.variants import named
from pipelines.sample.world import simulate
from tests.support.demo import UNTIL, day, deliveries, good, impossible, read

pytestmark = pytest.mark.dear

LATE = ("deurwaarder", "dagvaarding", "vonnis", "ontruiming_aangezegd")


def test_base_rates_are_those_of_the_sector(city: Path) -> None:
    register = good(deliveries(city, "huurovereenkomsten")[UNTIL], "overeenkomst_id")
    homes = {r["overeenkomst_id"]: r for r in register if r["eenheidsoort_code"] == "WOO"}
    lists: dict[date, set[str]] = defaultdict(set)
    started: dict[str, date] = {}
    for rows in deliveries(city, "huurachterstanden").values():
        for row in good(rows, "overeenkomst_id"):
            if row["overeenkomst_id"] not in homes or row["saldo"] == "onbekend" or impossible(row):
                continue
            on = day(row["peildatum"])
            if not row["saldo"].startswith("-"):
                lists[on].add(row["overeenkomst_id"])
            if row["incassofase"] in LATE:
                started[row["overeenkomst_id"]] = min(started.get(row["overeenkomst_id"], on), on)
    assert len(lists) == 112
    # About 5 % of tenants in arrears at a time (Aedes, 2021); more in the week after the first of a month.
    assert 0.04 < np.mean([len(s) for s in lists.values()]) / 3000 < 0.08
    years = 111 / 52.18
    ends = {k: r for k, r in homes.items() if (e := day(r["einddatum"])) and min(lists) <= e < UNTIL}
    assert 0.05 < len(ends) / 3000 / years < 0.10
    driven = {k for k, r in ends.items() if r["eindedetailreden_code"] in ("ONT", "NOO")}
    assert 0.0001 < len(driven) / 3000 / years < 0.004
    new = {k for k, on in started.items() if on > min(lists)}
    assert 0.005 < len(new | driven) / 3000 / years / 2 < 0.013
    complaints = good(
        deliveries(city, "overlastmeldingen")[min(deliveries(city, "overlastmeldingen"))], "zaak_id"
    )
    assert 0.04 < len(complaints) / 3000 / years < 0.16
    repairs = good(
        deliveries(city, "reparatieverzoeken")[min(deliveries(city, "reparatieverzoeken"))], "verzoek_id"
    )
    asked = [r for r in repairs if r["onderhoudsoort_code"] == "REP"]
    assert 1.0 < len(asked) / 3000 / years < 3.0
    assert 0.02 < np.mean([bool(r["niet_thuis_datums"]) for r in asked]) < 0.15


def test_every_kind_of_dirt_occurs_in_few_rows(city: Path, small: Path) -> None:
    key = {
        "huurovereenkomsten": "overeenkomst_id",
        "huurachterstanden": "overeenkomst_id",
        "overlastmeldingen": "zaak_id",
        "reparatieverzoeken": "verzoek_id",
    }
    marks = (
        "31-02",
        "32-13",
        "n.v.t.",
        "onbekend",
        "gisteren",
        "2026-02-30",
        "9999999",
        "EH999999",
        "FOUT",
        "ZZZ",
    )
    seen: set[str] = set()
    for inbox in (city, small):
        for extract, name in key.items():
            for read_on, rows in deliveries(inbox, extract).items():
                bad = [r for r in rows if not r[name] or any(m in v for v in r.values() for m in marks)]
                seen |= {m for r in bad for v in r.values() for m in marks if m in v}
                seen |= {"no key" for r in bad if not r[name]}
                twice = len(rows) - len({tuple(r.values()) for r in rows})
                if len(rows) < 100:
                    assert len(bad) + twice <= 1, (extract, read_on)
                else:
                    assert 0 < len(bad) < 0.01 * len(rows) and twice > 0, (extract, read_on)
    assert seen == {*marks, "no key"}
    agreements = read(city / f"huurovereenkomsten_{UNTIL}.csv")
    assert {"9999-12-31"} <= {r["einddatum"] for r in agreements}
    assert {"1753-01-01"} <= {r["opzegdatum"] for r in agreements}
    assert any(r["straatnaam"].endswith(" ") for r in agreements)
    arrears = next(iter(deliveries(city, "huurachterstanden").values()))
    assert any(r["saldo"].startswith("-") for r in arrears)
    complaints = next(iter(deliveries(city, "overlastmeldingen").values()))
    assert {"PSY", "VER", "BUR"} <= {r["zaaktypedetailsoort_code"].strip() for r in complaints}


def test_some_complain_about_a_home_that_stands_empty(city: Path) -> None:
    running: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in good(deliveries(city, "huurovereenkomsten")[UNTIL], "overeenkomst_id"):
        running[row["eenheid_id"]].append((day(row["begindatum"]), day(row["einddatum"]) or date.max))
    empty = 0
    for row in good(next(iter(deliveries(city, "overlastmeldingen").values())), "zaak_id"):
        on, home = day(row["begindatum"]), row["beklaagde_eenheid_id"]
        if on and home in running and not row["beklaagde_overeenkomst_id"]:
            empty += not any(begin <= on <= end for begin, end in running[home])
    assert 0 < empty < 20


def test_a_new_tenant_lives_where_there_were_complaints_about_the_one_before(city: Path) -> None:
    register = good(deliveries(city, "huurovereenkomsten")[UNTIL], "overeenkomst_id")
    about: dict[str, list[date]] = defaultdict(list)
    for row in good(next(iter(deliveries(city, "overlastmeldingen").values())), "zaak_id"):
        if on := day(row["begindatum"]):
            about[row["beklaagde_eenheid_id"]].append(on)
    clean = [
        r
        for r in register
        if day(r["einddatum"]) is None
        and about[r["eenheid_id"]]
        and max(about[r["eenheid_id"]]) < day(r["begindatum"]) < UNTIL
    ]
    assert len(clean) > 3


def test_one_person_can_have_two_agreements(city: Path) -> None:
    running: dict[str, list[str]] = defaultdict(list)
    for row in good(deliveries(city, "huurovereenkomsten")[UNTIL], "overeenkomst_id"):
        if (day(row["einddatum"]) or date.max) >= UNTIL and row["eenheidsoort_code"] != "ZZZ":
            running[row["huurder_id"]].append(row["eenheidsoort_code"])
    pairs = Counter(tuple(sorted(kinds)) for kinds in running.values() if len(kinds) > 1)
    assert pairs["PAR", "WOO"] > 20 and pairs["WOO", "WOO"] > 0


def test_nobody_is_real(city: Path, coast: Path) -> None:
    for inbox in (city, coast):
        for row in deliveries(inbox, "huurovereenkomsten")[UNTIL]:
            assert re.fullmatch(r"(06-0000\d{4})?", row["telefoon"])
            assert re.fullmatch(r"([a-z]+\.\d+@example\.nl)?", row["email"])
            # SA, SD and SS are never issued: the address cannot exist.
            assert re.fullmatch(r"\d{4} S[ADS]", row["postcode"])


def test_troubles_that_come_together_end_badly_more_often() -> None:
    """Arrears together with complaints or missed visits lead to the bailiff sooner than arrears alone."""
    last = (UNTIL - date(1970, 1, 1)).days
    world = simulate(named("stad"), 4000, np.arange(last - 7 * 119, last + 1, 7), seed=5)
    lists = world.arrears[world.arrears["saldo"] > 0]
    late = lists[lists["phase"] >= 4].groupby("agreement")["peildatum"].min()
    rent = world.begins.set_index("agreement")["rent"]
    counts = Counter[tuple[bool, bool]]()
    for day_ in range(last - 7 * 66, last - 7 * 26, 7 * 8):
        now = lists[(lists["peildatum"] == day_) & (lists["phase"] < 4)].set_index("agreement")
        now = now[now["saldo"] / rent.loc[now.index].to_numpy() > 0.5]
        recent = world.complaints["registered"].between((day_ - 365) * 1440, day_ * 1440)
        missed = world.repairs["missed_1"].between(day_ - 365, day_ - 1)
        other = {*world.complaints.loc[recent, "agreement"], *world.repairs.loc[missed, "agreement"]}
        for agreement in now.index:
            counts[agreement in other, day_ < late.get(agreement, 0) <= day_ + 182] += 1
    alone = counts[False, True] / (counts[False, True] + counts[False, False])
    both = counts[True, True] / (counts[True, True] + counts[True, False])
    assert 0.03 < alone < 0.30
    assert both > 1.4 * alone
