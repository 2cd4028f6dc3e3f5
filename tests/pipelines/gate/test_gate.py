"""Test which figure stops a delivery at which setting, and what the list then says is missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import (
    corporation,
    deliver,
    deliver_all,
    load,
    load_well,
    make_workspace,
    tables,
    waakvlam,
    with_settings,
)

DAY, NEXT = "2026-11-09", "2026-11-16"
REGISTER = "huurovereenkomsten"
MANY = corporation(260)
MANY_ARREARS = MANY["huurachterstanden"]


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("many") / "home")
    deliver_all(place, DAY, MANY)
    load_well(place)
    return place


def each(extract: str, **values: Callable[[int], str]) -> list[dict[str, Any]]:
    """Change values of every row of an extract, by its number."""
    return [
        {**row, **{name: value(n) for name, value in values.items()}} for n, row in enumerate(MANY[extract])
    ]


GATES = [
    (
        "huurachterstanden",
        MANY_ARREARS[:60],
        "rows.ratio_to_previous is 0.4615",
        "volume_least = 0.4\ntotal_least = 0",
    ),
    (
        "huurachterstanden",
        each("huurachterstanden", saldo=lambda n: "50000,00"),
        "saldo.ratio_to_previous is 3",
        "total_most = 10",
    ),
    (
        "huurachterstanden",
        each("huurachterstanden", incassofase=lambda n: "Brief 1" if n < 13 else "geen"),
        "incassofase.unmapped.share is 0.1, expected at most 0.05",
        "unmapped_share = 0.1",
    ),
    (
        "reparatieverzoeken",
        each("reparatieverzoeken", defectsoort_code=lambda n: f"eigen {n}"),
        "defectsoort_code.unmapped.share is 1, expected at most 0.05",
        "unmapped_share = 1",
    ),
    (
        "huurachterstanden",
        each("huurachterstanden", overeenkomst_id=lambda n: f"X{n}" if n < 26 else f"O{2 * n + 1}"),
        "unknown_agreement.share is 0.2, expected at most 0.1",
        "unknown_agreement_share = 0.2",
    ),
    (
        "overlastmeldingen",
        each("overlastmeldingen", registratiedatum=lambda n: "?" if n < 13 else "2026-11-12"),
        "quarantined.share is 0.1, expected at most 0.05",
        "quarantined_share = 0.1\nbad_value_share = 0.1",
    ),
]


@pytest.mark.dear
@pytest.mark.parametrize(
    ("extract", "rows", "figure", "settings"), GATES, ids=[figure for _, _, figure, _ in GATES]
)
def test_the_gate_names_the_figure_and_its_limit_is_a_setting(
    many: Workspace, tmp_path, extract, rows, figure, settings
):
    shutil.copytree(many.home, tmp_path / "home")
    place = Workspace(tmp_path / "home")
    path = deliver(place, extract, NEXT, rows)
    before = {name: found for name, found in tables(place).items() if name != "run.expectations"}
    vault = tables(place, "vault")
    (refused,) = [outcome for outcome in load(place) if not outcome.known]
    assert (
        refused.refusal.startswith(path.name) and figure in refused.refusal and "[gates]" in refused.refusal
    )
    assert refused.gate and not refused.gate.passed
    after = tables(place)
    assert after.pop("run.expectations")
    assert (after, tables(place, "vault")) == (before, vault), "nothing of it counts"
    (loaded,) = [
        outcome for outcome in load(with_settings(place, f"[gates]\n{settings}\n")) if not outcome.known
    ]
    assert loaded.loaded, loaded.refusal


@pytest.mark.dear
def test_the_list_names_missing_and_stale_extracts_at_its_top(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    deliveries = corporation()
    del deliveries["overlastmeldingen"]
    deliver_all(place, "2026-11-02", deliveries)
    deliver(place, REGISTER, NEXT, deliveries[REGISTER])
    said = waakvlam(place, "weekly", "--as-of", NEXT, "--json")
    report = json.loads(said.out)
    assert said.code == 1 and report["counts"]["listed"] > 0
    assert report["fell_short"] == [
        "huurachterstanden is expected and stale: the newest is of 2026-11-02, 14 days old.",
        "overlastmeldingen is expected and stale: nothing was delivered.",
        "reparatieverzoeken is expected and stale: the newest is of 2026-11-02, 14 days old.",
    ]
    page = (place.output / NEXT / "shortlist.html").read_text(encoding="utf-8")
    for text in (
        "de huurachterstanden van deze week ontbreken. Gebruikt is de stand van 2 november",
        "de overlastmeldingen ontbreken. Deze lijst is gemaakt zonder.",
    ):
        assert page.index(text) < page.index("Lindelaan")
    settings = 'expected = ["huurovereenkomsten", "huurachterstanden"]\n[freshness]\nmax_age_days = 14\n'
    place = with_settings(place, settings)
    said = waakvlam(place, "weekly", "--as-of", NEXT, "--json")
    assert said.code == 0 and json.loads(said.out)["fell_short"] == []


def test_the_ratio_of_totals_is_exact_to_the_cent(many: Workspace, tmp_path):
    """Adding floats in another order gives another last digit: the same deliveries must give the same bytes."""
    shutil.copytree(many.home, tmp_path / "home")
    place = Workspace(tmp_path / "home")
    deliver(place, "huurachterstanden", NEXT, each("huurachterstanden", saldo=lambda n: f"{100 + n},10"))
    (outcome,) = [outcome for outcome in load(place) if not outcome.known]
    assert outcome.gate
    (ratio,) = [v.figure.value for v in outcome.gate.verdicts if v.figure.name == "saldo.ratio_to_previous"]
    before, after = (
        sum(Decimal(amount.replace(",", ".")) for amount in amounts)
        for amounts in (
            [row["saldo"] for row in MANY_ARREARS],
            [f"{100 + n},10" for n in range(len(MANY_ARREARS))],
        )
    )
    assert ratio == float(after) / float(before)


def test_a_short_list_at_the_end_of_a_month_is_compared_with_the_one_before_it(tmp_path):
    """At the end of a month: 27 rows as in the week before, while the list of four weeks before had 56 and counts as a long one."""
    place = make_workspace(tmp_path / "home")
    deliver(place, REGISTER, "2026-11-02", MANY[REGISTER])
    for day, rows in (("02", 56), ("09", 45), ("16", 35), ("23", 27), ("30", 27)):
        deliver(place, "huurachterstanden", f"2026-11-{day}", MANY_ARREARS[:rows])
    last = max(
        load(place), key=lambda one: (one.delivery.extract == "huurachterstanden", one.delivery.peildatum)
    )
    assert last.gate
    ratios = {
        v.figure.name: v.figure.value for v in last.gate.verdicts if v.figure.name.endswith("to_previous")
    }
    assert ratios == {"rows.ratio_to_previous": 1.0, "saldo.ratio_to_previous": 1.0}
