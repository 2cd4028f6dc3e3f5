"""Years of Mondays without a person: deliveries late, doubled, out of order and corrected; the end is the same.

The tables at the end are those of a workspace that got everything in order and at once, and the stores grow by what
comes in, not by how long they run.
"""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import pytest

from pipelines.delivery import ingest
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.week import run
from tests.support.cases import cases
from tests.support.deliveries import agreement, corporation, deliver, make_workspace
from tests.support.small import content, no_gate

pytestmark = pytest.mark.slow
START = date(2024, 11, 18)
KEPT = timedelta(weeks=13)
"""How long retention keeps a delivery in the inbox."""


def week(number: int, homes: int = 40) -> dict[str, list[dict[str, Any]]]:
    """Make the four extracts of a week: arrears move, tenants leave and come, complaints and repairs are added."""
    draw = Random(number)
    day = START + timedelta(days=7 * number)
    extracts = corporation(homes)
    left = {
        n: START + timedelta(days=7 * (n * 5)) for n in range(1, 13) if START + timedelta(days=35 * n) <= day
    }
    register = extracts["huurovereenkomsten"]
    for n, on in left.items():
        register[n - 1] |= {"einddatum": on.isoformat()}
        begin = (on + timedelta(days=1)).isoformat()
        register.append(agreement(100 + n, eenheid_id=f"E{n}", huisnummer=str(n), begindatum=begin))
    due = (day - timedelta(days=40)).isoformat()
    arrears = [
        {
            "overeenkomst_id": f"O{n}",
            "saldo": f"{100 + 10 * ((number + n) % 30)},00",
            "oudste_vervaldatum": due,
        }
        for n in range(1, homes + 1)
        if (n + number // 8) % 3 == 0
    ]
    since = range(max(0, number - 3), number + 1)
    report = {n: (START + timedelta(days=7 * n - 3)).isoformat() for n in since}
    complaints = [
        {"zaak_id": f"Z{n}", "registratiedatum": report[n], "beklaagde_eenheid_id": f"E{n % homes + 1}"}
        | {"zaaktypedetailsoort_code": "GEL" if n < number else "RUZ"}
        for n in since
    ]
    repairs = [
        {"verzoek_id": f"V{n}", "eenheid_id": f"E{(n * 7) % homes + 1}", "melddatum": report[n]}
        for n in since
    ]
    draw.shuffle(arrears)
    return {
        "huurovereenkomsten": register,
        "huurachterstanden": arrears,
        "overlastmeldingen": complaints,
        "reparatieverzoeken": repairs,
    }


def load(place: Workspace) -> None:
    actual, wrong = inbox.find(place.inbox)
    assert not wrong
    refused = [o.refusal for o in ingest.load_all(place, actual) if o.refusal]
    assert not refused, refused


def size(place: Workspace) -> int:
    return sum(path.stat().st_size for path in place.stores.glob("*.duckdb"))


def make(home: Path) -> Workspace:
    """Make a workspace that works with one thread: for a few rows at a time more threads cost more than they save."""
    place = make_workspace(home)
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(re.sub(r"(?m)^#? ?threads = .*$", "threads = 1", text), encoding="utf-8")
    assert Workspace(home).settings.engine.threads == 1
    return place


@pytest.mark.long
def test_years_of_weeks_in_a_row(tmp_path: Path, monkeypatch):
    weeks = cases(13, 104)
    monkeypatch.setenv("WAAKVLAM_KEY", "8" * 64)  # the pseudonyms of both are to be the same
    draw = Random(1)
    ordered, disturbed = make(tmp_path / "ordered"), make(tmp_path / "disturbed")
    for number in range(weeks):
        day = (START + timedelta(days=7 * number)).isoformat()
        for extract, rows in week(number).items():
            deliver(ordered, extract, day, rows)
            if draw.random() < 0.05:  # a failed export, and the one that replaces it
                deliver(ordered, extract, day, rows[: len(rows) // 2 + 1])
                deliver(ordered, extract, day, rows, version=2)
    late: list[tuple[int, Path]] = []
    sizes = []
    with no_gate():
        for number in range(weeks):
            day = START + timedelta(days=7 * number)
            coming = [(number, path) for path in sorted(ordered.inbox.glob(f"*_{day}*"))]
            draw.shuffle(coming)
            for item in [*coming, *late]:
                if item in late:
                    late.remove(item)
                if number + 1 < weeks and number > 0 and draw.random() < 0.15:
                    late.append(item)  # it comes a week later, or later still
                    continue
                shutil.copy2(item[1], disturbed.inbox / item[1].name)
            if number % 26 == 25 or number + 1 == weeks:
                run.run(disturbed, day)
            else:
                load(disturbed)
                if draw.random() < 0.1:
                    load(disturbed)  # everything is delivered again
            sizes.append(size(disturbed))
            for path in disturbed.inbox.glob(f"*_{day - KEPT}*"):
                path.unlink()
        load(ordered)
    ours, theirs = content(disturbed), content(ordered)
    for name in theirs:
        # Which delivery was the first to show a row is the order in which they came; what was known when is not.
        if not name.startswith("raw.") and name != "deliveries":
            assert ours[name] == theirs[name], name
    third = len(sizes) // 3
    # Blocks are freed and taken again, so a single size jumps by megabytes: medians of a third of the weeks.
    begin, middle, end = (median(sizes[i * third : (i + 1) * third]) for i in range(3))
    assert end - middle <= 1.5 * max(middle - begin, 0) + 1_000_000, sizes
